#include "gateway/judgement.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "gateway/digest.hpp"
#include "guard/effects/rules.hpp"
#include "guard/text_check.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;
using base::shell_quote;

constexpr std::size_t most_variables = 64;

/// Variables that decide which code a program loads, finds or runs; the guard reads those that hold commands.
/// Such a list is never complete: a read-only host takes harmless_variables only.
constexpr auto code_variables = std::to_array<std::string_view>({"PATH",
                                                                 "IFS",
                                                                 "ENV",
                                                                 "BASH_ENV",
                                                                 "SHELLOPTS",
                                                                 "BASHOPTS",
                                                                 "PS4",
                                                                 "CDPATH",
                                                                 "PYTHONPATH",
                                                                 "PYTHONHOME",
                                                                 "PYTHONSTARTUP",
                                                                 "PERL5LIB",
                                                                 "PERLLIB",
                                                                 "PERL5OPT",
                                                                 "PERL5DB",
                                                                 "RUBYLIB",
                                                                 "RUBYOPT",
                                                                 "NODE_OPTIONS",
                                                                 "NODE_PATH",
                                                                 "CLASSPATH",
                                                                 "GCONV_PATH",
                                                                 "GETCONF_DIR",
                                                                 "HOSTALIASES",
                                                                 "PYTHONBREAKPOINT",
                                                                 "JAVA_TOOL_OPTIONS",
                                                                 "_JAVA_OPTIONS",
                                                                 "TAR_OPTIONS",
                                                                 "VIMINIT",
                                                                 "EXINIT",
                                                                 "JDK_JAVA_OPTIONS",
                                                                 "HOME",
                                                                 "ZDOTDIR",
                                                                 "RSYNC_RSH",
                                                                 "SSH_ASKPASS",
                                                                 "XDG_CONFIG_HOME",
                                                                 "SYSTEMD_EDITOR",
                                                                 "SUDO_EDITOR",
                                                                 "SUDO_ASKPASS",
                                                                 "MAKEFLAGS",
                                                                 "MAKEFILES",
                                                                 "OPENSSL_CONF",
                                                                 "KUBECONFIG",
                                                                 "INPUTRC",
                                                                 "PAGER",
                                                                 "DOTNET_STARTUP_HOOKS",
                                                                 "EDITOR",
                                                                 "VISUAL",
                                                                 "BROWSER",
                                                                 "MANPAGER",
                                                                 "SYSTEMD_PAGER",
                                                                 "OPENSSL_MODULES",
                                                                 "OPENSSL_ENGINES",
                                                                 "PROMPT_COMMAND",
                                                                 "LUA_INIT",
                                                                 "DOCKER_HOST"});
constexpr auto code_prefixes =
    std::to_array<std::string_view>({"LD_", "BASH_FUNC_", "DYLD_", "GIT_", "LESS", "LUA_INIT_"});
constexpr auto harmless_variables =
    std::to_array<std::string_view>({"LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR"});

bool brings_code(std::string_view name) {
  return std::ranges::find(code_variables, name) != code_variables.end() ||
         std::ranges::any_of(code_prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

bool is_name(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return !text.empty() && letters.contains(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letters.contains(c) || (c >= '0' && c <= '9'); });
}

/// A login name as useradd takes it, or a number: never an option of sudo.
bool is_user(std::string_view text) {
  constexpr std::string_view odd = "_.-@\\+$#";
  const bool fine = std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || odd.contains(c);
  });
  return fine && !text.starts_with('-') && text.size() <= 256;
}

bool has_options(const Exec& exec) {
  return !exec.directory.empty() || !exec.environment.empty() || !exec.input.empty() ||
         !exec.sudo_user.empty() || exec.tty;
}

/// A home that stays one: quotes would make "~" a name.
std::string quoted_path(std::string_view path) {
  if (path == "~") return "~";
  if (path.starts_with("~/")) return path.size() == 2 ? "~/" : "~/" + shell_quote(path.substr(2));
  return shell_quote(path);
}

