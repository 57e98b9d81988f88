// mcp-ssh demo: a real client conversation with the real server, on two simulated hosts.
#include <chrono>
#include <iostream>
#include <string>

#include "audit/verify.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/demo/demo_client.hpp"
#include "cli/demo/demo_lab.hpp"

namespace mcpssh::cli {
namespace {

using base::json::object;

object arguments(std::initializer_list<std::pair<std::string_view, base::json::value>> members) {
  object out;
  for (const auto& [name, value] : members) out[name] = value;
  return out;
}

void print_indented(std::string_view text) {
  for (const auto line : base::split(base::trim(text), '\n')) std::cout << "    " << line << "\n";
}

/// One step of the conversation: why, the call as the AI makes it, the answer as the AI reads it.
void step(DemoClient& client, std::string_view why, const std::string& tool, object with) {
  std::cout << "\n" << why << "\n  AI > " << tool << " " << base::json::serialize(with) << "\n";
  print_indented(client.call(tool, std::move(with)));
}

void converse(const DemoLab& lab) {
  DemoClient client(lab.config());
  step(client, "1. Which hosts are there? Only configured ones can be reached.", "ssh_list_hosts", {});
  step(client, "2. Connect: the host key is checked, the connection is kept.", "ssh_connect",
       arguments({{"host", "web1"}}));
  step(client, "3. Run a command: exit status, stdout and stderr apart, output marked as the host's.",
       "ssh_run",
       arguments({{"host", "web1"}, {"command", "echo Hello from $(uname -s); ls /no/such/place"}}));
  step(client, "4. A command that hangs is stopped on the host, and proved gone.", "ssh_run",
       arguments({{"host", "web1"}, {"command", "sleep 600"}, {"timeout", 1}}));
  step(client, "5. A shell keeps its state.", "ssh_shell",
       arguments({{"host", "web1"}, {"command", "mkdir -p app && cd app && export ROLE=demo"}}));
  step(client, "   The next line still knows it.", "ssh_shell",
       arguments({{"host", "web1"}, {"command", "echo $ROLE in $(basename $PWD)"}}));
  step(client, "6. A network device: prompt learned, pager answered, output exact.", "ssh_shell",
       arguments({{"host", "switch1"}, {"command", "show ip interface brief"}}));
  step(client, "7. Destruction is understood, not matched: this never reaches the host.", "ssh_run",
       arguments({{"host", "web1"}, {"command", "cd /tmp; sudo r''m -fr --no-preserve-root /"}}));
  step(client, "   Nor on the switch, abbreviated or not.", "ssh_shell",
       arguments({{"host", "switch1"}, {"command", "wr er"}}));
  step(client, "   While talking about it is fine.", "ssh_run",
       arguments({{"host", "web1"}, {"command", "echo 'never type: rm -rf /'"}, {"reason", "harmless"}}));
  step(client, "8. What is open now?", "ssh_list_sessions", {});
}

int show_record(const DemoLab& lab) {
  std::cout << "\n9. Everything above is on record, durable before it happened, hash-chained (mcp-ssh audit "
               "tail):\n";
  const auto lines = audit::tail(lab.journal(), 8);
  if (!lines) throw base::Error(lines.error());
  for (const auto& line : *lines) std::cout << "    " << line << "\n";
  const auto found = audit::verify(lab.journal());
  if (!found) throw base::Error(found.error());
  std::cout << "  mcp-ssh audit verify: " << found->records << " records, "
            << (found->problems.empty() ? "chain intact" : "NOT INTACT: " + found->problems.front()) << "\n";
  return found->problems.empty() ? 0 : 1;
}

int stay() {
  const DemoLab lab;
  std::cout << lab.config().string() << "\n" << std::flush;
  std::string ignored;
  while (std::getline(std::cin, ignored)) {
  }
  return 0;
}

}  // namespace

int demo(const DemoOptions& options) {
  if (options.stay) return stay();
  const auto started = std::chrono::steady_clock::now();
  const DemoLab lab;
  std::cout << "An AI assistant (played by this program) talks MCP to a real mcp-ssh server, which reaches\n"
               "two simulated hosts over SSH on this machine: a POSIX host and a Cisco-like switch.\n";
  converse(lab);
  const int status = show_record(lab);
  std::cout << "\nDone in " << base::human_duration(std::chrono::steady_clock::now() - started)
            << ". Next: put your own hosts into ~/.config/mcp-ssh/hosts.yaml (see README.md).\n";
  return status;
}

}  // namespace mcpssh::cli
