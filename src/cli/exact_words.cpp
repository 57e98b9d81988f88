#include "cli/exact_words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

namespace mcpssh::cli {
namespace {

/// No keyboard has it. A word that begins with one gets another, so that nothing is lost of it either.
constexpr char mark = '\x02';

void add_mark(std::string& word, std::size_t at) {
  if (at < word.size() && (word[at] == '[' || word[at] == mark)) word.insert(at, 1, mark);
}

std::string unmarked(std::string word) {
  if (word.starts_with(mark)) word.erase(0, 1);
  return word;
}

}  // namespace

std::size_t command_at(const std::vector<std::string>& words) {
  std::size_t at = 1;
  for (; at < words.size() && words[at].starts_with('-'); ++at)
    if (words[at] == "--config" || words[at] == "--log-level") ++at;  // their values
  return std::min(at, words.size());
}

std::vector<std::string> with_marks(std::vector<std::string> words, std::string_view command) {
  const std::size_t named = command_at(words);
  if (named == words.size() || words[named] != command) return words;
  bool options = true;
  for (std::size_t i = named + 1; i < words.size(); ++i) {
    if (words[i] == "--") options = false;
    const auto equals = words[i].find('=');
    const bool assigns = options && words[i].starts_with("--") && equals != std::string::npos;
    add_mark(words[i], assigns ? equals + 1 : 0);
  }
  return words;
}

void take_marks(CLI::App& command) {
  for (CLI::App* app = &command; app != nullptr; app = app->get_parent())
    for (CLI::Option* option : app->get_options())
      if (option->get_expected_max() > 0) option->transform(unmarked);
}

std::string without_marks(std::string text) {
  std::erase(text, mark);
  return text;
}

}  // namespace mcpssh::cli
