#include "guard/argv_rule.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "guard/shell/program_name.hpp"

namespace mcpssh::guard {
namespace {

using Alternatives = std::vector<std::string>;

bool is_program(const Alternatives& alternatives, const Field& word) {
  if (!word.literal()) return false;
  const std::string& text = word.text();
  const auto name = system_program(text);
  return alternatives.empty() || std::ranges::any_of(alternatives, [&](const std::string& one) {
           return one == text || (name && one == *name);
         });
}

bool may_be_program(const Alternatives& alternatives, const Field& word) {
  if (alternatives.empty() || word.opaque()) return true;
  const Field name = word.substr(word.text().rfind('/') + 1);
  return std::ranges::any_of(alternatives,
                             [&](const std::string& one) { return word.may_be(one) || name.may_be(one); });
}

/// For a word that may become several: whether the first of them may be the program.
bool may_begin_with_program(const Alternatives& alternatives, const Field& word) {
  const std::string_view known = word.known_prefix();
  const std::string_view name = known.substr(known.rfind('/') + 1);
  const auto fits = [](std::string_view one, std::string_view start) {
    return one.starts_with(start) || start.starts_with(one);
  };
  return alternatives.empty() || std::ranges::any_of(alternatives, [&](const std::string& one) {
           return fits(one, known) || fits(one, name);
         });
}

bool is_word(const Alternatives& alternatives, const Field& word) {
  return word.literal() &&
         (alternatives.empty() || std::ranges::find(alternatives, word.text()) != alternatives.end());
}

/// "~/x" with its tilde as what it is: a directory nobody knows here.
Field with_unknown_home(const Field& word) {
  if (word.empty() || word.ink(0) != Field::Ink::home) return word;
  Field out;
  std::size_t at = 0;
  while (at < word.size() && word.ink(at) == Field::Ink::home) ++at;
  out.append(word.text().substr(0, at), Field::Ink::opaque);
  out.append(word.substr(at));
  return out;
}

bool may_be_word(const Alternatives& alternatives, const Field& word) {
  const Field known = with_unknown_home(word);
  return alternatives.empty() ||
         std::ranges::any_of(alternatives, [&](const std::string& one) { return known.may_be(one); });
}

}  // namespace

bool surely_matches(const ArgvRule& rule, Words words) {
  const bool enough = rule.more ? words.size() >= rule.words.size() : words.size() == rule.words.size();
  if (!enough || words.empty() || rule.words.empty()) return false;
  if (!std::ranges::all_of(words, &Field::literal) || !is_program(rule.words[0], words[0])) return false;
  for (std::size_t i = 1; i < rule.words.size(); ++i)
    if (!is_word(rule.words[i], words[i])) return false;
  return true;
}

bool may_match(const ArgvRule& rule, Words words) {
  if (words.empty() || rule.words.empty()) return false;
  if (words[0].splits()) return may_begin_with_program(rule.words[0], words[0]);
  if (!may_be_program(rule.words[0], words[0])) return false;
  // reached[i]: what the rule says so far may be everything in front of word i. A pattern may become several
  // words, so it stays in front after it was used.
  std::vector<char> reached(words.size() + 1, 0);
  reached[1] = 1;
  if (words[0].glob()) reached[0] = 1;
  for (std::size_t r = 1; r < rule.words.size(); ++r) {
    std::vector<char> next(words.size() + 1, 0);
    for (std::size_t w = 0; w < words.size(); ++w) {
      if (reached[w] == 0) continue;
      // From a word on that may become several, anything may stand anywhere.
      if (words[w].splits()) return true;
      if (!may_be_word(rule.words[r], words[w])) continue;
      next[w + 1] = 1;
      if (words[w].glob()) next[w] = 1;
    }
    reached = std::move(next);
  }
  if (rule.more) return std::ranges::find(reached, char{1}) != reached.end();
  for (std::size_t w = words.size() + 1; w-- > 0;) {
    if (reached[w] != 0) return true;
    // A word that splits may also become none.
    if (w > 0 && !words[w - 1].splits()) return false;
  }
  return false;
}

std::string to_string(const ArgvRule& rule) {
  std::vector<std::string> parts;
  for (const Alternatives& alternatives : rule.words)
    parts.push_back(alternatives.empty() ? "*" : base::join(alternatives, "|"));
  if (rule.more) parts.emplace_back("**");
  return base::printable(base::join(parts, " "), 200);
}

}  // namespace mcpssh::guard
