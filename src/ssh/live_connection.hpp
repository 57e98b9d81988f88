#pragma once
#include <memory>

#include "ssh/connection.hpp"
#include "ssh/exec/command_text.hpp"
#include "ssh/session/session_channels.hpp"

namespace mcpssh::ssh {

/// The Connection there is: a logged-in Driver and what is known about it.
class LiveConnection : public Connection, public std::enable_shared_from_this<LiveConnection> {
 public:
  /// A pointer whose last owner may be on any thread: the connection dies on its own. `sessions` are the
  /// driver's.
  static std::shared_ptr<LiveConnection> make(OwnedDriver driver, std::shared_ptr<SessionChannels> sessions,
                                              ConnectionFacts facts);
  ~LiveConnection() override;

  base::Task<ExecResult> exec(ExecRequest request, Sink sink) override;
  base::Task<std::unique_ptr<base::Duplex>> open_shell(PtyRequest pty) override;
  base::Task<std::unique_ptr<base::Duplex>> open_subsystem(std::string name) override;
  base::Task<std::unique_ptr<base::Duplex>> open_forward(std::string address, std::uint16_t port) override;
  base::Task<std::shared_ptr<RemoteListener>> listen_forward(std::string address,
                                                             std::uint16_t port) override;
  [[nodiscard]] const ConnectionFacts& facts() const override { return facts_; }
  [[nodiscard]] bool alive() const override { return driver_->alive(); }
  [[nodiscard]] std::size_t channels() const override { return sessions_->lent(); }
  [[nodiscard]] base::Executor executor() const override { return driver_->executor(); }
  base::Task<void> closed() override { return driver_->closed(); }
  void when_closed(std::function<void()> tell) override { driver_->when_closed(std::move(tell)); }
  void close() override {
    sessions_->close();
    driver_->close("closed by us");
  }

 private:
  LiveConnection(OwnedDriver driver, std::shared_ptr<SessionChannels> sessions, ConnectionFacts facts);
  [[nodiscard]] CommandShell command_shell() const;
  static base::Task<ExecResult> run(std::shared_ptr<LiveConnection> self, ExecRequest request, Sink sink);
  static base::Task<ExecResult> run_apart(std::shared_ptr<LiveConnection> self, ExecRequest request,
                                          Sink sink);
  static base::Task<std::unique_ptr<base::Duplex>> start_shell(std::shared_ptr<LiveConnection> self,
                                                               PtyRequest pty);
  static base::Task<std::unique_ptr<base::Duplex>> start_subsystem(std::shared_ptr<LiveConnection> self,
                                                                   std::string name);

  OwnedDriver driver_;
  std::shared_ptr<SessionChannels> sessions_;
  ConnectionFacts facts_;
};

}  // namespace mcpssh::ssh
