#pragma once
#include <boost/asio/cancellation_signal.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/principal.hpp"
#include "base/task.hpp"
#include "mcp/lists/lists.hpp"
#include "mcp/lists/news.hpp"
#include "mcp/peer/call_table.hpp"
#include "mcp/peer/job.hpp"
#include "mcp/peer/legacy_session.hpp"
#include "mcp/peer/outbox.hpp"
#include "mcp/peer/server_requests.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// One connection: reads messages, answers the short ones at once, and runs
/// each call as a coroutine of its own. Lives on one executor, kept alive by
/// the coroutines it starts.
class Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(Service& service, base::Executor executor, std::shared_ptr<MessageStream> stream,
       base::Principal principal);

  /// From the first message until the stream ends, breaks or the await is cancelled, and until every call has
  /// unwound. Run it as a coroutine thread of its own: it shields its farewell from cancellation.
  base::Task<void> run();

 private:
  enum class End { stream_ended, cancelled, broken };

  /// The answers of one batch, sent when the last is there.
  struct Batch {
    std::size_t open = 0;
    std::string first;  ///< the id its answer is related to
    json::array answers;
  };
  using BatchRef = std::shared_ptr<Batch>;  ///< null for a message of its own

  base::Task<End> read_all();
  base::Task<End> read_until_end();
  base::Task<void> farewell(End end);

  base::Task<void> receive(std::string text);
  base::Task<void> handle(Message message, BatchRef batch);
  base::Task<void> reply(BatchRef batch, std::optional<json::object> message);
  base::Task<void> serve(Request request, BatchRef batch);
  void notice(const Notification& notification);

  [[nodiscard]] const base::Principal& speaker() const;
  [[nodiscard]] std::expected<Sender, RpcError> sender_of(const Request& request) const;
  /// Starts a coroutine for methods that take time and gives nothing; else the
  /// result.
  std::optional<Result> begin(const Request& request, const Sender& sender, const BatchRef& batch);
  std::optional<Result> begin_job(const Request& request, const Sender& sender, const BatchRef& batch);
  std::optional<Result> begin_listening(const Request& request, const Sender& sender);
  Result answer_legacy(const Request& request);
  Result initialize(const json::object& params);

  base::Task<void> run_job(std::shared_ptr<CallTable::Entry> entry, Job job, BatchRef batch);
  base::Task<void> listen(std::shared_ptr<CallTable::Entry> entry, Interest interest,
                          base::Principal listener);
  base::Task<void> tell_legacy_news();
  void start(std::shared_ptr<CallTable::Entry> entry, base::Task<void> work);

  Service& service_;
  base::Executor executor_;
  std::shared_ptr<MessageStream> stream_;
  base::Principal principal_;
  LegacySession legacy_;
  Outbox outbox_;
  CallTable calls_;
  ServerRequests requests_;
  News legacy_news_;
  base::asio::cancellation_signal stop_writing_;
  bool shutting_down_ = false;  ///< by us, so subscriptions are told
};

}  // namespace mcpssh::mcp
