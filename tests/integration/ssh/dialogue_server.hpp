#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tcp_server.hpp"

namespace mcpssh::test {

/// An SSH server that lets in who answers its questions, and does nothing else: for what no sshd can be made
/// to ask. It is libssh's server side, so it takes any key and says yes to `none` only when told to.
class DialogueServer {
 public:
  struct Prompt {
    std::string text;
    bool echo = false;
  };
  struct Round {
    std::string instruction;
    std::vector<Prompt> prompts;
  };
  struct Options {
    std::vector<Round> rounds;
    bool key_first = false;  ///< a partial success for any key, then the dialogue
    bool none = false;       ///< lets in whoever asks
  };
  DialogueServer(const std::filesystem::path& directory, Options options);
  ~DialogueServer();

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  /// "[127.0.0.1]:port type key"
  [[nodiscard]] const std::string& known_hosts() const { return known_hosts_; }
  /// What was answered so far, in order.
  [[nodiscard]] std::vector<std::string> answers() const;

 private:
  class Session;
  void keep(const std::string& answer);

  Options options_;
  std::string host_key_, known_hosts_;
  mutable std::mutex mutex_;
  std::vector<std::string> answers_;
  std::unique_ptr<TcpServer> server_;
};

}  // namespace mcpssh::test
