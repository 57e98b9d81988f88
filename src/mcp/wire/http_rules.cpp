#include "mcp/wire/http_rules.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"
#include "mcp/server.hpp"
#include "mcp/wire/modern_envelope.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

namespace code = protocol::code;

bool claims_version(const json::object& params) {
  const auto* meta = base::find_object(params, "_meta");
  return meta != nullptr && meta->contains(protocol::key::protocol_version);
}

std::optional<std::string> name_of(std::string_view method, const json::object& params) {
  if (method == "tools/call" || method == "prompts/get") return base::find_string(params, "name");
  if (method == "resources/read") return base::find_string(params, "uri");
  if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel")
    return base::find_string(params, "taskId");
  return std::nullopt;
}

Glance glance_at(Message message) {
  Glance seen;
  if (auto* request = std::get_if<Request>(&message)) {
    seen.kind = Glance::Kind::request;
    seen.id = to_text(request->id);
    seen.method = std::move(request->method);
    seen.params = std::move(request->params);
  } else if (auto* notification = std::get_if<Notification>(&message)) {
    seen.kind = Glance::Kind::notification;
    seen.method = std::move(notification->method);
    seen.params = std::move(notification->params);
  } else if (const auto* response = std::get_if<Response>(&message)) {
    seen.kind = Glance::Kind::response;
    if (response->id) seen.id = to_text(*response->id);
  } else {
    auto& malformed = std::get<Malformed>(message);
    if (malformed.id) seen.id = to_text(*malformed.id);
    seen.error = std::move(malformed.error);
  }
  if (claims_version(seen.params)) seen.era = Era::modern;
  seen.name = name_of(seen.method, seen.params);
  const auto* meta = base::find_object(seen.params, "_meta");
  seen.progress = meta != nullptr && meta->contains("progressToken");
  seen.initialize =
      seen.kind == Glance::Kind::request && seen.era == Era::legacy && seen.method == "initialize";
  return seen;
}

Glance glance_at_batch(std::vector<Message> messages) {
  Glance seen;
  seen.kind = Glance::Kind::batch;
  for (auto& message : messages) {
    const auto one = glance_at(std::move(message));
    if (one.kind == Glance::Kind::request) seen.ids.push_back(one.id);
    if (one.era == Era::modern) seen.era = Era::modern;
    if (one.progress) seen.progress = true;
  }
  return seen;
}

/// A header's value as it was meant: `=?base64?...?=` carries what a header cannot. Nothing when it is
/// malformed.
std::optional<std::string> decoded(std::string_view value) {
  constexpr std::string_view opening = "=?base64?";
  constexpr std::string_view closing = "?=";
  value = base::trim(value);
  if (!value.starts_with(opening) || !value.ends_with(closing) ||
      value.size() < opening.size() + closing.size())
    return std::string(value);
  value.remove_prefix(opening.size());
  value.remove_suffix(closing.size());
  const auto bytes = base::from_base64(value);
  if (!bytes) return std::nullopt;
  std::string text(bytes->begin(), bytes->end());
  if (!base::is_utf8(text)) return std::nullopt;
  return text;
}

bool says(std::string_view text, const json::value& value) {
  if (value.is_string()) return text == value.get_string();
  if (value.is_bool()) return text == (value.get_bool() ? "true" : "false");
  if (!value.is_number()) return false;
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() && number == value.to_number<double>();
}

using Problem = std::optional<std::string>;

Problem compare(std::string_view name, const HeaderLookup& header, std::string_view wanted) {
  const auto given = header(name);
  if (!given) return fmt::format("the header {} is missing", name);
  if (decoded(*given) != wanted) return fmt::format("the header {} does not say what the body says", name);
  return std::nullopt;
}

Problem compare_parameter(const Parameter& parameter, const HeaderLookup& header,
                          const json::object* arguments) {
  const auto name = "Mcp-Param-" + parameter.header;
  const auto given = header(name);
  const auto* value = arguments == nullptr ? nullptr : arguments->if_contains(parameter.name);
  if (value == nullptr || value->is_null())
    return given ? Problem(fmt::format("the header {} is given without an argument {}", name, parameter.name))
                 : std::nullopt;
  if (!given) return fmt::format("the header {} is missing", name);
  const auto text = decoded(*given);
  if (!text || !says(*text, *value))
    return fmt::format("the header {} does not say what the argument {} says", name, parameter.name);
  return std::nullopt;
}

