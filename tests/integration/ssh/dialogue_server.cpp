#include "dialogue_server.hpp"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "base/ids.hpp"
#include "support/openssh_server.hpp"

namespace mcpssh::test {

/// One client.
class DialogueServer::Session {
 public:
  Session(DialogueServer& server, int fd) : server_(server), bind_(ssh_bind_new()), session_(ssh_new()) {
    ssh_bind_options_set(bind_, SSH_BIND_OPTIONS_HOSTKEY, server_.host_key_.c_str());
    accepted_ = ssh_bind_accept_fd(bind_, session_, ::fcntl(fd, F_DUPFD_CLOEXEC, 0)) == SSH_OK &&
                ssh_handle_key_exchange(session_) == SSH_OK;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    ssh_disconnect(session_);
    ssh_free(session_);
    ssh_bind_free(bind_);
  }

  void serve() {
    while (accepted_) {
      const ssh_message message = ssh_message_get(session_);
      if (message == nullptr) return;
      if (!handle(message)) ssh_message_reply_default(message);
      ssh_message_free(message);
    }
  }

 private:
  bool handle(ssh_message message) {
    const auto& options = server_.options_;
    const int type = ssh_message_type(message), kind = ssh_message_subtype(message);
    if (type == SSH_REQUEST_SERVICE) return ssh_message_service_reply_success(message) == SSH_OK;
    if (type != SSH_REQUEST_AUTH) return false;
    const bool key_wanted = options.key_first && !key_shown_;
    ssh_message_auth_set_methods(message,
                                 key_wanted ? SSH_AUTH_METHOD_PUBLICKEY : SSH_AUTH_METHOD_INTERACTIVE);
    if (kind == SSH_AUTH_METHOD_NONE && options.none)
      return ssh_message_auth_reply_success(message, 0) == SSH_OK;
    if (kind == SSH_AUTH_METHOD_PUBLICKEY && key_wanted) {
      key_shown_ = true;
      ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_INTERACTIVE);
      return ssh_message_auth_reply_success(message, 1) == SSH_OK;
    }
    if (kind == SSH_AUTH_METHOD_INTERACTIVE && !key_wanted) return talk(message);
    return false;
  }

  bool talk(ssh_message message) {
    if (ssh_message_auth_kbdint_is_response(message) != 0) {
      const int count = ssh_userauth_kbdint_getnanswers(session_);
      for (int i = 0; i < count; ++i)
        server_.keep(ssh_userauth_kbdint_getanswer(session_, static_cast<unsigned>(i)));
    }
    if (round_ == server_.options_.rounds.size()) return ssh_message_auth_reply_success(message, 0) == SSH_OK;
    const auto& round = server_.options_.rounds[round_++];
    std::vector<const char*> texts;
    std::vector<char> echo;
    for (const auto& prompt : round.prompts) {
      texts.push_back(prompt.text.c_str());
      echo.push_back(prompt.echo ? 1 : 0);
    }
    ssh_message_auth_interactive_request(message, "log-in", round.instruction.c_str(),
                                         static_cast<unsigned>(texts.size()), texts.data(), echo.data());
    return true;
  }

  DialogueServer& server_;
  ssh_bind bind_;
  ssh_session session_;
  bool accepted_ = false, key_shown_ = false;
  std::size_t round_ = 0;
};

DialogueServer::DialogueServer(const std::filesystem::path& directory, Options options)
    : options_(std::move(options)) {
  const auto key = make_client_key(directory / ("host-key-" + base::random_hex(4)));
  host_key_ = key.path;
  server_ = std::make_unique<TcpServer>([this](int fd) { Session(*this, fd).serve(); });
  known_hosts_ = "[127.0.0.1]:" + std::to_string(port()) + " " + key.public_line + "\n";
}

DialogueServer::~DialogueServer() = default;

std::vector<std::string> DialogueServer::answers() const {
  const std::lock_guard lock(mutex_);
  return answers_;
}

void DialogueServer::keep(const std::string& answer) {
  const std::lock_guard lock(mutex_);
  answers_.push_back(answer);
}

}  // namespace mcpssh::test
