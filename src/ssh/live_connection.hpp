#pragma once
#include <memory>

#include "ssh/connection.hpp"
#include "ssh/driver.hpp"

namespace mcpssh::ssh {

/// The Connection there is: a logged-in Driver and what is known about it.
class LiveConnection : public Connection, public std::enable_shared_from_this<LiveConnection> {
 public:
  /// A pointer whose last owner may be on any thread: the connection dies on its own.
  static std::shared_ptr<LiveConnection> make(OwnedDriver driver, ConnectionFacts facts);

  base::Task<ExecResult> exec(ExecRequest request, Sink sink) override;
  base::Task<std::unique_ptr<base::Duplex>> open_shell(PtyRequest pty) override;
  [[nodiscard]] const ConnectionFacts& facts() const override { return facts_; }
  [[nodiscard]] bool alive() const override { return driver_->alive(); }
  [[nodiscard]] std::size_t channels() const override { return *channels_; }
  [[nodiscard]] base::Executor executor() const override { return driver_->executor(); }
  base::Task<void> closed() override { return driver_->closed(); }
  void close() override { driver_->close("closed by us"); }

 private:
  LiveConnection(OwnedDriver driver, ConnectionFacts facts);
  static base::Task<ExecResult> run(std::shared_ptr<LiveConnection> self, ExecRequest request, Sink sink);
  static base::Task<ExecResult> run_apart(std::shared_ptr<LiveConnection> self, ExecRequest request,
                                          Sink sink);
  static base::Task<std::unique_ptr<base::Duplex>> start_shell(std::shared_ptr<LiveConnection> self,
                                                               PtyRequest pty);

  OwnedDriver driver_;
  ConnectionFacts facts_;
  std::shared_ptr<std::size_t> channels_ = std::make_shared<std::size_t>(0);
};

}  // namespace mcpssh::ssh
