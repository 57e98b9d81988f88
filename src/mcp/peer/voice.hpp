#pragma once
#include <optional>
#include <string_view>

#include "mcp/call.hpp"
#include "mcp/peer/outbox.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What is said about one request while it is worked on. All of it may be
/// dropped when the peer does not read.
class Voice {
 public:
  /// `params` of the request, with a progress token in `_meta` if there is one;
  /// without one progress is silent. Nothing is logged below `log_from`, and
  /// nothing at all without it.
  Voice(Outbox& outbox, Relation about, const json::object& params, std::optional<LogLevel> log_from);

  [[nodiscard]] const Relation& about() const { return about_; }
  void progress(double done, std::optional<double> total, std::string_view message);
  void log(LogLevel level, json::value data);
  void notify(std::string_view method, json::object params);

 private:
  Outbox& outbox_;
  Relation about_;
  std::optional<RequestId> token_;  ///< a progress token has the type of an id
  std::optional<double> last_;
  std::optional<LogLevel> log_from_;
};

}  // namespace mcpssh::mcp
