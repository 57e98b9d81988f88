#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "mcp/call.hpp"
#include "mcp/wire/jsonrpc.hpp"

/// The words of questions to the client, shared by both eras.
namespace mcpssh::mcp {

/// True when it is put before the human, not before the client itself.
bool asks_a_human(Ability ability);

/// "elicitation/create", "sampling/createMessage" or "roots/list".
std::string_view method_of(Ability ability);

/// A client's ElicitResult. -32602 when it has no known action. A decline or a
/// cancel is an answer.
std::expected<Elicited, RpcError> read_elicited(const json::value& result);

/// The client's answer to a question of that kind. -32602 when it cannot be one.
std::expected<json::object, RpcError> read_answer(Ability ability, const json::value& answer);

/// A question as it stands in inputRequests (modern era).
json::object input_request(Question question);

/// The name of a question in inputRequests when it was given none, from the `digest` of all it asks.
std::string question_name(std::string_view digest);

}  // namespace mcpssh::mcp
