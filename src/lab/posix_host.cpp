#include <unistd.h>

#include <array>

#include "lab/hosts.hpp"
#include "lab/process.hpp"

namespace mcpssh::lab {
namespace {

constexpr std::array sftp_servers{"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server",
                                  "/usr/libexec/sftp-server", "/usr/lib/ssh/sftp-server"};

class PosixHost final : public Host {
 public:
  explicit PosixHost(const LabUser& user)
      : name_(user.name), directory_(user.directory.empty() ? "/" : user.directory) {}

  std::unique_ptr<Program> shell(const std::optional<Terminal>& terminal) const override {
    if (terminal) return start({"/bin/sh", "-i"}, terminal);
    return start({"/bin/sh"}, terminal);
  }
  std::unique_ptr<Program> exec(std::string_view command,
                                const std::optional<Terminal>& terminal) const override {
    return start({"/bin/sh", "-c", std::string(command)}, terminal);
  }
  std::unique_ptr<Program> subsystem(std::string_view name) const override {
    if (name != "sftp") return nullptr;
    for (const char* path : sftp_servers)
      if (::access(path, X_OK) == 0) return start({path}, std::nullopt);
    return nullptr;
  }

 private:
  std::unique_ptr<Program> start(std::vector<std::string> arguments,
                                 const std::optional<Terminal>& terminal) const {
    Process::Spec spec{.arguments = std::move(arguments),
                       .environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                       "HOME=" + directory_, "USER=" + name_, "LANG=C.UTF-8",
                                       "TERM=" + (terminal ? terminal->type : "dumb")},
                       .directory = directory_,
                       .terminal = terminal};
    return std::make_unique<Process>(spec);
  }

  std::string name_, directory_;
};

}  // namespace

std::unique_ptr<Host> posix_host(const LabUser& user) {
  return std::make_unique<PosixHost>(user);
}

}  // namespace mcpssh::lab
