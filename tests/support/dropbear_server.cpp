#include "support/dropbear_server.hpp"

#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

#include "base/text.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace fs = std::filesystem;
namespace {

/// The key line of `dropbearkey -y`'s answer.
std::string public_line(const std::string& answer) {
  for (const auto line : base::split(answer, '\n'))
    if (line.starts_with("ssh-")) {
      const auto words = base::split(line, ' ');
      return std::string(words.at(0)) + " " + std::string(words.at(1));
    }
  throw std::runtime_error("dropbearkey printed no key: " + answer);
}

}  // namespace

DropbearServer::DropbearServer(Options options) : key_(make_client_key(directory_.path() / "client")) {
  ::chmod(directory_.path().c_str(), 0755);
  const std::string host_key_file = directory_.path() / "hostkey";
  run_ok({"dropbearkey", "-t", "ed25519", "-f", host_key_file});
  host_key_ = public_line(run_ok({"dropbearkey", "-y", "-f", host_key_file}));

  const fs::path dot_ssh = fs::path(user_.home()) / ".ssh";
  fs::create_directories(dot_ssh);
  std::ofstream(dot_ssh / "authorized_keys") << key_.public_line << "\n";
  run_ok({"chown", "-R", user_.name(), dot_ssh.string()});
  run_ok({"chmod", "-R", "go=,u=rwX", dot_ssh.string()});

  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    Process::Options spawn;
    spawn.argv = {"dropbear",
                  "-F",
                  "-E",
                  "-p",
                  "127.0.0.1:" + std::to_string(port_),
                  "-r",
                  host_key_file,
                  "-P",
                  (directory_.path() / "pid").string()};
    if (options.busybox_only) spawn.argv.insert(spawn.argv.end(), {"-c", write_shell().string()});
    dropbear_.reset();
    dropbear_.emplace(std::move(spawn));
    if (wait_until_listening(port_, *dropbear_)) return;
  }
  throw std::runtime_error("dropbear does not start: " + dropbear_->err());
}

fs::path DropbearServer::write_shell() const {
  const fs::path applets = directory_.path() / "bin";
  fs::create_directories(applets);
  run_ok({"busybox", "--install", "-s", applets.string()});
  const std::string home = user_.home();
  directory_.write("profile", "export PS1='root@OpenWrt:\\w# '\n", 0644);
  return directory_.write(
      "shell",
      "#!/bin/sh\nexport PATH=" + applets.string() + " HOME=" + home + "\ncd " + home +
          "\n[ -n \"$SSH_ORIGINAL_COMMAND\" ] && exec /bin/busybox ash -c \"$SSH_ORIGINAL_COMMAND\"\n"
          "export ENV=" +
          (directory_.path() / "profile").string() + "\nexec /bin/busybox ash\n",
      0755);
}

std::string DropbearServer::known_hosts() const {
  return "[127.0.0.1]:" + std::to_string(port_) + " " + host_key_ + "\n";
}

}  // namespace mcpssh::test
