#include "mcp/elicitation.hpp"

#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::string_view name_prefix = "ask_";
constexpr std::size_t name_digits = 32;

RpcError bad(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

}  // namespace

std::string_view method_of(Ability ability) {
  switch (ability) {
    case Ability::form:
    case Ability::url:
      break;
    case Ability::sampling:
      return "sampling/createMessage";
    case Ability::roots:
      return "roots/list";
  }
  return "elicitation/create";
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

bool asks_a_human(Ability ability) {
  return ability == Ability::form || ability == Ability::url;
}

std::expected<json::object, RpcError> read_answer(Ability ability, const json::value& answer) {
  if (!answer.is_object()) return std::unexpected(bad("an input response must be an object"));
  if (asks_a_human(ability))
    if (auto elicited = read_elicited(answer); !elicited) return std::unexpected(std::move(elicited.error()));
  return answer.get_object();
}

json::object input_request(Question question) {
  auto& params = question.params;
  if (question.ability == Ability::form) params["mode"] = "form";
  params.erase("elicitationId");
  json::object request{{"method", method_of(question.ability)}};
  if (!params.empty()) request["params"] = std::move(params);
  return request;
}

std::string question_name(std::string_view digest) {
  return std::string(name_prefix).append(digest.substr(0, name_digits));
}

}  // namespace mcpssh::mcp
