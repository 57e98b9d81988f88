// mcp-ssh demo: a real client conversation with the real server, on two simulated hosts.
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>

#include "audit/verify.hpp"
#include "base/clock.hpp"
#include "cli/commands.hpp"
#include "cli/demo/demo_client.hpp"
#include "cli/demo/demo_lab.hpp"
#include "cli/demo/demo_screen.hpp"

namespace mcpssh::cli {
namespace {

using base::json::object;

/// Set by a signal handler, which can reach nothing else.
volatile std::sig_atomic_t asked_to_end = 0;

/// The conversation: of each step what it shows, the call as the AI makes it, the answer as the AI reads it.
class Conversation {
 public:
  Conversation(DemoScreen& screen, const DemoLab& lab)
      : screen_(screen), client_(lab.config(), [this](std::string_view question) {
          screen_.question(question, true);
          return true;
        }) {}

  void whole();

 private:
  void step(std::string_view why, const std::string& tool, object with) {
    screen_.heading(why);
    screen_.call(tool, base::json::serialize(with));
    const auto answer = client_.call(tool, std::move(with));
    if (asked_to_end != 0) throw base::Error(base::ErrorCode::cancelled, "the demo was ended");
    screen_.answer(answer.text, answer.is_error);
  }
  void on(const std::string& host, std::string_view why, const std::string& tool,
          const std::string& command) {
    object with;
    with["host"] = host;
    with["command"] = command;
    step(why, tool, std::move(with));
  }

  DemoScreen& screen_;
  DemoClient client_;
};

void Conversation::whole() {
  step("1. Only hosts that are configured can be reached.", "ssh_list_hosts", {});
  step("2. The host key is checked; the connection stays open.", "ssh_connect", {{"host", "web1"}});
  on("web1", "3. A command: exit status, stdout and stderr apart, marked as the host's words.", "ssh_run",
     "echo Hello from $(uname -s); ls /no/such/place");
  step("4. A command that hangs is stopped on the host, and proved gone.", "ssh_run",
       {{"host", "web1"}, {"command", "sleep 600"}, {"timeout", 1}});
  on("web1", "5. A shell keeps its state,", "ssh_shell", "mkdir -p app && cd app && export ROLE=demo");
  on("web1", "   so the next line knows it.", "ssh_shell", "echo $ROLE in $(basename $PWD)");
  on("switch1", "6. A network device: its prompt is learned, its output complete.", "ssh_shell",
     "show ip interface brief");
  on("web1", "7. What cannot be taken back asks a person.", "ssh_run", "rm -r app");
  // Without --no-preserve-root: should the guard ever fail here, rm itself refuses.
  on("web1", "8. What destroys is refused, however it is spelled: commands are understood, not matched.",
     "ssh_run", "cd /tmp; sudo r''m -fr /");
  on("switch1", "   On the switch too, abbreviated.", "ssh_shell", "wr er");
  on("web1", "   Talking about it is fine.", "ssh_run", "echo 'never type: rm -rf /'");
}

int show_record(DemoScreen& screen, const DemoLab& lab) {
  screen.heading("9. All of it is on record: on disk before it happened, hash-chained.");
  screen.command("mcp-ssh audit tail -n 8");
  const auto lines = audit::tail(lab.journal(), 8);
  if (!lines) throw base::Error(lines.error());
  for (const auto& line : *lines) screen.quote(line);
  screen.command("mcp-ssh audit verify");
  const auto found = audit::verify(lab.journal());
  if (!found) throw base::Error(found.error());
  const bool whole = found->problems.empty();
  screen.answer(std::to_string(found->records) + " records, " +
                    (whole ? "chain intact" : "NOT INTACT: " + found->problems.front()),
                !whole);
  return whole ? 0 : 1;
}

/// Ctrl-C reaches the server as well: it ends, so the conversation does. After the others the conversation
/// ends with its step. Either way the lab is cleared away; --stay stops waiting.
void end_by_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { asked_to_end = 1; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

int stay() {
  const DemoLab lab;
  std::cout << lab.config().string() << "\n" << std::flush;
  std::array<char, 256> ignored{};
  while (::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0) {
  }
  return 0;
}

}  // namespace

int demo(const DemoOptions& options) {
  end_by_signals();
  if (options.stay) return stay();
  const auto started = std::chrono::steady_clock::now();
  DemoScreen screen = DemoScreen::of_stdout();
  const DemoLab lab;
  screen.text(
      "An AI assistant, played by this program, talks MCP to a real mcp-ssh server. That reaches two "
      "simulated hosts over SSH on this machine: web1, a POSIX host, and switch1, like a Cisco's.");
  Conversation conversation(screen, lab);
  conversation.whole();
  const int status = show_record(screen, lab);
  screen.text("");
  screen.text("Done in " + base::human_duration(std::chrono::steady_clock::now() - started) +
              ". Next: mcp-ssh hosts adds your own, mcp-ssh install leads your assistant to them.");
  return status;
}

}  // namespace mcpssh::cli
