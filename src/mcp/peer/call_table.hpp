#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <expected>
#include <map>
#include <memory>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// The requests of one peer that are being worked on, each with its own way to
/// be cancelled. Lives on one executor.
class CallTable {
 public:
  enum class Kind { call, listen };

  struct Entry {
    RequestId id;
    Kind kind = Kind::call;
    bool cancelled = false;  ///< its answer is no longer wanted
    base::asio::cancellation_signal signal;
  };

  CallTable(base::Executor executor, std::size_t most_calls, std::size_t most_listens);

  /// -32600 for an id that is in use, -32603 when too many of the kind are
  /// open.
  std::expected<std::shared_ptr<Entry>, RpcError> open(const RequestId& id, Kind kind);
  void close(const Entry& entry);

  [[nodiscard]] bool contains(const RequestId& id) const { return entries_.contains(id); }
  /// Unknown ids are ignored: the answer and the cancellation may have crossed.
  void cancel(const RequestId& id);
  void cancel_all();
  /// Returns when every entry has been closed.
  base::Task<void> emptied();

 private:
  std::map<RequestId, std::shared_ptr<Entry>> entries_;
  std::size_t most_calls_, most_listens_;
  std::size_t listens_ = 0;
  base::Wakeup closed_;
};

/// What every request with an id in use is answered.
RpcError duplicate_id();

}  // namespace mcpssh::mcp
