#include "mcp/peer/call_table.hpp"

#include <fmt/format.h>

#include <vector>

#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {

namespace code = protocol::code;

CallTable::CallTable(base::Executor executor, std::size_t most_calls, std::size_t most_listens)
    : most_calls_(most_calls), most_listens_(most_listens), closed_(std::move(executor)) {}

std::expected<std::shared_ptr<CallTable::Entry>, RpcError> CallTable::open(const RequestId& id, Kind kind) {
  if (contains(id)) return std::unexpected(duplicate_id());
  const bool listen = kind == Kind::listen;
  const auto most = listen ? most_listens_ : most_calls_;
  if ((listen ? listens_ : entries_.size() - listens_) >= most)
    return std::unexpected(RpcError{code::internal_error,
                                    fmt::format("{} {} are open already; wait for one to end or cancel one",
                                                most, listen ? "subscriptions" : "calls"),
                                    {}});
  auto entry = std::make_shared<Entry>();
  entry->id = id;
  entry->kind = kind;
  entries_.emplace(id, entry);
  if (listen) ++listens_;
  return entry;
}

void CallTable::close(const Entry& entry) {
  if (entry.kind == Kind::listen) --listens_;
  entries_.erase(RequestId(entry.id));
  closed_.notify();
}

void CallTable::cancel(const RequestId& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const auto entry = found->second;  // emitting may end the call and close the entry
  entry->cancelled = true;
  entry->signal.emit(base::asio::cancellation_type::terminal);
}

void CallTable::cancel_all() {
  std::vector<RequestId> ids;
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  for (const auto& id : ids) cancel(id);
}

base::Task<void> CallTable::emptied() {
  while (!entries_.empty()) co_await closed_.wait();
}

RpcError duplicate_id() {
  return {code::invalid_request, "a request with this id is still being worked on", {}};
}

}  // namespace mcpssh::mcp
