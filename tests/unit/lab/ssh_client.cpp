#include "ssh_client.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::lab {
namespace fs = std::filesystem;

void WithServer::SetUp() {
  std::string pattern = (fs::temp_directory_path() / "lab-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  directory_ = pattern;
  fs::create_directory(directory_ / "home");
  const KeyPair pair = make_key_pair();
  base::replace_file(directory_ / "key", pair.private_pem);
  LabUser posix{.name = "lea",
                .password = "pass phrase",
                .authorized_key = pair.public_line + " somebody@somewhere",
                .personality = Personality::posix,
                .directory = (directory_ / "home").string()};
  LabUser cisco = posix;
  cisco.name = "ned";
  cisco.personality = Personality::cisco;
  LabUser keyless{.name = "kim"};
  server_ = Server::start({.users = {posix, cisco, keyless}});
  trust_host_key();
}

void WithServer::TearDown() {
  server_.reset();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child was left";
  EXPECT_EQ(errno, ECHILD);
  fs::remove_all(directory_);
}

void WithServer::trust_host_key() const {
  base::replace_file(directory_ / "known_hosts",
                     "[127.0.0.1]:" + std::to_string(server_->port()) + " " + server_->host_key() + "\n");
}

std::string WithServer::client(const std::string& options) const {
  return "ssh -F /dev/null -p " + std::to_string(server_->port()) + " -i " + (directory_ / "key").string() +
         " -o IdentitiesOnly=yes -o IdentityAgent=none -o StrictHostKeyChecking=yes -o LogLevel=ERROR" +
         " -o GlobalKnownHostsFile=/dev/null -o UserKnownHostsFile=" + (directory_ / "known_hosts").string() +
         " " + options + " ";
}

WithServer::Ran WithServer::run(const std::string& command_line, const std::string& input) const {
  base::replace_file(directory_ / "stdin", input);
  const std::string files = " <" + (directory_ / "stdin").string() + " >" + (directory_ / "stdout").string() +
                            " 2>" + (directory_ / "stderr").string();
  const int status = std::system(("{ " + command_line + "\n}" + files).c_str());
  constexpr std::size_t most = 64 * 1024 * 1024;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, base::read_file(directory_ / "stdout", most),
          base::read_file(directory_ / "stderr", most)};
}

WithServer::Ran WithServer::ssh(const std::string& user, const std::string& command,
                                const std::string& options, const std::string& input) const {
  const std::string quoted = command.empty() ? "" : " -- " + base::shell_quote(command);
  return run(client("-o BatchMode=yes " + options) + user + "@127.0.0.1" + quoted, input);
}

WithServer::Ran WithServer::ssh_by_password(const std::string& user, const std::string& password) const {
  return run("sshpass -p " + base::shell_quote(password) + " " +
             client("-o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1") + user +
             "@127.0.0.1 'echo hello'");
}

FILE* WithServer::start_ssh(const std::string& user, const std::string& command,
                            const std::string& options) const {
  return ::popen(("exec " + client("-o BatchMode=yes " + options) + user + "@127.0.0.1 -- " +
                  base::shell_quote(command) + " 2>/dev/null </dev/null")
                     .c_str(),
                 "r");
}

std::string next_line(FILE* file) {
  std::array<char, 4096> bytes{};
  if (std::fgets(bytes.data(), bytes.size(), file) == nullptr) return {};
  return std::string(base::trim(bytes.data()));
}

Witness::Witness(const std::string& pid)
    : pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(pid.c_str()), 0))) {
  EXPECT_TRUE(pidfd_) << "no process " << pid;
}

bool Witness::saw_it_end(int milliseconds) const {
  pollfd wait{pidfd_.get(), POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) == 1;
}

bool is_gone(const std::string& pid) {
  const pid_t number = std::atoi(pid.c_str());
  return number > 1 && ::kill(number, 0) != 0 && errno == ESRCH;
}

}  // namespace mcpssh::lab
