#include "support/openssh_server.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "base/file.hpp"
#include "base/text.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace fs = std::filesystem;
namespace {

/// "type base64" of a .pub file, without the comment.
std::string public_part(const fs::path& key) {
  const std::string text = base::read_file(key.string() + ".pub", 16384);
  const auto words = base::split(base::trim(text), ' ');
  return std::string(words.at(0)) + " " + std::string(words.at(1));
}

/// The process ids below `pid`, deepest last.
std::vector<int> descendants(int pid) {
  std::vector<int> found;
  std::ifstream children("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  for (int child = 0; children >> child;) {
    found.push_back(child);
    const auto below = descendants(child);
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  return lines.empty() ? std::string() : base::join(lines, "\n") + "\n";
}

}  // namespace

ClientKey make_client_key(const fs::path& path, const std::string& type, const std::string& passphrase) {
  run_ok({"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", path.string()});
  return {path, passphrase, public_part(path)};
}

OpensshServer::OpensshServer(Options options)
    : user_(current_user()),
      key_(make_client_key(directory_.path() / "client")),
      encrypted_key_(make_client_key(directory_.path() / "client-encrypted", "ed25519", "correct horse")),
      host_key_types_(options.host_key_types) {
  // A user other than ours reads authorized_keys below this directory.
  ::chmod(directory_.path().c_str(), 0755);
  directory_.write("authorized_keys", key_.public_line + "\n" + encrypted_key_.public_line + "\n", 0644);
  if (options.password_user) password_user_.emplace(options.groups);
  if (::geteuid() == 0) fs::create_directories("/run/sshd");  // sshd's empty root before login
  make_host_keys();
  write_config(options);
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    if (listen()) return;
  }
  throw std::runtime_error("sshd does not start: " + sshd_->err());
}

void OpensshServer::make_host_keys() {
  host_keys_.clear();
  for (const auto& type : host_key_types_) {
    const fs::path file = directory_.path() / ("host-" + type);
    fs::remove(file);
    fs::remove(file.string() + ".pub");
    run_ok({"ssh-keygen", "-q", "-t", type, "-N", "", "-f", file.string()});
    host_keys_.push_back(public_part(file));
  }
}

void OpensshServer::write_config(const Options& options) {
  // sshd takes the first value of a keyword, so the test's own lines come first.
  config_head_ = joined_lines(options.config);
  for (const auto& type : host_key_types_)
    config_head_ += "HostKey " + (directory_.path() / ("host-" + type)).string() + "\n";
  config_head_ += "AuthorizedKeysFile " + (directory_.path() / "authorized_keys").string() + "\n";
  config_head_ +=
      "ListenAddress 127.0.0.1\nPidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
      "KbdInteractiveAuthentication no\nPrintMotd no\nPrintLastLog no\nLogLevel VERBOSE\nMaxStartups 200\n"
      "AcceptEnv LANG LC_* MCP_TEST_*\n";
  // The one keyword that sshd takes no second value of.
  if (!config_head_.contains("Subsystem sftp ")) config_head_ += "Subsystem sftp internal-sftp\n";
  config_head_ += std::string("PasswordAuthentication ") + (options.password_user ? "yes" : "no") + "\n";
  config_tail_ = joined_lines(options.match_blocks);
}

bool OpensshServer::listen() {
  const auto file =
      directory_.write("sshd_config", "Port " + std::to_string(port_) + "\n" + config_head_ + config_tail_);
  Process::Options options;
  options.argv = {"/usr/sbin/sshd", "-D", "-e", "-f", file.string()};
  sshd_.reset();
  sshd_.emplace(std::move(options));
  return wait_until_listening(port_, *sshd_);
}

std::string OpensshServer::known_hosts() const {
  std::string text;
  for (const auto& key : host_keys_) text += "[127.0.0.1]:" + std::to_string(port_) + " " + key + "\n";
  return text;
}

void OpensshServer::stop() {
  sshd_->stop();
}

void OpensshServer::cut_connections() const {
  for (const int pid : descendants(sshd_->pid())) ::kill(pid, SIGKILL);
}

void OpensshServer::start_again() {
  sshd_->stop();
  if (!listen()) throw std::runtime_error("sshd does not start again: " + sshd_->err());
}

void OpensshServer::change_host_keys() {
  sshd_->stop();
  make_host_keys();
  start_again();
}

}  // namespace mcpssh::test
