// Calls whose output somebody takes as it comes.
#include "base/hop.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"

namespace mcpssh::gateway {

base::CallId Gateway::submit_followed(Action action) {
  const auto call = core_->admit_call(std::move(action), false);
  call->followed = true;  // before it runs: it begins with records
  return call->id;
}

base::Task<std::optional<Piece>> Gateway::follow(base::CallId id) {
  const auto call = core_->find(id);
  if (!call)
    throw base::Error(base::ErrorCode::not_found, "no call " + base::printable(id.str(), 40),
                      "it may have ended long ago");
  for (;;) {
    const auto feed = call->feed;
    const bool done = call->done;
    if (feed) {
      auto next = Feed::next(feed);
      auto piece = co_await base::hop(feed->executor(), std::move(next));
      if (piece) co_return piece;
    }
    if (done) co_return std::nullopt;
    // A command that could not be sent is tried on another connection, with a feed of its own.
    while (!call->done && call->feed == feed) co_await call->changed.wait();
  }
}

}  // namespace mcpssh::gateway
