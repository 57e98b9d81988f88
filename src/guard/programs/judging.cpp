#include "guard/programs/judging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "guard/effects/files.hpp"

namespace mcpssh::guard {

bool has_word(const Call& call, std::string_view text) {
  return std::any_of(call.words.begin() + 1, call.words.end(),
                     [&](const Field& word) { return word.literal() && word.text() == text; });
}

bool has_letter(const Call& call, char letter) {
  return std::any_of(call.words.begin() + 1, call.words.end(), [&](const Field& word) {
    const std::string_view text = word.text();
    return word.literal() && text.size() > 1 && text[0] == '-' && text[1] != '-' && text.contains(letter);
  });
}

bool any_opaque(const Call& call) {
  return std::any_of(call.words.begin() + 1, call.words.end(),
                     [](const Field& word) { return !word.literal(); });
}

std::string_view known_operand(const Options& options, std::size_t index) {
  if (index >= options.operands.size() || !options.operands[index].literal()) return {};
  return options.operands[index].text();
}

bool is_short_for(std::string_view word, std::string_view full, std::size_t least) {
  return word.size() >= least && full.starts_with(word);
}

void opens_prompt(const Call& call) {
  call.does("shell.interactive", fmt::format("{} takes what is typed, which nobody judges", call.name));
}

void reads_operands(const Call& call, const Options& options, std::size_t from) {
  for (std::size_t i = from; i < options.operands.size(); ++i) reads_file(call, options.operands[i]);
}

}  // namespace mcpssh::guard
