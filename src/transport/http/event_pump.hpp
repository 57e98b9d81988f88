#pragma once
#include <memory>

#include "base/task.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/outlet.hpp"

namespace mcpssh::transport {

/// One reader of one outlet, for as long as it lives.
class Reading {
 public:
  Reading(std::shared_ptr<Outlet> outlet, const HttpConnection& connection,
          std::optional<std::uint64_t> after = std::nullopt);
  ~Reading() { outlet_->detach(ticket_); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  const Event* next() { return outlet_->next(ticket_); }
  [[nodiscard]] bool over() const { return outlet_->over(ticket_); }
  [[nodiscard]] Outlet& outlet() const { return *outlet_; }

 private:
  std::shared_ptr<Outlet> outlet_;
  Outlet::Ticket ticket_;
};

/// Sends what comes as events on a stream that was started, until nothing more does or the client is gone;
/// comments when it stays silent for `keep_alive`. `resumable`: with event ids.
base::Task<void> pump_events(HttpConnection& connection, Reading& reading, bool resumable,
                             std::chrono::milliseconds keep_alive);

}  // namespace mcpssh::transport
