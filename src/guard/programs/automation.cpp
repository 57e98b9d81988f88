#include "guard/programs/automation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr OptionTable ansible_table{"KkbCDvoh", "aBeeficlmMPptTuU",
                                    "check diff syntax-check list-hosts list-tasks list-tags version help "
                                    "become ask-pass ask-become-pass step "
                                    "flush-cache force-handlers one-line",
                                    "args module-name inventory limit extra-vars forks user private-key "
                                    "vault-password-file become-user become-method tags "
                                    "skip-tags start-at-task connection timeout poll background module-path "
                                    "vault-id tree playbook-dir ssh-common-args"};

bool has_look(const Options& options) {
  return has_any(options, "C check syntax-check list-hosts list-tasks list-tags version help h");
}

/// A file that cannot be a program, by its name, or a directory or list of hosts.
bool is_plain_inventory(std::string_view path) {
  constexpr std::array<std::string_view, 7> endings{".yml", ".yaml", ".ini", ".cfg", ".json", "/", ","};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); }) ||
         name == "hosts" || name.starts_with("inventory");
}

}  // namespace

void judge_ansible(const Call& call) {
  const Options options = read_loosely(call.words, ansible_table);
  if (has_look(options) || options.operands.empty()) return;
  const Field* module = options.find("m");
  if (module == nullptr) module = options.find("module-name");
  const Field* arguments = options.find("a");
  if (arguments == nullptr) arguments = options.find("args");
  const std::string_view name = module == nullptr ? "command" : std::string_view(module->text());
  constexpr std::array<std::string_view, 9> looks{"ping",          "setup",         "debug",
                                                  "stat",          "win_ping",      "gather_facts",
                                                  "service_facts", "package_facts", "slurp"};
  // Lookups run commands on this side.
  if (arguments != nullptr && (arguments->text().contains("{{") || arguments->text().contains("lookup(")))
    call.does("shell.foreign-code", "ansible computes its arguments, which may run commands");
  if (is_one_of(name.substr(name.rfind('.') + 1), looks)) return;
  if (has_name("command shell raw", name.substr(name.rfind('.') + 1)) && arguments != nullptr)
    return call.out.runs_elsewhere(*arguments);
  call.does("shell.script", fmt::format("ansible changes hosts by its module {}", base::printable(name, 40)));
}

void judge_ansible_playbook(const Call& call) {
  const Options options = read_loosely(call.words, ansible_table);
  if (has_look(options) || call.words.size() < 2) return;
  call.does("shell.script", fmt::format("{} runs a playbook", call.name));
}

void judge_ansible_tool(const Call& call) {
  if (call.only_help()) return;
  const Options options =
      read_loosely(call.words, {"", "pirs", "list graph vars", "inventory roles-path host output"});
  const auto verb = known_operand(
      options, known_operand(options, 0) == "role" || known_operand(options, 0) == "collection" ? 1 : 0);
  if (call.name == "ansible-console") return opens_prompt(call);
  if (call.name == "ansible-inventory") {
    if (const Field* output = options.find("output"); output != nullptr)
      writes_file(call, *output, Writing::replace);
    for (const Option& option : options.options)
      if (has_name("i inventory", option.name) && option.value.text().contains('/') &&
          !is_plain_inventory(option.value.text()))
        call.does("shell.script", "ansible-inventory runs an inventory that is a program");
  }
  if (call.name == "ansible-galaxy") {
    if (has_name("list info search verify", verb) || verb.empty()) return;
    return call.does(verb == "remove" || verb == "delete" ? "dev.remove"
                     : verb == "init"                     ? "fs.write"
                                                          : "dev.packages");
  }
  if (call.name != "ansible-vault") return;
  if (verb == "view" || verb == "decrypt") call.does("secret.read");
  if (verb == "edit" || verb == "create") return opens_prompt(call);
  for (const Field& file : operands_of(options, 1))
    if (verb != "view") writes_file(call, file, Writing::change);
}

void judge_salt(const Call& call) {
  if (call.only_help()) return;
  const Options options =
      read_loosely(call.words, {"LlAaEGCSvq", "tbou", "list-all list out-file-append test state-output",
                                "timeout batch out output log-level"});
  if (call.name == "salt-key") {
    if (has_any(options, "L l list list-all F") || options.options.empty()) return;
    return call.does("fs.write-identity", "salt-key accepts or removes keys");
  }
  const std::size_t at = call.name == "salt" || call.name == "salt-ssh" ? 1 : 0;
  const std::string_view function = known_operand(options, at);
  const bool test = std::ranges::any_of(options.operands, [](const Field& word) {
    return word.text() == "test=True" || word.text() == "test=true";
  });
  constexpr std::array<std::string_view, 9> looks{"test.",   "grains.", "status.",   "disk.",     "sys.",
                                                  "pillar.", "manage.", "jobs.list", "network.ip"};
  const auto starts = [&](std::string_view prefix) { return function.starts_with(prefix); };
  if (test || function.empty() || std::ranges::any_of(looks, starts)) return;
  if (function.starts_with("cmd.") && options.operands.size() > at + 1)
    return call.out.runs_elsewhere(options.operands[at + 1]);
  call.does("shell.script", fmt::format("{} changes hosts by {}", call.name, base::printable(function, 40)));
}

void judge_puppet(const Call& call) {
  if (call.only_help() || call.name == "facter" || call.name == "ohai") {
    constexpr std::array<std::string_view, 6> loads{"--custom-dir", "--external-dir", "--directory",
                                                    "-d",           "--config",       "-c"};
    for (const Field& word : call.words)
      if (is_one_of(std::string_view(word.text()).substr(0, word.text().find('=')), loads))
        return call.does("shell.script", fmt::format("{} runs facts of its own", call.name));
    return;
  }
  for (const std::string_view look : {"--noop", "--why-run", "-W", "--dry-run", "-n"})
    if (has_word(call, look)) return;
  const Options options = read_loosely(call.words, {"t", "", "test noop", "server environment"});
  const auto verb = known_operand(options, 0);
  constexpr std::array<std::string_view, 9> looks{"facts", "config", "describe", "lookup", "parser",
                                                  "help",  "status", "node",     "search"};
  if (is_one_of(verb, looks) && known_operand(options, 1) != "set" && known_operand(options, 1) != "delete" &&
      known_operand(options, 1) != "run_list")
    return;
  call.does("shell.script",
            fmt::format("{} changes the host by rules that are not in the request", call.name));
}

}  // namespace mcpssh::guard
