#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/wakeup.hpp"
#include "mcp/message_stream.hpp"
#include "transport/http/outlet.hpp"

namespace mcpssh::transport {

/// One POST of the modern era as the protocol's MessageStream: its one message is read, what is written goes
/// to its outlet, and it ends with the answer or when the client goes, which cancels the call. Lives on one
/// executor.
class PostStream : public mcp::MessageStream {
 public:
  PostStream(const base::Executor& executor, std::string message, OutletBounds bounds,
             std::shared_ptr<KeptBytes> kept);
  ~PostStream() override;

  base::Task<std::optional<std::string>> read() override;
  /// Waits while the client has much to read.
  base::Task<void> write(std::string message, mcp::Relation relation) override;
  void unanswered(const std::string& request) override;

  [[nodiscard]] const std::shared_ptr<Outlet>& outlet() const { return outlet_; }
  void end();

 private:
  std::optional<std::string> message_;
  std::size_t most_unread_;
  std::shared_ptr<Outlet> outlet_;
  base::Wakeup changed_;
  bool ended_ = false;
};

}  // namespace mcpssh::transport
