#include "mcp/elicitation.hpp"

#include "mcp/protocol.hpp"
#include "mcp/request_state.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::string_view key_prefix = "elicit_";
constexpr std::size_t key_digits = 32;

RpcError bad(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

}  // namespace

json::object elicitation_params(std::string_view message, json::object schema) {
  json::object params{{"message", message}};
  params["requestedSchema"] = std::move(schema);
  return params;
}

std::expected<Elicited, RpcError> read_elicited(const json::value& result) {
  const auto* object = result.if_object();
  const auto action = object == nullptr ? std::nullopt : base::find_string(*object, "action");
  Elicited elicited;
  if (action == "accept") {
    elicited.answer = Elicited::Answer::accepted;
    if (const auto* content = base::find_object(*object, "content")) elicited.content = *content;
  } else if (action == "decline") {
    elicited.answer = Elicited::Answer::declined;
  } else if (action == "cancel") {
    elicited.answer = Elicited::Answer::cancelled;
  } else {
    return std::unexpected(bad("an elicitation result needs the action accept, decline or cancel"));
  }
  return elicited;
}

std::string question_key(const json::object& params) {
  return std::string(key_prefix) + digest(params).substr(0, key_digits);
}

std::expected<json::object, RpcError> read_input_responses(const json::object& params) {
  json::object answers;
  const auto* given = params.if_contains("inputResponses");
  if (given == nullptr) return answers;
  if (!given->is_object()) return std::unexpected(bad("inputResponses must be an object"));
  for (const auto& [name, answer] : given->get_object()) {
    if (!name.starts_with(key_prefix)) continue;
    if (const auto elicited = read_elicited(answer); !elicited) return std::unexpected(elicited.error());
    answers[name] = answer;
  }
  return answers;
}

}  // namespace mcpssh::mcp
