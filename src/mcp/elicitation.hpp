#pragma once
#include <expected>
#include <string>

#include "mcp/jsonrpc.hpp"
#include "mcp/tool.hpp"

/// The words of form elicitation, shared by both eras.
namespace mcpssh::mcp {

/// Params of elicitation/create. `mode` is left out for legacy clients: the
/// first ones do not know it.
json::object elicitation_params(std::string_view message, json::object schema);

/// A client's ElicitResult. -32602 when it has no known action. A decline or a
/// cancel is an answer.
std::expected<Elicited, RpcError> read_elicited(const json::value& result);

/// The name of a question in inputRequests: a digest of all of it, so that an
/// answer given to one question can never count for another.
std::string question_key(const json::object& params);

/// -32602 when an answer to a question of ours is malformed or inputResponses
/// is not an object. Answers under names we never gave are ignored.
std::expected<json::object, RpcError> read_input_responses(const json::object& params);

}  // namespace mcpssh::mcp
