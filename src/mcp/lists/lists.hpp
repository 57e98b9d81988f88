#pragma once
#include <expected>
#include <optional>
#include <string_view>

#include "mcp/peer/sender.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

struct Service;

using Result = std::expected<json::object, RpcError>;

/// ServerCapabilities: what this server has, and nothing else.
json::object capabilities(const Service& service);

/// True when `method` (one both eras have) belongs to something this server has.
bool offers(const Service& service, std::string_view method);

/// The answer of tools/list, resources/list, resources/templates/list, prompts/list and completion/complete;
/// nothing for other methods.
std::optional<Result> answer_list(const Service& service, const Request& request, const Sender& sender);

/// The DiscoverResult.
json::object discovery(const Service& service);

/// -32601.
RpcError unknown_method(std::string_view method);

}  // namespace mcpssh::mcp
