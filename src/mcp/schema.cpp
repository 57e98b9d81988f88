#include "mcp/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;
using base::Error;
using base::ErrorCode;
using Type = Parameter::Type;

std::string_view type_name(Type type) {
  switch (type) {
    case Type::string:
      return "string";
    case Type::integer:
      return "integer";
    case Type::number:
      return "number";
    case Type::boolean:
      return "boolean";
    case Type::texts:
      return "object";
  }
  return "string";
}

/// "a string", "an integer": for sentences.
std::string with_article(Type type) {
  if (type == Type::texts) return "an object of strings";
  return fmt::format("{} {}", type == Type::integer ? "an" : "a", type_name(type));
}

std::string_view kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "an integer";
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "another type";
}

/// The largest double below which every integer is exact.
constexpr double exact_integers = 9007199254740992.0;

/// An integer stays one in JSON ("30", not "3E1").
json::value number_json(double value) {
  if (std::trunc(value) == value && std::abs(value) <= exact_integers)
    return static_cast<std::int64_t>(value);
  return value;
}

json::object property(const Parameter& parameter) {
  json::object schema{{"type", type_name(parameter.type)}, {"description", parameter.description}};
  if (parameter.type == Type::texts) schema["additionalProperties"] = {{"type", "string"}};
  if (parameter.minimum) schema["minimum"] = number_json(*parameter.minimum);
  if (parameter.maximum) schema["maximum"] = number_json(*parameter.maximum);
  if (parameter.max_length) schema["maxLength"] = *parameter.max_length;
  if (!parameter.one_of.empty()) schema["enum"] = json::value_from(parameter.one_of);
  if (!parameter.header.empty()) schema["x-mcp-header"] = parameter.header;
  return schema;
}

Error invalid(std::string cause, std::string next_move = {}) {
  return Error(ErrorCode::invalid_argument, std::move(cause), std::move(next_move));
}

Error wrong_type(const Parameter& parameter, const json::value& value) {
  return invalid(
      fmt::format("{} must be {}, not {}", parameter.name, with_article(parameter.type), kind_of(value)));
}

std::expected<json::value, Error> check_string(const Parameter& parameter, const json::value& value) {
  if (!value.is_string()) return std::unexpected(wrong_type(parameter, value));
  const std::string_view text = value.get_string();
  if (parameter.max_length && text.size() > *parameter.max_length)
    return std::unexpected(invalid(fmt::format("{} is {} bytes long; at most {} are allowed", parameter.name,
                                               text.size(), *parameter.max_length)));
  if (!parameter.one_of.empty() && std::ranges::find(parameter.one_of, text) == parameter.one_of.end())
    return std::unexpected(
        invalid(fmt::format("{} must be one of {}, not \"{}\"", parameter.name,
                            base::join(parameter.one_of, ", "), base::printable(text, 60))));
  return value;
}

std::expected<json::value, Error> check_number(const Parameter& parameter, const json::value& value) {
  double number = 0;
  if (value.is_int64())
    number = static_cast<double>(value.get_int64());
  else if (value.is_uint64())
    number = static_cast<double>(value.get_uint64());
  else if (value.is_double())
    number = value.get_double();
  else
    return std::unexpected(wrong_type(parameter, value));
  if (!std::isfinite(number)) return std::unexpected(invalid(parameter.name + " is too large a number"));
  const bool integer = parameter.type == Type::integer;
  if (integer && (std::trunc(number) != number || std::abs(number) > exact_integers))
    return std::unexpected(invalid(fmt::format("{} must be an integer, not {}", parameter.name, number)));
  if (parameter.minimum && number < *parameter.minimum)
    return std::unexpected(
        invalid(fmt::format("{} must be at least {}, not {}", parameter.name, *parameter.minimum, number)));
  if (parameter.maximum && number > *parameter.maximum)
    return std::unexpected(
        invalid(fmt::format("{} must be at most {}, not {}", parameter.name, *parameter.maximum, number)));
  if (integer) return static_cast<std::int64_t>(number);
  return number;
}

