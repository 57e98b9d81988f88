#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

/// The real program as a service, under a supervisor that listens to what it says.
namespace mcpssh::test {

inline constexpr std::string_view service_token = "the-token-of-the-operations-stories";

/// NOTIFY_SOCKET's other end.
class Supervisor {
 public:
  explicit Supervisor(const TempDir& directory)
      : path((directory.path() / "notify").string()),
        socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no notify socket at " + path);
    const timeval patience{30, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  /// The next message that begins with `start`; those before it are passed over. Throws after 30 s of
  /// silence.
  std::string hear(std::string_view start) const {
    for (;;) {
      char buffer[4096];
      const auto count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (count < 0) throw std::runtime_error("the service did not say " + std::string(start));
      std::string said(buffer, static_cast<std::size_t>(count));
      if (said.starts_with(start)) return said;
    }
  }

  const std::string path;

 private:
  base::UniqueFd socket_;
};

/// What `curl` got.
struct Reply {
  int status = 0;
  std::string body;
};

class RunningService {
 public:
  struct Options {
    std::string hosts_yaml = "hosts: {}\n";
    std::vector<std::string> args;  ///< behind `mcp-ssh serve --http 127.0.0.1:0 --admin 0`
    std::map<std::string, std::string> env;
    bool own_listeners = true;  ///< false: `args` say where to listen
    /// The program, behind what runs it as another user.
    std::vector<std::string> program{MCPSSH_BINARY};
    std::string owner{};  ///< of the home; empty: us
  };
  explicit RunningService(Options options) : supervisor(home) {
    home.write("hosts.yaml", options.hosts_yaml);
    Process::Options process;
    if (!options.owner.empty()) run_ok({"chown", "-R", options.owner, home.path().string()});
    process.argv = options.program;
    process.argv.emplace_back("serve");
    if (options.own_listeners)
      process.argv.insert(process.argv.end(), {"--http", "127.0.0.1:0", "--admin", "0"});
    process.argv.insert(process.argv.end(), options.args.begin(), options.args.end());
    process.env = options.env;
    const auto path = home.path().string();
    for (const auto& [name, value] :
         std::map<std::string, std::string>{{"HOME", path},
                                            {"XDG_STATE_HOME", path + "/state"},
                                            {"XDG_CONFIG_HOME", path + "/config"},
                                            {"XDG_RUNTIME_DIR", path + "/run"},
                                            {"MCP_SSH_CONFIG", path + "/hosts.yaml"},
                                            {"MCP_AUTH_TOKEN", std::string(service_token)},
                                            {"NOTIFY_SOCKET", supervisor.path}})
      process.env.emplace(name, value);
    process_.emplace(std::move(process));
    supervisor.hear("READY=1");
    url = found(R"(MCP is served on (\S+)/mcp)");
    admin = found(R"(metrics and health are served on (\S+))");
  }

  /// A request without a token unless `more` has one.
  static Reply ask(const std::string& at, std::vector<std::string> more = {}) {
    std::vector<std::string> argv{"curl", "--silent",    "--show-error",  "--max-time",
                                  "30",   "--write-out", "\n%{http_code}"};
    argv.insert(argv.end(), more.begin(), more.end());
    argv.push_back(at);
    const auto out = run_ok(std::move(argv), std::chrono::seconds(40));
    const auto end = out.rfind('\n');
    return {std::stoi(out.substr(end + 1)), out.substr(0, end)};
  }
  /// curl's arguments of a modern tools/call of ssh_run.
  [[nodiscard]] static std::vector<std::string> running(const std::string& host, const std::string& command) {
    const std::string meta =
        R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":)"
        R"({"name":"curl","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}})";
    const std::string body =
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ssh_run","arguments":{"host":")" +
        host + R"(","command":")" + command + R"("},"_meta":)" + meta + "}}";
    std::vector<std::string> argv{"--data-binary", body};
    for (const std::string& field :
         {"Authorization: Bearer " + std::string(service_token),
          std::string("Content-Type: application/json"),
          std::string("Accept: application/json, text/event-stream"),
          std::string("MCP-Protocol-Version: 2026-07-28"), std::string("Mcp-Method: tools/call"),
          std::string("Mcp-Name: ssh_run"), "Mcp-Param-Host: " + host})
      argv.insert(argv.end(), {"-H", field});
    return argv;
  }
  [[nodiscard]] std::string metrics() const { return ask(admin + "/metrics").body; }
  [[nodiscard]] Finished healthcheck(const std::string& place) const {
    return run({MCPSSH_BINARY, "healthcheck", place});
  }
  Process& process() { return *process_; }

  TempDir home;
  Supervisor supervisor;
  std::string url;    ///< without the path; empty without HTTP
  std::string admin;  ///< empty for a socket

 private:
  [[nodiscard]] std::string found(const std::string& pattern) const {
    const auto log = process_->err();
    std::smatch match;
    return std::regex_search(log, match, std::regex(pattern)) ? match[1].str() : std::string();
  }

  std::optional<Process> process_;
};

}  // namespace mcpssh::test