/// Words only, so that `sudo WORDS` is the same as `sudo sh -c 'WORDS'`, and reads as people type it.
bool is_plain(std::string_view command) {
  const auto fine = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view(" /._-+:@%,=").contains(c);
  };
  const auto first = command.substr(0, command.find(' '));
  return std::ranges::all_of(command, fine) && !command.starts_with('-') && !first.contains('=');
}

std::string with_sudo(const std::string& command, const std::string& user) {
  const std::string sudo = user == "root" ? "sudo " : "sudo -u " + shell_quote(user) + " ";
  return is_plain(command) ? sudo + command : sudo + "-- sh -c " + shell_quote(command);
}

std::string delimiter_for(std::string_view input) {
  std::string word = "end_of_stdin";
  while (input.contains(word)) word += '_';
  return word;
}

/// Whether `input` can stand in a here-document that a person could read.
bool readable(std::string_view input) {
  return input.size() <= base::limits::command_bytes / 2 && !guard::check_text(input);
}

/// Deny patterns hold for input that no here-document can show, too.
void match_input(const Exec& exec, const guard::Policy& policy, guard::Verdict& verdict) {
  if (exec.input.empty() || readable(exec.input)) return;
  for (const auto& pattern : policy.deny_patterns)
    if (pattern.search(exec.input) != guard::Pattern::Match::no)
      verdict.findings.push_back(guard::finding(
          "pattern.user", "stdin matches the deny pattern " + base::printable(pattern.text(), 200), {}));
}

void check_environment(const Exec& exec, const guard::Policy& policy, guard::Verdict& verdict) {
  for (const auto& [name, value] : exec.environment)
    if (policy.mode == guard::Mode::readonly && !name.starts_with("LC_") &&
        std::ranges::find(harmless_variables, name) == harmless_variables.end())
      verdict.findings.push_back(guard::finding(
          "mode.readonly", "the host is read-only, and what " + name + " changes is not known", {}));
  for (const auto& [name, value] : exec.environment)
    if (brings_code(name))
      verdict.findings.push_back(
          guard::finding("shell.code-variable", name + " decides which code programs load or run", {}));
}

/// On a terminal stdin is typed: what asks there (a pager, an editor) runs what it is told.
void check_typed(const Exec& exec, const guard::Policy& policy, guard::Verdict& verdict) {
  if (!exec.tty || exec.input.empty()) return;
  verdict.findings.push_back(guard::finding(
      "shell.interactive", "stdin is typed at a terminal, where a pager or an editor may run it", {}));
  if (policy.mode == guard::Mode::readonly || policy.mode == guard::Mode::restricted)
    verdict.findings.push_back(guard::finding(
        "mode.readonly",
        "what is typed at a terminal is not proved to be a read, and this host allows no more", {}));
}

void merge(const guard::Verdict& other, guard::Verdict& into) {
  for (const auto& finding : other.findings) {
    const bool known = std::ranges::any_of(into.findings, [&](const auto& f) {
      return f.rule == finding.rule && f.decision >= finding.decision;
    });
    if (!known) into.findings.push_back(finding);
  }
  into.canonical = other.canonical;
  // One that a human alone may open stays so; a plain denial of either closes both.
  into.unlocked = into.unlocked || other.unlocked;
}

void settle(guard::Verdict& verdict) {
  std::vector<guard::Finding> sorted;
  for (const auto decision : {guard::Decision::deny, guard::Decision::ask, guard::Decision::allow})
    std::ranges::copy_if(verdict.findings, std::back_inserter(sorted),
                         [&](const auto& finding) { return finding.decision == decision; });
  verdict.findings = std::move(sorted);
  verdict.decision = verdict.findings.empty() ? guard::Decision::allow : verdict.findings.front().decision;
  verdict.unlocked = verdict.unlocked && verdict.decision == guard::Decision::ask;
}

}  // namespace

Exec with_defaults(const Exec& exec, const hosts::Host& host) {
  Exec all = exec;
  if (all.directory.empty()) all.directory = host.workdir;
  all.environment = host.environment;
  for (const auto& [name, value] : exec.environment) {
    std::erase_if(all.environment, [&](const auto& known) { return known.first == name; });
    all.environment.emplace_back(name, value);
  }
  return all;
}

