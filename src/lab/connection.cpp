#include "lab/connection.hpp"

#include <libssh/callbacks.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <vector>

#include "base/text.hpp"
#include "lab/channel.hpp"
#include "lab/keys.hpp"

namespace mcpssh::lab {
namespace {

/// As OpenSSH's MaxAuthTries and MaxSessions, so that a client meets here what it will meet outside.
constexpr int max_login_attempts = 6;
constexpr std::size_t max_channels = 10;
/// Turns of libssh's loop (4 KiB each) before the channels are served again.
constexpr int pump_turns = 64;

class Connection {
 public:
  Connection(base::UniqueFd socket, Key host_key, const Accounts& accounts, int stop_fd);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  void run();

 private:
  enum class Login { accepted, refused };

  void listen();
  Login by_password(std::string_view name, std::string_view password);
  Login by_key(std::string_view name, ssh_key offered, char signature_state);
  Login judge(const Account* account, bool proved);
  ssh_channel open_channel();

  bool exchange_keys();
  bool pump();
  bool serve_channels();
  bool wait(bool busy);
  [[nodiscard]] bool write_pending() const {
    return (ssh_get_poll_flags(session_.get()) & SSH_WRITE_PENDING) != 0;
  }

  const Accounts& accounts_;
  int stop_fd_;
  ssh_server_callbacks_struct callbacks_{};  ///< libssh keeps pointers to this and the next
  ssh_counter_struct received_{};
  Session session_;
  Event event_;
  const Account* account_ = nullptr;  ///< who logged in
  int failed_logins_ = 0;
  std::vector<std::unique_ptr<Channel>> channels_;
};

Connection& self(void* userdata) {
  return *static_cast<Connection*>(userdata);
}

Connection::Connection(base::UniqueFd socket, Key host_key, const Accounts& accounts, int stop_fd)
    : accounts_(accounts), stop_fd_(stop_fd), session_(ssh_new()) {
  const Bind bind(ssh_bind_new());
  if (!session_ || !bind) throw std::bad_alloc();
  const bool no_config_files = false;
  ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no_config_files);
  ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_BANNER, "mcp-ssh-lab");
  ssh_key const key = host_key.release();  // the bind frees it
  if (ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, key) != SSH_OK) host_key.reset(key);
  if (ssh_bind_accept_fd(bind.get(), session_.get(), socket.get()) != SSH_OK) return;
  static_cast<void>(socket.release());
  ssh_set_blocking(session_.get(), 0);
  ssh_set_counters(session_.get(), &received_, nullptr);
  listen();
}

Connection::~Connection() {
  channels_.clear();
  event_.reset();
  ssh_disconnect(session_.get());
}

void Connection::listen() {
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.auth_password_function = [](ssh_session, const char* name, const char* password,
                                         void* user) -> int {
    return self(user).by_password(name, password) == Login::accepted ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
  };
  callbacks_.auth_pubkey_function = [](ssh_session, const char* name, ssh_key_struct* key, char state,
                                       void* user) -> int {
    return self(user).by_key(name, key, state) == Login::accepted ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
  };
  callbacks_.channel_open_request_session_function = [](ssh_session, void* user) {
    return self(user).open_channel();
  };
  ssh_set_server_callbacks(session_.get(), &callbacks_);
  ssh_set_auth_methods(session_.get(), SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
}

Connection::Login Connection::judge(const Account* account, bool proved) {
  if (account == nullptr || !proved || failed_logins_ >= max_login_attempts) {
    ++failed_logins_;
    return Login::refused;
  }
  account_ = account;
  return Login::accepted;
}

Connection::Login Connection::by_password(std::string_view name, std::string_view password) {
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return judge(nullptr, false);
  const LabUser& user = found->second.user;
  return judge(&found->second, !user.password.empty() && base::equal_constant_time(user.password, password));
}

Connection::Login Connection::by_key(std::string_view name, ssh_key offered, char signature_state) {
  const auto found = accounts_.find(name);
  const bool known = found != accounts_.end() && !found->second.user.authorized_key.empty() &&
                     (found->second.user.authorized_key + " ").starts_with(public_line(offered) + " ");
  if (known && signature_state == SSH_PUBLICKEY_STATE_NONE) return Login::accepted;  // "would this key do?"
  return judge(known ? &found->second : nullptr, signature_state == SSH_PUBLICKEY_STATE_VALID);
}

ssh_channel Connection::open_channel() {
  if (account_ == nullptr || channels_.size() >= max_channels) return nullptr;
  try {
    channels_.push_back(std::make_unique<Channel>(session_.get(), *account_->host));
    return channels_.back()->handle();
  } catch (const std::bad_alloc&) {
    return nullptr;  // the caller is C
  }
}

/// False when the connection is over.
bool Connection::exchange_keys() {
  for (;;) {
    const int outcome = ssh_handle_key_exchange(session_.get());
    if (outcome == SSH_OK) break;
    if (outcome != SSH_AGAIN || !wait(false)) return false;
  }
  event_.reset(ssh_event_new());
  return event_ != nullptr && ssh_event_add_session(event_.get(), session_.get()) == SSH_OK;
}

/// Lets libssh read and write what it can. False when the connection is over.
bool Connection::pump() {
  for (int turn = 0; turn < pump_turns; ++turn) {
    const int outcome = ssh_event_dopoll(event_.get(), 0);
    if (outcome == SSH_AGAIN) break;
    if (outcome == SSH_ERROR || ssh_is_connected(session_.get()) == 0) return false;
  }
  const bool closed = (ssh_get_status(session_.get()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
  return !closed && failed_logins_ < max_login_attempts;
}

/// True when another round may move more: bytes moved, or one channel's call read a packet for another.
bool Connection::serve_channels() {
  const std::uint64_t before = received_.in_bytes;
  bool moved = false;
  for (std::size_t i = 0; i < channels_.size(); ++i) moved |= channels_[i]->step();  // may grow meanwhile
  std::erase_if(channels_, [](const auto& channel) { return channel->over(); });
  return moved || received_.in_bytes != before;
}

/// Waits for the network, a program or the end of the server; not at all when `busy`. False when it is over.
bool Connection::wait(bool busy) {
  const int socket = ssh_get_fd(session_.get());
  if (socket < 0) return false;
  std::vector<pollfd> waits{{stop_fd_, POLLIN, 0}, {socket, POLLIN, 0}};
  if (write_pending()) waits[1].events |= POLLOUT;
  for (const auto& channel : channels_) channel->add_waits(waits);
  while (::poll(waits.data(), waits.size(), busy ? 0 : -1) < 0)
    if (errno != EINTR) return false;
  return waits[0].revents == 0;
}

void Connection::run() {
  if (!exchange_keys()) return;
  bool busy = true;
  while (pump()) {
    busy = serve_channels();
    if (!wait(busy)) return;
  }
}

}  // namespace

void serve_connection(base::UniqueFd socket, Key host_key, const Accounts& accounts, int stop_fd) noexcept {
  try {
    Connection(std::move(socket), std::move(host_key), accounts, stop_fd).run();
  } catch (const std::exception&) {
    return;  // out of memory: the socket closes, the client sees it
  }
}

}  // namespace mcpssh::lab