Problem compare_parameters(const Glance& message, const HeaderLookup& header, const Server& server,
                           const base::Principal& asker) {
  if (message.method != "tools/call" || !message.name) return std::nullopt;
  const auto* parameters = server.parameters(*message.name, asker);
  if (parameters == nullptr) return std::nullopt;
  const auto* arguments = base::find_object(message.params, "arguments");
  for (const auto& parameter : *parameters)
    if (!parameter.header.empty())
      if (auto problem = compare_parameter(parameter, header, arguments)) return problem;
  return std::nullopt;
}

Problem mismatch(const Glance& message, const HeaderLookup& header, const Server& server,
                 const base::Principal& asker) {
  const auto& meta = message.params.at("_meta").as_object();
  const auto version = base::find_string(meta, protocol::key::protocol_version);
  if (version)
    if (auto problem = compare("MCP-Protocol-Version", header, *version)) return problem;
  if (message.kind == Glance::Kind::notification) return std::nullopt;
  if (auto problem = compare("Mcp-Method", header, message.method)) return problem;
  if (message.name)
    if (auto problem = compare("Mcp-Name", header, *message.name)) return problem;
  return compare_parameters(message, header, server, asker);
}

HttpRefusal refuse(const Glance& message, const RpcError& error) {
  std::optional<RequestId> id;
  if (!message.id.empty())
    if (const auto value = base::parse_json(message.id)) id = read_id(*value);
  HttpRefusal answer;
  answer.status = error.code == code::method_not_found ? 404 : 400;
  answer.body = mcp::serialize(error_response(id, error));
  return answer;
}

std::optional<HttpRefusal> refuse_modern(const Glance& message, const HeaderLookup& header,
                                         const Server& server, const base::Principal& asker) {
  if (message.kind == Glance::Kind::batch)
    return refuse(message, {code::invalid_request, "protocol version 2026-07-28 has no batches", {}});
  if (auto problem = mismatch(message, header, server, asker))
    return refuse(message, {code::header_mismatch, std::move(*problem), {}});
  if (message.kind == Glance::Kind::notification) return std::nullopt;
  if (const auto envelope = read_envelope(message.params); !envelope)
    return refuse(message, envelope.error());
  return std::nullopt;
}

}  // namespace

Glance glance(std::string_view body) {
  auto parcel = parse(body);
  return parcel.batch ? glance_at_batch(std::move(parcel.messages))
                      : glance_at(std::move(parcel.messages.front()));
}

std::optional<HttpRefusal> refusal(const Glance& message, const HeaderLookup& header, const Server& server,
                                   const base::Principal& asker) {
  if (message.kind == Glance::Kind::malformed) return refuse(message, message.error);
  if (message.era == Era::modern) return refuse_modern(message, header, server, asker);
  const auto version = header("MCP-Protocol-Version");
  if (!version || base::trim(*version) != protocol::modern_version) return std::nullopt;
  if (message.initialize)
    return refuse(message,
                  {code::header_mismatch, "initialize is not of the protocol version in the header", {}});
  if (message.kind == Glance::Kind::response || message.kind == Glance::Kind::batch)
    return refuse(
        message,
        {code::invalid_request, "protocol version 2026-07-28 takes one request or notification a POST", {}});
  // A notification has no envelope to be incomplete.
  if (message.kind == Glance::Kind::notification) return std::nullopt;
  const auto envelope = read_envelope(message.params);
  if (envelope) return std::nullopt;
  return refuse(message, envelope.error());
}

unsigned http_status(Era era, int error) {
  switch (error) {
    case code::parse_error:
    case code::invalid_request:
      return 400;
    case code::method_not_found:
      return era == Era::modern ? 404 : 200;
    case code::header_mismatch:
    case code::missing_capability:
    case code::unsupported_version:
      return 400;
    default:
      return 200;
  }
}

}  // namespace mcpssh::mcp
