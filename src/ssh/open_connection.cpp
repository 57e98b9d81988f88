#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "base/clock.hpp"
#include "base/faults.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "ssh/exec/shell_probe.hpp"
#include "ssh/live_connection.hpp"
#include "ssh/login/authentication.hpp"
#include "ssh/session/handshake.hpp"
#include "ssh/session/race.hpp"
#include "ssh/session/session_channels.hpp"
#include "ssh/trust/algorithms.hpp"
#include "ssh/trust/host_key_check.hpp"
#include "ssh/way/way.hpp"

namespace mcpssh::ssh {
namespace {
namespace asio = base::asio;
using base::Error;
using base::ErrorCode;
using base::Fault;
using std::chrono::steady_clock;

std::chrono::milliseconds given_or(std::chrono::milliseconds given, std::chrono::milliseconds otherwise) {
  return given.count() > 0 ? given : otherwise;
}
/// The way to one logged-in connection. Knows at which step it is, for the message.
class Opening {
 public:
  Opening(Target target, std::shared_ptr<Connection> carrier)
      : target_(std::move(target)), carrier_(std::move(carrier)) {}
  base::Task<std::shared_ptr<Connection>> open() { return explained(establish()); }
  base::Task<HostKey> fetch_host_key(std::string type) { return explained(ask_host_key(std::move(type))); }

 private:
  base::Task<std::shared_ptr<Connection>> establish();
  base::Task<HostKey> ask_host_key(std::string type);
  base::Task<Way> go();
  base::Task<OwnedDriver> log_in(Way way, LoginClock& clock);
  base::Task<OwnedDriver> shake_hands(Way way, algorithms::Offer offer);
  [[nodiscard]] KnownHosts load_known_hosts() const;
  base::Task<std::vector<std::string>> types_on_record();
  base::Task<void> check_host_key(Driver& driver);
  void note_negotiated(const Driver& driver);
  [[nodiscard]] HumanPrompt introduction() const;
  bool take_learned_shell();
  base::Task<ProvedShell> probe(std::shared_ptr<SessionChannels> sessions);

  template <class T>
  base::Task<T> explained(base::Task<T> work);
  template <class T>
  base::Task<T> timed(LoginClock& clock, base::Task<T> work);
  [[nodiscard]] std::chrono::milliseconds login_timeout() const {
    return given_or(target_.login_timeout, base::limits::login_timeout);
  }

