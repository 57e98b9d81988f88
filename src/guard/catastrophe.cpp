#include "guard/catastrophe.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mcpssh::guard {
namespace {

/// What makes code nobody can read a question even where everything else runs.
constexpr std::array<std::string_view, 10> words{"rm -rf /", "rm -fr /", "mkfs",     "wipefs", "of=/dev/",
                                                 "> /dev/",  ">/dev/",   "shutdown", "reboot", "shred"};

/// Text past the limits is long, and long scripts throw output away: what no disk hears is left out.
constexpr std::array<std::string_view, 5> sinks{"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty",
                                                "/dev/fd/"};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/// Without quotes and backslashes, and with one blank for many.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '"' || c == '\\') continue;
    if (!is_blank(c))
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

/// Takes the first word of `rest`, up to a blank.
std::string_view next_word(std::string_view& rest) {
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  return word;
}

bool is_recursive(std::string_view option) {
  if (option.starts_with("--"))
    return option.size() > 2 && std::string_view("--recursive").starts_with(option);
  return option.find_first_of("rR") != option.npos;
}

/// What is below /tmp goes every day.
bool is_passing(std::string_view path) {
  return path.starts_with("/tmp/") && path.size() > 5 && !path.contains("..") &&
         path.find_first_of("*?[{$`~") == path.npos;
}

/// "rm" stood before `rest`: whether a recursive option and a path from the root or a home follow.
bool removes_tree(std::string_view rest) {
  bool recursive = false;
  bool tree = false;
  while (!rest.empty()) {
    const std::string_view word = next_word(rest);
    if (word.starts_with('-'))
      recursive = recursive || is_recursive(word);
    else if ((word.starts_with('/') && !is_passing(word)) || word.starts_with('~') ||
             word.starts_with("$HOME") || word.starts_with("${HOME"))
      tree = true;
    if (recursive && tree) return true;
    if (word.find_first_of(";|&)") != word.npos) return false;
  }
  return false;
}

bool removes_trees(std::string_view text) {
  for (auto at = text.find("rm "); at != text.npos; at = text.find("rm ", at + 1)) {
    const bool whole = at == 0 || std::string_view(" /;|&(){}!`=").contains(text[at - 1]);
    // Longer than any options one writes, and bounded for "rm rm rm ...".
    constexpr std::size_t far = 512;
    if (whole && removes_tree(text.substr(at + 3, far))) return true;
  }
  return false;
}

bool has_word_but_sinks(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::string_view path = word.ends_with("/dev/") ? text.substr(at + word.size() - 5) : "";
    if (std::ranges::none_of(sinks, [&](std::string_view sink) { return path.starts_with(sink); }))
      return true;
  }
  return false;
}

}  // namespace

bool has_catastrophic_words(std::string_view text) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

bool looks_catastrophic(std::string_view text) {
  const std::string read = plain(text);
  return removes_trees(read) || std::ranges::any_of(words, [&](std::string_view word) {
           return !word.starts_with("rm ") && has_word_but_sinks(read, word);
         });
}

}  // namespace mcpssh::guard
