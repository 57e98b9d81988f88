#pragma once
#include <expected>

#include "mcp/lists/news.hpp"
#include "mcp/peer/sender.hpp"
#include "mcp/wire/jsonrpc.hpp"

/// What clients may listen to, in the words of both eras.
namespace mcpssh::mcp {

struct Service;

/// The lists this server says it changes: what a legacy client is told of unasked.
std::set<Change> changing_lists(const Service& service);

/// resources/subscribe. The legacy error for a resource that is not there, -32602 for too many.
std::expected<json::object, RpcError> subscribe(const Service& service, const json::object& params,
                                                Interest& interest);
/// resources/unsubscribe; of what was not subscribed to, too.
std::expected<json::object, RpcError> unsubscribe(const json::object& params, Interest& interest);

/// The filter of subscriptions/listen, as far as it is honoured: what this server does not change, and
/// resources and tasks the sender has not, are left out. -32602 when it is malformed or has too many of them,
/// -32021 when it has tasks and the sender did not declare them.
std::expected<Interest, RpcError> read_interest(const Service& service, const json::object& params,
                                                const Sender& sender);
/// The same in the words of the acknowledgement.
json::object to_json(const Interest& interest);

}  // namespace mcpssh::mcp
