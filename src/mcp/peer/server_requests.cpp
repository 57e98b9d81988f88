#include "mcp/peer/server_requests.hpp"

#include <fmt/format.h>

namespace mcpssh::mcp {

struct ServerRequests::Open {
  explicit Open(base::Executor executor) : arrived(std::move(executor)) {}
  std::optional<Response> response;
  base::Wakeup arrived;
};

/// One open request; unanswered when it goes, the client is told to forget it.
class ServerRequests::Registration {
 public:
  Registration(ServerRequests& owner, RequestId id, Relation about)
      : owner_(owner),
        id_(std::move(id)),
        about_(std::move(about)),
        open_(std::make_shared<Open>(owner.executor_)) {
    owner_.open_.emplace(id_, open_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() {
    owner_.open_.erase(id_);
    if (open_->response) return;
    json::object params{{"requestId", to_json(id_)}, {"reason", "no answer is awaited any longer"}};
    owner_.outbox_.offer(mcp::serialize(notification("notifications/cancelled", std::move(params))), about_);
  }
  [[nodiscard]] Open& open() const { return *open_; }

 private:
  ServerRequests& owner_;
  RequestId id_;
  Relation about_;
  std::shared_ptr<Open> open_;
};

ServerRequests::ServerRequests(base::Executor executor, Outbox& outbox)
    : executor_(std::move(executor)), outbox_(outbox) {}

base::Task<std::optional<json::object>> ServerRequests::ask(Relation about, std::string_view method,
                                                            json::object params,
                                                            std::chrono::milliseconds patience) {
  const RequestId id = fmt::format("server-{}", ++count_);
  const Registration registration(*this, id, about);
  auto& open = registration.open();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  auto message = mcp::serialize(request(id, method, std::move(params)));
  co_await outbox_.send(std::move(message), std::move(about));
  while (!open.response) {
    const bool woken = co_await open.arrived.wait_until(deadline);
    if (!woken) break;
  }
  if (!open.response || !open.response->result) co_return std::nullopt;
  co_return std::move(*open.response->result);
}

void ServerRequests::deliver(Response response) {
  if (!response.id) return;
  const auto found = open_.find(*response.id);
  if (found == open_.end() || found->second->response) return;
  const auto open = found->second;
  open->response = std::move(response);
  open->arrived.notify();
}

}  // namespace mcpssh::mcp
