#include "docs/home.hpp"

#include <chrono>
#include <regex>
#include <stdexcept>

#include "base/text.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;

/// Ends what a command printed: no text of ours holds it.
constexpr char mark = '\x1e';

fs::path made(const fs::path& path) {
  fs::create_directories(path);
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

Process::Options shell_in(const fs::path& home, std::uint16_t port) {
  const auto text = home.string();
  Process::Options options;
  options.argv = {"env",
                  "-i",
                  "HOME=" + text,
                  "LANG=C.UTF-8",
                  "USER=deploy",
                  "WEB1_PASSWORD=x",
                  "MCP_PORT=" + std::to_string(port),
                  "XDG_RUNTIME_DIR=" + made(home / "run").string(),
                  "PATH=" + text + "/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                  "bash",
                  "--norc"};
  options.directory = home;
  options.pipe_stdout = true;
  return options;
}

std::string replaced(std::string text, const std::string& pattern, const std::string& by) {
  return std::regex_replace(text, std::regex(pattern), by);
}

}  // namespace

Home::Home(const OpensshServer& sshd, bool empty)
    : sshd_(sshd),
      path_(made(directory_.path() / "home")),
      port_(free_port()),
      shell_(shell_in(path_, port_)) {
  made(path_ / ".ssh");
  for (const auto* end : {"", ".pub"})
    fs::copy_file(sshd.key().path.string() + end, path_ / ".ssh" / (std::string("id_ed25519") + end));
  directory_.write("home/.ssh/known_hosts", sshd.known_hosts());
  made(path_ / "bin");
  fs::create_symlink(MCPSSH_BINARY, path_ / "bin" / "mcp-ssh");
  if (!empty) write_hosts();
}

Home::~Home() {
  shell_.write("kill $(jobs -p) 2>/dev/null; wait; exit\n");
  shell_.wait();
}

void Home::write_hosts() const {
  const auto host = [this](const std::string& name, const std::string& address, const std::string& groups) {
    return "  " + name + ":\n    host: " + address + "\n    port: " + std::to_string(sshd_.port()) +
           "\n    user: " + sshd_.user() +
           "\n    auth: {method: key, key_path: ~/.ssh/id_ed25519}\n    groups: [" + groups + "]\n";
  };
  made(path_ / ".config/mcp-ssh");
  directory_.write("home/.config/mcp-ssh/hosts.yaml", "hosts:\n" + host("web1", "127.0.0.1", "web, prod") +
                                                          host("web2", "localhost", "web") +
                                                          host("web-9", "localhost", "web"));
}

std::string Home::as_on_page(std::string text) const {
  const auto ssh = std::to_string(sshd_.port()), http = std::to_string(port_);
  text = replaced(text, path_.string() + "\\b", "~");
  text = replaced(text, "127\\.0\\.0\\.1:" + http, "127.0.0.1:8000");
  text = replaced(text, "127\\.0\\.0\\.1:" + ssh, "192.0.2.10:22");
  text = replaced(text, "port " + ssh, "port 22");
  text = replaced(text, "127\\.0\\.0\\.1(?!:8000)|\\blocalhost\\b", "192.0.2.10");
  return replaced(text, "\\b" + sshd_.user() + "(?=@| by )", "deploy");
}

Home::Answer Home::run_once(const std::string& command) {
  shell_.write("{ " + command + "\n} </dev/null 2>&1; printf '\\036%s\\n' \"$?\"\n");
  Answer answer;
  while (auto line = shell_.read_line(30s)) {
    const auto end = line->find(mark);
    answer.text += line->substr(0, end) + (end == line->npos ? "\n" : "");
    if (end == line->npos) continue;
    answer.exit_code = std::stoi(line->substr(end + 1));
    answer.text = as_on_page(std::move(answer.text));
    return answer;
  }
  throw std::runtime_error("the shell ended behind: " + command);
}

Home::Answer Home::run(std::string command, int expected) {
  command = replaced(std::move(command), "127\\.0\\.0\\.1:8000\\b", "127.0.0.1:" + std::to_string(port_));
  if (command.ends_with('&')) {
    just_started_ = true;
    command.pop_back();
    return run_once(command + " >>~/background.log 2>&1 &");
  }
  const auto deadline = std::chrono::steady_clock::now() + (just_started_ ? 10s : 0s);
  just_started_ = false;
  auto answer = run_once(command);
  while (answer.exit_code != expected && std::chrono::steady_clock::now() < deadline)
    answer = run_once(command);
  return answer;
}

}  // namespace mcpssh::test
