#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/principal.hpp"
#include "base/wakeup.hpp"
#include "mcp/message_stream.hpp"
#include "transport/http.hpp"
#include "transport/http/outlet.hpp"
#include "transport/http/watchdog.hpp"

namespace mcpssh::transport {

/// One session of the legacy era, as the protocol's MessageStream: what clients POST is read from it, and
/// what is written to it goes to the outlet of the POST it relates to, what relates to none to the
/// standing one, which GET reads. With `single`, as HTTP+SSE wants, all of it goes to the standing one. Lives
/// on one executor.
class HttpSession : public mcp::MessageStream {
 public:
  HttpSession(const base::Executor& executor, std::string id, base::Principal principal, bool single,
              const HttpLimits& limits, std::shared_ptr<KeptBytes> kept, std::function<void()> expired);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const base::Principal& principal() const { return principal_; }
  [[nodiscard]] bool single() const { return single_; }
  /// What initialize agreed on; empty before.
  std::string version;

  // The protocol's side.
  base::Task<std::optional<std::string>> read() override;
  base::Task<void> write(std::string message, mcp::Relation relation) override;
  void unanswered(const std::string& request) override;
  /// Who sent what was read last. Tokens of one name may have different rights, and these change while a
  /// session lives.
  [[nodiscard]] const base::Principal* speaker() const override { return &speaker_; }

  // The HTTP side.
  /// Somebody of its principal listens, with these rights from here on.
  void heard_by(base::Principal principal) { speaker_ = std::move(principal); }
  /// Hands a client's message to the protocol; waits while many are unread. Drops it when the session
  /// has ended.
  base::Task<void> push(std::string message, base::Principal by);
  /// The outlet for the answers to these requests; null when one of the ids is in use.
  std::shared_ptr<Outlet> open(const std::vector<std::string>& ids);
  /// Nobody will come back for it.
  void forget(const Outlet& outlet);
  [[nodiscard]] std::shared_ptr<Outlet> outlet(std::uint64_t number) const;
  [[nodiscard]] const std::shared_ptr<Outlet>& standing() const { return standing_; }
  /// The client is done, or was silent for too long: read() ends, and all outlets with it.
  void end();
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool busy() const { return uses_ > 0; }

  /// While one lives the session does not expire.
  class Use {
   public:
    explicit Use(std::shared_ptr<HttpSession> session);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    std::shared_ptr<HttpSession> session_;
  };

 private:
  void close(const std::shared_ptr<Outlet>& outlet);

  std::string id_;
  base::Principal principal_, speaker_;
  bool single_;
  const HttpLimits& limits_;
  std::shared_ptr<KeptBytes> kept_;
  struct Posted {
    std::string message;
    base::Principal by;
  };
  std::deque<Posted> inbox_;
  std::size_t inbox_bytes_ = 0;
  base::Wakeup changed_;
  Watchdog idle_;
  std::size_t uses_ = 0;
  bool ended_ = false;
  std::uint64_t count_ = 0;
  std::shared_ptr<Outlet> standing_;
  std::map<std::uint64_t, std::shared_ptr<Outlet>> outlets_;
  std::map<std::string, std::shared_ptr<Outlet>> by_request_;  ///< those not yet answered
  std::deque<std::uint64_t> finished_;                         ///< kept for resumption, the oldest first
};

}  // namespace mcpssh::transport
