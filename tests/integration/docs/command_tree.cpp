#include "docs/command_tree.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

/// The lines of --help under `title:`, up to the next title.
std::vector<std::string> lines_under(const std::string& help, const std::string& title) {
  std::vector<std::string> lines;
  bool inside = false;
  for (const auto line : base::split(help, '\n')) {
    if (!line.empty() && !line.starts_with(' '))
      inside = line == title + ":";
    else if (inside && !line.empty())
      lines.emplace_back(line);
  }
  return lines;
}

/// "  -n,--lines UINT [20]   How many": both names, and whether a value is needed.
void add_option(Syntax& syntax, const std::string& line) {
  static const std::regex row(R"(^  (-[^ ]+)(?: (\S+))?.*$)");
  std::smatch found;
  if (!std::regex_match(line, found, row)) return;
  const std::string value = found[2];
  const auto takes = value.starts_with('[') ? Syntax::Value::may_be
                     : !value.empty() && std::isupper(static_cast<unsigned char>(value.front())) != 0
                         ? Syntax::Value::needed
                         : Syntax::Value::none;
  for (const auto name : base::split(found[1].str(), ',')) syntax.options[std::string(name)] = takes;
}

Syntax syntax_of(const std::vector<std::string>& path) {
  std::vector<std::string> argv{MCPSSH_BINARY};
  argv.insert(argv.end(), path.begin(), path.end());
  argv.emplace_back("--help");
  const auto help = run_ok(argv);
  Syntax syntax;
  syntax.words = !lines_under(help, "Positionals").empty();
  for (const auto& line : lines_under(help, "Options")) add_option(syntax, line);
  for (const auto& line : lines_under(help, "Subcommands")) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    auto inner = path;
    inner.emplace_back(line.substr(2, line.find(' ', 2) - 2));
    syntax.commands[inner.back()] = syntax_of(inner);
  }
  return syntax;
}

bool ends_call(std::string_view word) {
  static const std::set<std::string_view> ends{"|",  "||", "&&", ";", "&",  ">",
                                               ">>", "<",  "2>", ")", "$(", "`"};
  return ends.contains(word) || word.starts_with("...") || word == "…";
}

bool is_placeholder(std::string_view word) {
  return word.size() > 1 &&
         std::ranges::none_of(word, [](char c) { return std::islower(static_cast<unsigned char>(c)); }) &&
         std::isupper(static_cast<unsigned char>(word[0]));
}

/// Whether the word at `at` is the program being called, and not a user, service or package of that name.
bool is_call(const std::vector<std::string>& words, std::size_t at) {
  const auto& word = words[at];
  if (word != "mcp-ssh" && !(word.ends_with("/mcp-ssh") && word.find_first_of("=:") == word.npos))
    return false;
  if (at + 1 < words.size() && words[at + 1] == "mcp-ssh") return false;  // sudo -u mcp-ssh mcp-ssh ...
  if (at == 0) return true;
  const auto& before = words[at - 1];
  if (ends_call(before) || before == "--" || before == "sudo" || before == "mcp-ssh" || before == "env" ||
      before == "exec")
    return true;
  if (before.contains('=') && !before.starts_with('-')) return true;
  return words[0] == "docker" &&
         (std::ranges::count(words, "run") > 0 || std::ranges::count(words, "exec") > 0);
}

}  // namespace

const Syntax& program_syntax() {
  static const Syntax syntax = syntax_of({});
  return syntax;
}

std::string complaint_about(const std::vector<std::string>& words) {
  std::vector<const Syntax*> path{&program_syntax()};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") return {};
    if (word.size() > 1 && word.starts_with('-')) {
      const auto name = word.substr(0, word.find('='));
      const auto knows = [&name](const Syntax* one) { return one->options.contains(name); };
      const auto found = std::ranges::find_if(path, knows);
      if (found == path.end()) return "unknown option " + name;
      const auto takes = (*found)->options.at(name);
      const bool next_fits = i + 1 < words.size() && !words[i + 1].starts_with('-') &&
                             !path.back()->commands.contains(words[i + 1]);
      if (name == word && (takes == Syntax::Value::needed || (takes == Syntax::Value::may_be && next_fits)))
        ++i;
      continue;
    }
    const Syntax& here = *path.back();
    if (here.commands.empty()) {
      if (!here.words) return "takes no word like " + word;
    } else if (here.commands.contains(word)) {
      path.push_back(&here.commands.at(word));
    } else if (!is_placeholder(word)) {
      return "unknown command " + word;
    } else {
      return {};
    }
  }
  return {};
}

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool any = false;
  char quote = 0;
  const auto end_word = [&] {
    if (any) words.push_back(word);
    word.clear();
    any = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      any = true;
    } else if (c == ' ') {
      end_word();
    } else if (c == '|' || c == ';' || c == '&' || c == ')' || c == '>') {
      const bool within = c == '|' && any && i + 1 < line.size() && line[i + 1] != ' ' && line[i + 1] != '|';
      if (within) {
        word += c;  // tail|verify: a choice
        continue;
      }
      end_word();
      words.emplace_back(1, c);
    } else if (line.substr(i).starts_with("$(")) {
      end_word();
      words.emplace_back("$(");
      ++i;
    } else {
      word += c;
      any = true;
    }
  }
  end_word();
  return words;
}

std::vector<std::vector<std::string>> calls_in(std::string_view line) {
  std::vector<std::vector<std::string>> calls;
  auto words = shell_words(line);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_call(words, i)) continue;
    std::vector<std::string> call;
    for (std::size_t k = i + 1; k < words.size() && !ends_call(words[k]); ++k) call.push_back(words[k]);
    calls.push_back(std::move(call));
  }
  return calls;
}

}  // namespace mcpssh::test