  Target target_;
  std::shared_ptr<Connection> carrier_;
  ConnectionFacts facts_;
  const char* step_ = "connect";
};

/// The same error, told with host and step.
template <class T>
base::Task<T> Opening::explained(base::Task<T> work) {
  try {
    co_return co_await std::move(work);
  } catch (const Error& error) {
    const bool cut_off = error.code() == ErrorCode::connection_lost && error.next_move().empty();
    const Error told =
        cut_off ? Error(error.fault(), error.cause(), "try again; the host's own log says more") : error;
    throw told.at_step(step_).at_host(target_.name);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    throw Error(ErrorCode::io_error, error.code().message()).at_step(step_).at_host(target_.name);
  }
}

template <class T>
base::Task<T> Opening::timed(LoginClock& clock, base::Task<T> work) {
  using namespace asio::experimental::awaitable_operators;
  auto first = co_await (caught(std::move(work)) || clock.run_out());
  if (first.index() != 0)
    throw Error(
        Fault::login_slow,
        fmt::format("not done with {} within {}", facts_.address, base::human_duration(login_timeout())),
        "check that the host is not overloaded, and that the agent answers when one is used");
  auto& outcome = std::get<0>(first);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return std::move(*outcome.value);
}

base::Task<std::shared_ptr<Connection>> Opening::establish() {
  const auto begin = steady_clock::now();
  auto executor = co_await asio::this_coro::executor;
  auto way = co_await go();
  LoginClock clock(executor, login_timeout());
  auto driver = co_await timed(clock, log_in(std::move(way), clock));
  driver->keep_alive(target_.keepalive);
  facts_.server_version = driver->server_version();
  step_ = "shell probe";
  auto sessions = std::make_shared<SessionChannels>(driver.shared(), session_options(target_));
  if (target_.posix && !take_learned_shell()) {
    auto proved = co_await probe(sessions);
    facts_.login_shell = std::move(proved.login_shell);
    facts_.through_sh = proved.through_sh;
  }
  facts_.took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin -
                                                                      clock.stood_still());
  co_return LiveConnection::make(std::move(driver), std::move(sessions), facts_);
}

bool Opening::take_learned_shell() {
  const auto& learned = target_.learned_shell;
  if (!learned || learned->fingerprint != facts_.fingerprint) return false;
  facts_.login_shell = learned->login_shell;
  facts_.through_sh = learned->through_sh;
  return facts_.shell_learned = true;
}

base::Task<Way> Opening::go() {
  const auto timeout = given_or(target_.connect_timeout, base::limits::connect_timeout);
  auto way = co_await connect(target_, carrier_, timeout);
  facts_.address = way.link.address;
  co_return way;
}

base::Task<OwnedDriver> Opening::log_in(Way way, LoginClock& clock) {
  step_ = "host key";
  const auto on_record = co_await types_on_record();
  auto driver = co_await shake_hands(std::move(way), algorithms::offer(target_.algorithms, on_record));
  note_negotiated(*driver.shared());
  step_ = "host key";
  co_await check_host_key(*driver.shared());
  step_ = "log in";
  facts_.auth_method = co_await authenticate(driver.shared(), target_, clock, introduction());
  co_return driver;
}

/// Who gives a host a one-time code has to know whether it proved to be that host.
HumanPrompt Opening::introduction() const {
  HumanPrompt about;
  about.address = facts_.address;
  about.host_key = facts_.host_key_type + " " + facts_.fingerprint;
  // A key that was taken unseen a minute ago is no more proved by being on record now.
  if (target_.pins.empty() && target_.host_key_checking == HostKeyChecking::accept_new)
    about.host_key_doubt =
        std::string(facts_.host_key_added ? "seen for the first time just now and " : "") +
        "taken unseen at first contact and compared by nobody (host_key_checking: accept-new)";
  else if (target_.pins.empty() && target_.host_key_checking == HostKeyChecking::off)
    about.host_key_doubt = "nobody compared it with anything (host_key_checking: off)";
  return about;
}

base::Task<OwnedDriver> Opening::shake_hands(Way way, algorithms::Offer offer) {
  step_ = "key exchange";
  SessionOptions options;
  options.user = target_.user;
  options.offer = std::move(offer);
  if (std::ranges::count(target_.credentials.methods, Credentials::Method::gssapi) > 0)
    options.gssapi_name = target_.address;
  return handshake(std::move(way), std::move(options), target_.algorithms);
}

void Opening::note_negotiated(const Driver& driver) {
  const auto& agreed = driver.negotiated();
  facts_.key_exchange = agreed.key_exchange;
  facts_.cipher = agreed.cipher;
  facts_.mac = agreed.mac;
  const std::vector<std::string> all{agreed.key_exchange, agreed.host_key, agreed.cipher, agreed.mac};
  facts_.weak_algorithms = algorithms::weak_among(all);
}

KnownHosts Opening::load_known_hosts() const {
  if (target_.host_key_checking == HostKeyChecking::off || !target_.pins.empty()) return {};
  return KnownHosts::load(target_.known_hosts, target_.other_known_hosts);
}

base::Task<std::vector<std::string>> Opening::types_on_record() {
  if (!target_.pins.empty()) co_return pinned_types(target_.pins);
  const auto look = [this] { return load_known_hosts().types_for(target_.address, target_.port); };
  co_return co_await off_thread(look);
}

base::Task<void> Opening::check_host_key(Driver& driver) {
  const HostKey offered = offered_host_key(driver.session());
  facts_.host_key_type = offered.type;
  facts_.fingerprint = offered.fingerprint();
  // Hashed names cost an HMAC each, and remembering waits for the disk. Read again: a key trusted or revoked
  // since the key exchange began counts.
  const auto decide = [this, &offered] {
    const auto answer = load_known_hosts().check(target_.address, target_.port, offered);
    if (judge_host_key(target_, offered, answer) == HostKeyDecision::accept) return false;
    remember(target_.known_hosts, target_.address, target_.port, offered, false, true);
    return true;
  };
  facts_.host_key_added = co_await off_thread(decide);
}

base::Task<ProvedShell> Opening::probe(std::shared_ptr<SessionChannels> sessions) {
  try {
    co_return co_await probe_shell(sessions);
  } catch (const Error& error) {
    throw Error(error.fault(),
                "asked for its shell, the host closed the connection: " + sessions->driver()->end_reason(),
                "if it is a device, set `shell: cli` for it");
  }
}

base::Task<HostKey> Opening::ask_host_key(std::string type) {
  auto executor = co_await asio::this_coro::executor;
  auto offer = type.empty() ? algorithms::offer(target_.algorithms, {})
                            : algorithms::offer_for_type(target_.algorithms, type);
  auto way = co_await go();
  LoginClock clock(executor, login_timeout());
  auto driver = co_await timed(clock, shake_hands(std::move(way), std::move(offer)));
  co_return offered_host_key(driver->session());
}

}  // namespace

base::Task<std::shared_ptr<Connection>> Connection::open(Target target, std::shared_ptr<Connection> carrier) {
  Opening opening(std::move(target), std::move(carrier));
  co_return co_await opening.open();
}

base::Task<HostKey> fetch_host_key(Target target, std::string type, std::shared_ptr<Connection> carrier) {
  Opening opening(std::move(target), std::move(carrier));
  co_return co_await opening.fetch_host_key(std::move(type));
}

}  // namespace mcpssh::ssh
