#include "guard/shell/brace.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

namespace mcpssh::guard {
namespace {

using Ink = Atom::Ink;
constexpr std::size_t none = static_cast<std::size_t>(-1);

bool is_plain(const Atom& atom, char c) {
  return atom.ink == Ink::plain && atom.c == c;
}

struct Braces {
  std::size_t open = none;
  std::size_t close = none;
  std::vector<std::size_t> commas;
};

Atoms slice(const Atoms& word, std::size_t from, std::size_t to) {
  return {word.begin() + static_cast<std::ptrdiff_t>(from), word.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::string plain_text(const Atoms& atoms) {
  std::string out;
  for (const Atom& atom : atoms) {
    if (atom.ink != Ink::plain) return {};
    out += atom.c;
  }
  return out;
}

Atoms from_text(std::string_view text) {
  Atoms out;
  for (const char c : text) out.push_back({c, Ink::plain, 0});
  return out;
}

std::optional<long> number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (value > 1'000'000'000 || value < -1'000'000'000) return std::nullopt;
  return value;
}

/// "1..5", "a..e", "1..9..2"; nothing when it is no range.
std::optional<std::vector<Atoms>> range(const Atoms& inside) {
  const std::string text = plain_text(inside);
  const auto dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto second = text.find("..", dots + 2);
  const std::string from = text.substr(0, dots);
  const std::string to = text.substr(dots + 2, second == std::string::npos ? second : second - dots - 2);
  const long step = second == std::string::npos ? 1 : std::labs(number(text.substr(second + 2)).value_or(1));
  const bool letters = from.size() == 1 && to.size() == 1 && !number(from) && !number(to);
  const auto first = letters ? std::optional<long>(from[0]) : number(from);
  const auto last = letters ? std::optional<long>(to[0]) : number(to);
  if (!first || !last) return std::nullopt;
  std::vector<Atoms> out;
  const long by = std::max(step, 1L) * (*first <= *last ? 1 : -1);
  for (long value = *first; by > 0 ? value <= *last : value >= *last; value += by) {
    out.push_back(from_text(letters ? std::string(1, static_cast<char>(value)) : std::to_string(value)));
    if (out.size() > limits::brace_words) break;
  }
  return out;
}

/// Where each plain "{" of the word closes; `none` for the ones that do not.
std::vector<std::size_t> closing_braces(const Atoms& word) {
  std::vector<std::size_t> closes(word.size(), none);
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (is_plain(word[at], '{')) open.push_back(at);
    if (!is_plain(word[at], '}') || open.empty()) continue;
    closes[open.back()] = at;
    open.pop_back();
  }
  return closes;
}

/// The first brace pair from `start` that closes.
Braces find_braces(const Atoms& word, const std::vector<std::size_t>& closes, std::size_t start) {
  for (std::size_t open = start; open < word.size(); ++open) {
    if (closes[open] == none) continue;
    Braces found{open, closes[open], {}};
    for (std::size_t at = open + 1; at < found.close; ++at) {
      if (closes[at] != none)
        at = closes[at];
      else if (is_plain(word[at], ','))
        found.commas.push_back(at);
    }
    return found;
  }
  return {};
}

class Expander {
 public:
  explicit Expander(Budget& budget) : budget_(budget) {}

  std::vector<Atoms> expand(const Atoms& word, std::size_t start, int depth) {
    if (!budget_.bytes(word.size()) || depth > limits::nesting) {
      budget_.exhaust();
      return {word};
    }
    const auto closes = closing_braces(word);
    for (Braces braces = find_braces(word, closes, start); braces.open != none;
         braces = find_braces(word, closes, start)) {
      if (!budget_.bytes(braces.close - braces.open)) break;
      auto choices = alternatives(word, braces, depth);
      if (!choices.empty()) return combine(word, braces, choices, depth);
      start = braces.open + 1;  // "{}" and "{x}" are plain text; what stands inside may still expand
    }
    return {word};
  }

 private:
  std::vector<Atoms> alternatives(const Atoms& word, const Braces& braces, int depth) {
    const Atoms inside = slice(word, braces.open + 1, braces.close);
    if (braces.commas.empty()) return range(inside).value_or(std::vector<Atoms>{});
    std::vector<Atoms> out;
    std::size_t from = braces.open + 1;
    auto ends = braces.commas;
    ends.push_back(braces.close);
    for (const std::size_t end : ends) {
      for (Atoms& part : expand(slice(word, from, end), 0, depth + 1)) out.push_back(std::move(part));
      from = end + 1;
    }
    return out;
  }

  std::vector<Atoms> combine(const Atoms& word, const Braces& braces, const std::vector<Atoms>& choices,
                             int depth) {
    const auto tails = expand(slice(word, braces.close + 1, word.size()), 0, depth + 1);
    // What is written out may be long; only what multiplies is cut, and not what stands beside it.
    const std::size_t most = limits::brace_words * (braces.commas.size() + 1);
    std::vector<Atoms> out;
    for (const Atoms& choice : choices) {
      for (const Atoms& tail : tails) {
        if (out.size() >= most || !budget_.bytes(braces.open + choice.size() + tail.size() + 1)) {
          budget_.exhaust();
          return out;
        }
        Atoms whole = slice(word, 0, braces.open);
        whole.insert(whole.end(), choice.begin(), choice.end());
        whole.insert(whole.end(), tail.begin(), tail.end());
        out.push_back(std::move(whole));
      }
    }
    return out;
  }

  Budget& budget_;
};

}  // namespace

std::vector<Atoms> expand_braces(const Atoms& word, Budget& budget) {
  const auto opens = [](const Atom& atom) { return is_plain(atom, '{'); };
  if (std::ranges::none_of(word, opens)) return {word};
  return Expander(budget).expand(word, 0, 0);
}

}  // namespace mcpssh::guard
