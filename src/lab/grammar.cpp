#include "lab/grammar.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace mcpssh::lab {
namespace {

constexpr std::string_view rest_of_line = "<line>";

struct Token {
  std::string_view text;
  std::size_t column;
};

std::vector<Token> tokens_of(std::string_view line) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    tokens.push_back({line.substr(at, end - at), at});
    at = end;
  }
  return tokens;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins(std::string_view word, std::string_view token) {
  return token.size() <= word.size() &&
         std::ranges::equal(token, word.substr(0, token.size()), {}, [](char c) { return lower(c); });
}

bool is_literal(std::string_view word) {
  return !word.starts_with('<');
}

/// A rule still possible after the words read so far.
struct Candidate {
  std::size_t rule;
  std::vector<std::string_view> words;
  bool swallowed = false;  ///< its <line> has begun
};

std::vector<Candidate> candidates_of(std::span<const Rule> rules, Modes modes) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if ((rules[i].modes & modes) != 0) candidates.push_back({i, base::split(rules[i].words, ' ')});
  return candidates;
}

/// Keeps the candidates whose word `position` fits `token`: exact literals before begun ones before
/// arguments. False when two different literals fit alike.
bool narrow(std::vector<Candidate>& candidates, std::size_t position, std::string_view token) {
  const auto fits = [&](const Candidate& candidate, auto test) {
    return position < candidate.words.size() && is_literal(candidate.words[position]) &&
           test(candidate.words[position]);
  };
  const auto exact = [&](std::string_view word) {
    return word.size() == token.size() && begins(word, token);
  };
  const auto begun = [&](std::string_view word) { return begins(word, token); };
  const auto keep = [&](auto wanted) {
    std::erase_if(candidates, [&](const Candidate& candidate) { return !wanted(candidate); });
  };
  const auto is_exact = [&](const Candidate& candidate) { return fits(candidate, exact); };
  const auto is_begun = [&](const Candidate& candidate) { return fits(candidate, begun); };
  if (std::ranges::any_of(candidates, is_exact)) {
    keep(is_exact);
  } else if (std::ranges::any_of(candidates, is_begun)) {
    keep(is_begun);
    const std::string_view first = candidates.front().words[position];
    return std::ranges::all_of(candidates, [&](const Candidate& c) { return c.words[position] == first; });
  } else {
    keep([&](const Candidate& candidate) {
      return candidate.swallowed ||
             (position < candidate.words.size() && !is_literal(candidate.words[position]));
    });
    for (Candidate& candidate : candidates)
      candidate.swallowed |= position < candidate.words.size() && candidate.words[position] == rest_of_line;
  }
  return true;
}

Reading reading_of(const Candidate& match, std::span<const Token> tokens, std::string_view line) {
  Reading reading{.rule = match.rule, .arguments = {}, .argument_column = 0};
  for (std::size_t i = 0; i < match.words.size(); ++i) {
    if (is_literal(match.words[i])) continue;
    if (reading.arguments.empty()) reading.argument_column = tokens[i].column;
    reading.arguments.emplace_back(match.words[i] == rest_of_line ? base::trim(line.substr(tokens[i].column))
                                                                  : tokens[i].text);
  }
  return reading;
}

}  // namespace

std::expected<Reading, Fault> read_line(std::span<const Rule> rules, Modes modes, std::string_view line) {
  const std::vector<Token> tokens = tokens_of(line);
  std::vector<Candidate> candidates = candidates_of(rules, modes);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool clear = narrow(candidates, i, tokens[i].text);
    if (candidates.empty()) return std::unexpected(Fault{Fault::Kind::invalid, tokens[i].column});
    if (!clear) return std::unexpected(Fault{Fault::Kind::ambiguous, tokens[i].column});
  }
  for (const Candidate& candidate : candidates)
    if (candidate.words.size() == tokens.size() || candidate.swallowed)
      return reading_of(candidate, tokens, line);
  return std::unexpected(Fault{Fault::Kind::incomplete, line.size()});
}

std::vector<std::string> next_words(std::span<const Rule> rules, Modes modes, std::string_view line) {
  std::vector<Token> tokens = tokens_of(line);
  std::string_view partial;
  if (!tokens.empty() && !line.ends_with(' ')) {
    partial = tokens.back().text;
    tokens.pop_back();
  }
  std::vector<Candidate> candidates = candidates_of(rules, modes);
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (!narrow(candidates, i, tokens[i].text)) return {};
  std::set<std::string> words;
  for (const Candidate& candidate : candidates) {
    if (candidate.swallowed || (candidate.words.size() == tokens.size() && partial.empty()))
      words.insert("<cr>");
    if (candidate.words.size() <= tokens.size()) continue;
    const std::string_view next = candidate.words[tokens.size()];
    if (partial.empty() || (is_literal(next) && begins(next, partial))) words.emplace(next);
  }
  return {words.begin(), words.end()};
}

}  // namespace mcpssh::lab
