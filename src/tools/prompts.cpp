#include "tools/prompts.hpp"

#include <functional>

#include "mcp/content.hpp"
#include "tools/completers.hpp"

namespace mcpssh::tools {
namespace {

using Words = std::function<std::string(const mcp::PromptArguments&)>;

base::Task<mcp::PromptResult> say(std::string description, std::string text) {
  mcp::PromptResult result;
  result.description = std::move(description);
  mcp::PromptMessage message;
  message.content = mcp::text_block(text);
  result.messages.push_back(std::move(message));
  co_return result;
}

mcp::PromptArgument argument(std::string name, std::string description, bool required = true) {
  mcp::PromptArgument made;
  made.name = std::move(name);
  made.description = std::move(description);
  made.required = required;
  return made;
}

mcp::Prompt prompt(std::string name, std::string title, std::string description, Words words) {
  mcp::Prompt made;
  made.name = std::move(name);
  made.title = std::move(title);
  made.description = std::move(description);
  made.get = [about = made.description, words = std::move(words)](
                 mcp::Call&, const mcp::PromptArguments& arguments) { return say(about, words(arguments)); };
  return made;
}

std::string given(const mcp::PromptArguments& arguments, const std::string& name) {
  const auto found = arguments.find(name);
  return found == arguments.end() ? "" : found->second;
}

std::string health_words(const mcp::PromptArguments& arguments) {
  return "Check the health of these SSH hosts: " + given(arguments, "hosts") +
         "\n\n1. See with ssh_list_hosts what they are.\n"
         "2. On the POSIX hosts run each of these with one ssh_run call for all of them: uptime; df -hP; "
         "free -m; the "
         "failed units (systemctl --failed, where there is systemd); the errors of the last day (journalctl "
         "-p err "
         "--since -24h, last lines only). On devices show version, uptime, CPU, memory, environment and "
         "interface "
         "errors in the device's own words.\n"
         "3. Only read. Change, restart and clean up nothing.\n"
         "4. Report one table: host, verdict (fine, watch, act), why. Then the findings, worst first, each "
         "with the "
         "output that shows it and what you would do about it. Name the hosts that did not answer.";
}

std::string change_words(const mcp::PromptArguments& arguments) {
  return "Make this change on the SSH host " + given(arguments, "host") + ":\n" + given(arguments, "change") +
         "\n\n1. Look first: what it is, its present configuration around the change, and whether it works "
         "now.\n"
         "2. Show me the exact lines you will send, how to see that they worked, and the lines that undo "
         "them. Say "
         "what could cut our own connection. Wait until I agree.\n"
         "3. Keep a copy of the present configuration where the device can go back to it (a commit with "
         "confirmation, "
         "a rollback timer, a saved file), before you change anything.\n"
         "4. Send the lines in ssh_shell, one at a time. Stop at the first error and show it.\n"
         "5. Prove that the change works and that what worked before still does. If not, undo it at once.\n"
         "6. Save it to start-up only after I agreed to the result. Then show the difference to the copy.";
}

std::string compare_words(const mcp::PromptArguments& arguments) {
  const auto what = given(arguments, "what");
  return "Compare these SSH hosts: " + given(arguments, "hosts") +
         "\nWhat to compare: " + (what.empty() ? "their configurations as a whole" : what) +
         "\n\n1. Read the same thing on all of them with one ssh_run call: hosts whose outputs are the same "
         "come back "
         "as one group.\n"
         "2. Only read.\n"
         "3. Say which group is the usual one, and for each other group what differs, line by line, leaving "
         "out what "
         "has to differ (names, addresses, serial numbers, dates).\n"
         "4. Say which differences look like mistakes and why. Name the hosts that could not be read.";
}

}  // namespace

std::vector<mcp::Prompt> prompts(gateway::Gateway& gateway) {
  auto hosts = argument("hosts", "A name, a glob (web-*), @group, or a comma list.");
  hosts.complete = complete_hosts(gateway);
  auto host = argument("host", "Its name.");
  host.complete = complete_host(gateway);

  auto health =
      prompt("check_health", "Check the health of hosts",
             "Reads the vital signs of several hosts and reports what needs attention.", health_words);
  health.arguments = {hosts};
  auto change =
      prompt("change_safely", "Change a host or device safely",
             "One change with a way back, step by step, saved only when it is proved.", change_words);
  change.arguments = {host, argument("change", "What is to be different afterwards.")};
  auto compare = prompt("compare_hosts", "Compare hosts", "Shows how the configurations of hosts differ.",
                        compare_words);
  compare.arguments = {hosts, argument("what", "A file, a command, a topic; default: everything.", false)};
  return {std::move(health), std::move(change), std::move(compare)};
}

}  // namespace mcpssh::tools