std::expected<json::value, Error> check_texts(const Parameter& parameter, const json::value& value) {
  if (!value.is_object()) return std::unexpected(wrong_type(parameter, value));
  for (const auto& [name, text] : value.get_object())
    if (!text.is_string())
      return std::unexpected(invalid(fmt::format("{}.{} must be a string, not {}", parameter.name,
                                                 base::printable(name, 60), kind_of(text))));
  return value;
}

std::expected<json::value, Error> check(const Parameter& parameter, const json::value& value) {
  switch (parameter.type) {
    case Type::string:
      return check_string(parameter, value);
    case Type::integer:
    case Type::number:
      return check_number(parameter, value);
    case Type::texts:
      return check_texts(parameter, value);
    case Type::boolean:
      break;
  }
  if (!value.is_bool()) return std::unexpected(wrong_type(parameter, value));
  return value;
}

bool answers_to(const Parameter& parameter, std::string_view name) {
  return parameter.name == name || std::ranges::find(parameter.alias, name) != parameter.alias.end();
}

Error unknown_field(const std::vector<Parameter>& parameters, std::string_view name) {
  std::vector<std::string> known;
  for (const auto& parameter : parameters) known.push_back(parameter.name);
  const auto shown = base::printable(name, 60);
  if (known.empty()) return invalid(fmt::format("unknown argument \"{}\"", shown), "call without arguments");
  const auto guess = base::nearest(name, known);
  return invalid(fmt::format("unknown argument \"{}\"", shown),
                 guess ? fmt::format("did you mean \"{}\"?", *guess)
                       : fmt::format("use one of {}", base::join(known, ", ")));
}

}  // namespace

std::optional<std::string> Arguments::string(std::string_view name) const {
  return base::find_string(values_, name);
}

std::optional<double> Arguments::number(std::string_view name) const {
  const auto* value = values_.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::optional<std::int64_t> Arguments::integer(std::string_view name) const {
  const auto* value = values_.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

bool Arguments::flag(std::string_view name) const {
  const auto* value = values_.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::pair<std::string, std::string>> Arguments::texts(std::string_view name) const {
  std::vector<std::pair<std::string, std::string>> out;
  if (const auto* object = base::find_object(values_, name))
    for (const auto& [key, value] : *object) out.emplace_back(key, value.as_string());
  return out;
}

json::object input_schema(const std::vector<Parameter>& parameters) {
  json::object schema{{"type", "object"}};
  json::object properties;
  json::array required;
  for (const auto& parameter : parameters) {
    properties[parameter.name] = property(parameter);
    if (parameter.required) required.emplace_back(parameter.name);
  }
  if (!properties.empty()) schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

std::expected<Arguments, Error> validate(const std::vector<Parameter>& parameters,
                                         const json::object& arguments) {
  json::object values;
  for (const auto& [name, value] : arguments) {
    const auto parameter =
        std::ranges::find_if(parameters, [&](const auto& p) { return answers_to(p, name); });
    if (parameter == parameters.end()) return std::unexpected(unknown_field(parameters, name));
    // Models write null for "not given".
    if (value.is_null()) continue;
    if (values.contains(parameter->name))
      return std::unexpected(invalid(
          fmt::format("{} is given twice, once under another name", parameter->name), "give it once"));
    auto checked = check(*parameter, value);
    if (!checked) return std::unexpected(std::move(checked.error()));
    values[parameter->name] = std::move(*checked);
  }
  for (const auto& parameter : parameters) {
    if (parameter.required && !values.contains(parameter.name))
      return std::unexpected(
          invalid(fmt::format("{} is missing; it must be {}", parameter.name, with_article(parameter.type))));
  }
  return Arguments(std::move(values));
}

}  // namespace mcpssh::mcp
