#include "ssh/session/connection_thread.hpp"

#include <pthread.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>

#include "ssh/session/handshake_turn.hpp"
#include "ssh/session/race.hpp"

namespace mcpssh::ssh {
namespace asio = base::asio;

ConnectionThread::ConnectionThread(const std::string& name)
    : thread_([this, name] {
        ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
        context_.run();
      }) {}

template <class T>
base::Task<T> ConnectionThread::unless_draining(base::Task<T> work) {
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (caught(std::move(work)) || drain_wakeup_.wait());
  if (draining_ || first.index() != 0)
    throw base::Error(base::ErrorCode::cancelled, "connecting was cancelled", "try again");
  auto& outcome = std::get<0>(first);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return std::move(*outcome.value);
}

namespace {

base::Task<std::shared_ptr<Connection>> open_in_turn(Target target, std::shared_ptr<Connection> carrier) {
  auto turn = co_await HandshakeTurn::take();
  if (target.ask_human)
    target.ask_human = [turn, ask = std::move(target.ask_human)](HumanPrompt prompt) mutable {
      turn.give_back();
      return ask(std::move(prompt));
    };
  auto connection = co_await Connection::open(std::move(target), std::move(carrier));
  turn.succeeded();
  co_return connection;
}

}  // namespace

base::Task<std::shared_ptr<Connection>> ConnectionThread::open(Target target,
                                                               std::shared_ptr<Connection> carrier) {
  auto connection = co_await unless_draining(open_in_turn(std::move(target), std::move(carrier)));
  std::erase_if(connections_, [](const std::weak_ptr<Connection>& each) { return each.expired(); });
  connections_.push_back(connection);
  co_return connection;
}

base::Task<HostKey> ConnectionThread::host_key(Target target, std::string type,
                                               std::shared_ptr<Connection> carrier) {
  return unless_draining(fetch_host_key(std::move(target), std::move(type), std::move(carrier)));
}

void ConnectionThread::close_all() {
  draining_ = true;
  drain_wakeup_.notify();
  for (const auto& each : connections_)
    if (const auto connection = each.lock()) connection->close();
}

void ConnectionThread::drain() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] { close_all(); });
  work_.reset();
  thread_.join();
}

}  // namespace mcpssh::ssh