std::expected<void, Error> check_exec(const Exec& exec, const hosts::Host& host) {
  const auto bad = [](std::string cause, std::string next) {
    return std::unexpected(Error(ErrorCode::invalid_argument, std::move(cause), std::move(next)));
  };
  if (has_options(exec) && dialect_of(host) != guard::Dialect::posix)
    return bad("cwd, env, stdin, sudo and tty need a POSIX shell, which this host has not",
               "say it in the command itself, as typed at the host's own prompt");
  if (exec.environment.size() > most_variables) return bad("env has more than 64 variables", "send fewer");
  for (const auto& [name, value] : exec.environment) {
    if (!is_name(name))
      return bad("env: `" + base::printable(name, 60) + "` is no name of a variable",
                 "use letters, digits and _, not starting with a digit");
    if (value.contains('\0')) return bad("env: the value of " + name + " holds a NUL byte", "take it out");
  }
  if (exec.directory.contains('\0')) return bad("cwd holds a NUL byte", "take it out");
  if (!is_user(exec.sudo_user))
    return bad("sudo: `" + base::printable(exec.sudo_user, 60) + "` is no user name",
               "use true for root, or the name of a user");
  return {};
}

std::string composed(const Exec& exec) {
  if (exec.directory.empty() && exec.environment.empty() && exec.input.empty() && exec.sudo_user.empty())
    return {};
  std::string text = exec.sudo_user.empty() ? exec.command : with_sudo(exec.command, exec.sudo_user);
  std::string exports;
  for (const auto& [name, value] : exec.environment)
    exports += "export " + name + "=" + shell_quote(value) + "\n";
  text = exports + text;
  if (!exec.directory.empty()) text = "cd -- " + quoted_path(exec.directory) + " && {\n" + text + "\n}";
  if (exec.input.empty()) return text;
  // What cannot be shown is input nobody knows: harmless to what only copies it, not to what runs it.
  if (!readable(exec.input)) return "{\n" + text + "\n} < '/stdin that cannot be shown'";
  const std::string word = delimiter_for(exec.input);
  const bool ends = exec.input.ends_with('\n');
  return "{\n" + text + "\n} <<'" + word + "'\n" + exec.input + (ends ? "" : "\n") + word + "\n";
}

guard::Dialect dialect_of(const hosts::Host& host) {
  if (host.shell == hosts::ShellKind::cli) return guard::Dialect::cli;
  return host.platform == "windows" ? guard::Dialect::other : guard::Dialect::posix;
}

guard::Verdict judge_exec(const Exec& exec, const hosts::Host& host, const guard::Policy& policy) {
  guard::Command bare{exec.command, dialect_of(host)};
  bare.directory = with_defaults(exec, host).directory;
  bare.platform = host.platform;
  auto verdict = guard::judge(bare, {}, policy).verdict;
  const std::string text = composed(exec);
  if (text.empty()) return verdict;
  // What a shell would read from its input is known here, and read below.
  if (!exec.input.empty() && !exec.tty)
    std::erase_if(verdict.findings, [](const auto& found) { return found.rule == "shell.interactive"; });
  guard::Command whole{text, dialect_of(host)};
  whole.platform = host.platform;
  whole.directory =
      exec.directory.empty() ? host.workdir : std::string();  // the call's own starts at the home
  merge(guard::judge(whole, {}, policy).verdict, verdict);
  match_input(exec, policy, verdict);
  check_environment(exec, policy, verdict);
  check_typed(exec, policy, verdict);
  settle(verdict);
  return verdict;
}

std::string particulars(const Exec& exec) {
  std::vector<std::string> parts;
  if (!exec.directory.empty()) parts.push_back("in " + base::printable(exec.directory));
  if (!exec.environment.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : exec.environment) names.push_back(name);
    parts.push_back("env " + base::join(names, ", "));
  }
  if (!exec.sudo_user.empty()) parts.push_back("sudo as " + exec.sudo_user);
  if (!exec.input.empty())
    parts.push_back("stdin " + std::to_string(exec.input.size()) + " bytes sha256 " + sha256_hex(exec.input));
  if (exec.tty) parts.emplace_back("tty");
  return base::join(parts, "; ");
}

}  // namespace mcpssh::gateway
