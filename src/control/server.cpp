#include "control/server.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/seats.hpp"
#include "base/unix_socket.hpp"
#include "control/protocol.hpp"
#include "control/wish_buffer.hpp"

namespace mcpssh::control {
namespace {

namespace asio = base::asio;
using asio::local::stream_protocol;
using base::Error;
using boost::system::error_code;
using Socket = stream_protocol::socket;

/// A program asks and takes its answer at once.
constexpr auto patience = std::chrono::seconds(10);
/// Until descriptors may be free again.
constexpr auto breather = std::chrono::milliseconds(200);

base::Task<void> pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

/// One operator. Whatever goes wrong with it ends it and nothing else.
class Conversation {
 public:
  Conversation(gateway::Operators& operators, Socket socket, approvals::Approver who,
               std::optional<gid_t> approvers, std::string server_user)
      : operators_(operators),
        socket_(std::move(socket)),
        who_(std::move(who)),
        approvers_(approvers),
        server_user_(std::move(server_user)) {}

  base::Task<void> run() {
    for (;;) {
      const auto line = co_await read();
      if (!line) co_return;
      const auto wish = wish_from(line->reveal());
      if (!wish) {
        co_await say(refusal(wish.error()));
        co_return;
      }
      if (wish->kind == Wish::Kind::watch) {
        co_await watch();
        co_return;
      }
      auto answer = co_await fulfil(*wish);
      const bool said = co_await say(std::move(answer));
      if (!said) co_return;
    }
  }

 private:
  /// Nothing at the end, when it says nothing for too long, or says too much.
  base::Task<std::optional<base::Secret>> read() {
    using namespace asio::experimental::awaitable_operators;
    error_code failed;
    auto buffer = asio::dynamic_buffer(unread_.unread(), most_wish_bytes);
    const auto first = co_await (
        asio::async_read_until(socket_, buffer, '\n', asio::redirect_error(asio::use_awaitable, failed)) ||
        pause(patience));
    if (first.index() == 1 || failed) co_return std::nullopt;
    co_return unread_.take(std::get<0>(first));
  }

  /// False when the client does not take it.
  base::Task<bool> say(std::string line) {
    using namespace asio::experimental::awaitable_operators;
    line += '\n';
    error_code failed;
    const auto first = co_await (
        asio::async_write(socket_, asio::buffer(line), asio::redirect_error(asio::use_awaitable, failed)) ||
        pause(patience));
    co_return first.index() == 0 && !failed;
  }

  base::Task<std::string> fulfil(Wish wish) {
    try {
      using Kind = Wish::Kind;
      // Rights may have changed since the client connected.
      const bool counts = wish.kind == Kind::approve || wish.kind == Kind::thaw || wish.kind == Kind::answer;
      if (counts) who_ = co_await approvals::approver_of(who_.user, approvers_);
      switch (wish.kind) {
        case Kind::deny:
          if (approvals::names_login_question(wish.id))
            co_return done(operators_.decline_login(wish.id, who_));
          [[fallthrough]];
        case Kind::approve:
          co_return done(co_await answer(std::move(wish)));
        case Kind::answer:
          co_return done(operators_.answer_login(wish.id, std::move(wish.answer), who_));
        case Kind::freeze:
          co_return done(co_await operators_.freeze(who_, wish.reason));
        case Kind::thaw:
          co_return done(co_await operators_.thaw(who_, std::move(wish.code)));
        case Kind::sessions:
          co_return open_things(operators_);
        case Kind::stop_call:
          co_return report(co_await operators_.stop_call(std::move(wish.id), who_));
        case Kind::stop:
          co_return report(co_await operators_.stop_all(who_));
        default:
          co_return overview(operators_, who_, server_user_);
      }
    } catch (const Error& error) {
      co_return refusal(error);
    }
  }

  base::Task<std::string> answer(Wish wish) {
    gateway::Answer given;
    given.id = std::move(wish.id);
    given.approve = wish.kind == Wish::Kind::approve;
    given.shown = std::move(wish.digest);
    given.code = std::move(wish.code);
    co_return co_await operators_.answer(std::move(given), who_);
  }

  /// What is open, as often as it changes, until the client goes or says anything.
  base::Task<void> watch() {
    using namespace asio::experimental::awaitable_operators;
    std::optional<std::pair<bool, std::uint64_t>> told;
    for (;;) {
      if (const auto now = state(); told != now) {
        told = now;
        const bool said = co_await say(overview(operators_, who_, server_user_));
        if (!said) co_return;
        continue;  // it may have changed while it was told
      }
      error_code failed;
      const auto first = co_await (
          socket_.async_wait(Socket::wait_read, asio::redirect_error(asio::use_awaitable, failed)) ||
          operators_.changed());
      if (first.index() == 0) co_return;
    }
  }

  /// Another one whenever an overview tells something else than ages.
  [[nodiscard]] std::pair<bool, std::uint64_t> state() const {
    return {operators_.frozen().has_value(), operators_.revision()};
  }

  gateway::Operators& operators_;
  Socket socket_;
  approvals::Approver who_;
  std::optional<gid_t> approvers_;
  std::string server_user_;
  WishBuffer unread_;
};

/// Who it is may take the account service its time: nobody else waits for that.
base::Task<void> converse(gateway::Operators& operators, Socket socket, uid_t user,
                          std::optional<gid_t> approvers, std::string server_user,
                          std::shared_ptr<base::Seats::Seat> seat) {
  auto who = co_await approvals::approver_of(user, approvers);
  Conversation conversation(operators, std::move(socket), std::move(who), approvers, std::move(server_user));
  co_await conversation.run();
  seat.reset();
}

std::optional<uid_t> peer_of(Socket& socket, base::Log& log) {
  try {
    return base::unix_peer(socket.native_handle());
  } catch (const Error& error) {
    log.error(std::string("an operator is turned away: ") + error.what());
    return std::nullopt;
  }
}

}  // namespace

base::Task<void> serve(gateway::Operators& operators, base::UniqueFd listening,
                       std::optional<gid_t> approvers, base::Nursery& clients, base::Log log) {
  stream_protocol::acceptor acceptor(co_await asio::this_coro::executor);
  acceptor.assign(stream_protocol(), listening.get());
  [[maybe_unused]] const int taken = listening.release();
  const auto own = co_await approvals::approver_of(::geteuid(), std::nullopt);
  // The last seats are root's.
  base::Seats seats({.all = most_clients, .of_one_user = most_of_one_user, .for_root = most_of_one_user});
  for (;;) {
    error_code failed;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
    if (failed == asio::error::operation_aborted) co_return;
    if (failed) {
      log.error("cannot accept an operator: " + failed.message());
      co_await pause(breather);
      continue;
    }
    const auto user = peer_of(socket, log);
    if (!user) continue;
    auto seat = seats.take(*user);
    if (!seat) continue;  // closes it
    clients.start("operator",
                  converse(operators, std::move(socket), *user, approvers, own.name, std::move(seat)));
  }
}

}  // namespace mcpssh::control
