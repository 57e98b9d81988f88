#include "guard/carriers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/words.hpp"

namespace mcpssh::guard {
namespace {

/// An option whose value is a command: attached after the prefix, or the next word when the word is the
/// prefix.
struct CommandOption {
  std::string_view program;
  std::string_view prefix;
  std::string_view behind = {};  ///< what the program adds to the command
};
constexpr std::array options{
    CommandOption{"tar", "--checkpoint-action=exec="},
    CommandOption{"tar", "--to-command"},
    CommandOption{"tar", "--use-compress-program"},
    CommandOption{"tar", "--rsh-command"},
    CommandOption{"tar", "--info-script"},
    CommandOption{"tar", "--new-volume-script"},
    CommandOption{"tar", "-I"},
    CommandOption{"tar", "-F"},
    CommandOption{"rsync", "-e", " host true"},
    CommandOption{"rsync", "--rsh", " host true"},
    CommandOption{"man", "-P"},
    CommandOption{"man", "--pager"},
    CommandOption{"zip", "-TT"},
    CommandOption{"sort", "--compress-program"},
    CommandOption{"git", "--upload-pack"},
    CommandOption{"git", "--exec"},
    CommandOption{"git", "--open-files-in-pager"},
    CommandOption{"ssh", "-oProxyCommand"},
    CommandOption{"scp", "-oProxyCommand"},
    CommandOption{"sftp", "-oProxyCommand"},
};

constexpr std::array<std::string_view, 9> editors{"vi", "vim",  "nvim", "view", "ex",
                                                  "ed", "less", "more", "most"};
constexpr std::array<std::string_view, 5> awks{"awk", "gawk", "mawk", "nawk", "original-awk"};

void option_values(std::string_view program, const Fields& words, Carried& out) {
  for (const CommandOption& option : options) {
    if (option.program != program) continue;
    for (std::size_t at = 1; at < words.size(); ++at) {
      const std::string_view text = words[at].text();
      if (!text.starts_with(option.prefix)) continue;
      Field value = words[at].substr(option.prefix.size());
      if (value.empty() && at + 1 < words.size()) value = words[at + 1];
      if (value.text().starts_with('=')) value = value.substr(1);
      if (value.empty()) continue;
      value.append(Field(option.behind));
      out.code.push_back(std::move(value));
    }
  }
}

/// "-o ProxyCommand=x" in any letter case, "-c key=value" of git.
void settings(std::string_view program, const Fields& words, Carried& out) {
  for (std::size_t at = 1; at + 1 < words.size(); ++at) {
    const std::string_view flag = words[at].text();
    const Field& setting = words[at + 1];
    const auto equals = setting.text().find_first_of("= ");
    if (equals == std::string::npos) continue;
    std::string key = setting.text().substr(0, equals);
    std::ranges::transform(key, key.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    Field value = setting.substr(equals + 1);
    const bool ssh = (program == "ssh" || program == "scp" || program == "sftp") && flag == "-o" &&
                     (key == "proxycommand" || key == "localcommand" || key == "knownhostscommand");
    const bool git = program == "git" && flag == "-c";
    const bool runs = key.ends_with("pager") || key.starts_with("pager.") || key.ends_with("editor") ||
                      key.ends_with("command") || key.ends_with("fsmonitor") || key.ends_with(".helper") ||
                      key == "diff.external" || key.ends_with(".textconv") || key.ends_with(".cmd");
    const bool alias = key.starts_with("alias.") && value.text().starts_with('!');
    if (alias) value = value.substr(1);
    if (ssh || (git && (runs || alias))) out.code.push_back(std::move(value));
  }
}

/// Editors and pagers run "!command" from their start-up commands.
void editor_commands(std::string_view program, const Fields& words, Carried& out) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view text = words[at].text();
    const bool inline_command = text.starts_with('+') || text.starts_with("-c") || text.starts_with("--cmd");
    const bool next_command =
        at > 1 && (words[at - 1].text().ends_with('c') && words[at - 1].text().starts_with('-'));
    if ((inline_command || next_command) && (text.contains('!') || text.contains("system(")))
      out.foreign.push_back(fmt::format("{} runs {}", program, base::printable(text, 60)));
  }
}

/// Whether an awk program may run commands: system(), getline or a pipe, outside strings, patterns and
/// comments.
bool awk_runs_commands(std::string_view program) {
  char before = 0;  // the last character that is not blank
  for (std::size_t at = 0; at < program.size(); ++at) {
    const char c = program[at];
    const bool operand_before = (before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') ||
                                (before >= 'A' && before <= 'Z') || before == '_' || before == ')' ||
                                before == ']' || before == '"';
    if (c == '"' || (c == '/' && !operand_before)) {
      for (++at; at < program.size() && program[at] != c; ++at)
        if (program[at] == '\\') ++at;
    } else if (c == '#') {
      at = std::min(program.find('\n', at), program.size());
    } else if (c == '|') {
      if (at + 1 >= program.size() || program[at + 1] != '|') return true;
      ++at;
    } else if (program.substr(at).starts_with("system") || program.substr(at).starts_with("getline")) {
      return true;
    }
    if (c != ' ' && c != '\t' && c != '\n') before = c;
  }
  return false;
}

void awk_program(std::string_view name, const Fields& words, Carried& out) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view text = words[at].text();
    if (text == "-F" || text == "-v" || text == "-f") {
      if (text == "-f") return;
      ++at;
      continue;
    }
    if (text.starts_with('-')) continue;
    if (words[at].opaque() || awk_runs_commands(text))
      out.foreign.push_back(fmt::format("{} may run commands from its program", name));
    return;
  }
}

}  // namespace

Carried carried_by(std::string_view program, const Fields& words) {
  Carried out;
  if (is_one_of(program, awks)) awk_program(program, words, out);
  if (is_one_of(program, editors)) editor_commands(program, words, out);
  option_values(program, words, out);
  if (program == "git" || program == "ssh" || program == "scp" || program == "sftp")
    settings(program, words, out);
  return out;
}

}  // namespace mcpssh::guard
