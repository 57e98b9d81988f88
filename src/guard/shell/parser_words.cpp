#include <algorithm>
#include <array>
#include <utility>

#include "guard/shell/parser.hpp"

namespace mcpssh::guard {
namespace {

using Ink = Atom::Ink;

void put(Word& out, char c, Ink ink) {
  out.atoms.push_back({c, ink, 0});
}

/// What means nothing to a shell wherever it stands in a word.
constexpr auto ordinary_characters = [] {
  std::array<bool, 256> ordinary{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%,"))
    ordinary[static_cast<unsigned char>(c)] = true;
  return ordinary;
}();

/// The ordinary characters `text` begins with.
std::string_view ordinary_run(std::string_view text) {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return ordinary_characters[static_cast<unsigned char>(c)]; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void put_code_point(Word& out, unsigned value) {
  const auto byte = [&](unsigned b) { put(out, static_cast<char>(b), Ink::quoted); };
  const int tails = value < 0x80 ? 0 : value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  constexpr std::array<unsigned, 4> leads{0, 0xC0, 0xE0, 0xF0};
  byte(leads[static_cast<std::size_t>(tails)] | ((value >> (6 * tails)) & 0x7F));
  for (int tail = tails - 1; tail >= 0; --tail) byte(0x80 | ((value >> (6 * tail)) & 0x3F));
}

/// Of text that one shell takes for quoted and another for plain: nothing in it opens, closes, quotes or
/// expands.
bool means_nothing(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (std::string_view("(){}[]$`\"\n#").contains(text[at])) return false;
    if (text[at] != '\\') continue;
    const char next = at + 1 < text.size() ? text[at + 1] : '\\';
    if (!is_name_start(next) && !is_digit(next)) return false;
  }
  return true;
}

}  // namespace

Word Parser::parse_here_body() {
  Word out;
  if (depth_ > budget_.depth()) {
    budget_.exhaust();
    fail("code is nested too deeply");
  }
  while (!at_end()) {
    if (peek() == '\\' && (peek(1) == '$' || peek(1) == '`' || peek(1) == '\\')) {
      put(out, peek(1), Ink::quoted);
      at_ += 2;
    } else if (looking_at("\\\n")) {
      at_ += 2;
    } else if (peek() == '$') {
      dollar(out, true);
    } else if (peek() == '`') {
      backquoted(out, true);
    } else {
      quoted_text(out);
    }
  }
  out.has_quotes = true;
  return out;
}

Word Parser::word() {
  Word out;
  const auto start = at_;
  while (!at_end()) {
    const char c = peek();
    const bool process = (c == '<' || c == '>') && peek(1) == '(';
    if (!process && ends_word(c)) break;
    process ? process_substitution(out) : word_piece(out);
  }
  out.span = {start, at_};
  return out;
}

void Parser::word_piece(Word& out) {
  switch (peek()) {
    case '\'':
      return single_quoted(out);
    case '"':
      return double_quoted(out);
    case '\\':
      return backslash(out);
    case '$':
      return dollar(out, false);
    case '`':
      return backquoted(out, false);
    default:
      break;
  }
  if (const auto run = ordinary_run(text_.substr(at_)); !run.empty()) {
    out.append(run, Ink::plain);
    at_ += run.size();
  } else {
    put(out, text_[at_++], Ink::plain);
    out.has_signs = true;
  }
}

/// At a single quote where some shells let it quote and others take it for a character, or at a "#" that
/// begins a comment in some: false when the two readings end the text at different places. Then it is a
/// problem.
bool Parser::hides_nothing_anywhere(std::string_view closer) {
  if (peek() == '#') {
    const bool comment = closer == "))" && std::string_view(" \t\n(;&|").contains(text_[at_ - 1]);
    if (!comment) return true;
  } else {
    const auto end = text_.find('\'', at_ + 1);
    const bool harmless =
        end != std::string_view::npos && means_nothing(text_.substr(at_ + 1, end - at_ - 1));
    if (harmless) return true;
  }
  two_readings_ = true;
  fail("a quote or a comment that shells read differently");
  return false;
}

Word Parser::words_until(std::string_view closer, bool quoted) {
  const Nested nested(*this);
  Word out;
  int open = 0;
  while (!at_end()) {
    if (open == 0 && looking_at(closer)) return out;
    const char c = peek();
    if (closer == "))" && (c == '(' || c == ')')) {
      open += c == '(' ? 1 : -1;
      if (open < 0) return out;  // one ")" only: not arithmetic
      put(out, text_[at_++], Ink::quoted);
    } else if ((c == '\'' || c == '#') && quoted) {
      if (!hides_nothing_anywhere(closer)) return out;
      // The pair at once, or the second quote would open another.
      const auto end = c == '#' ? at_ : text_.find('\'', at_ + 1);
      out.append(text_.substr(at_, end + 1 - at_), Ink::quoted);
      at_ = end + 1;
    } else if (c == '$') {
      dollar(out, quoted);
    } else if (c == '`') {
      backquoted(out, quoted);
    } else if (!quoted && at_process()) {
      process_substitution(out);
    } else {
      word_piece(out);
    }
  }
  end_too_soon();
  return out;
}

/// One character, and what is as it is behind it.
void Parser::quoted_text(Word& out) {
  const auto end = text_.find_first_of("\"$`\\", at_ + 1);
  out.append(text_.substr(at_, end == std::string_view::npos ? end : end - at_), Ink::quoted);
  at_ = std::min(end, text_.size());
}

void Parser::single_quoted(Word& out) {
  out.has_quotes = true;
  const auto end = text_.find('\'', at_ + 1);
  out.append(text_.substr(at_ + 1, end == std::string_view::npos ? end : end - at_ - 1), Ink::quoted);
  if (end == std::string_view::npos) {
    at_ = text_.size();
    return end_too_soon();
  }
  at_ = end + 1;
}

void Parser::double_quoted(Word& out) {
  out.has_quotes = true;
  ++at_;
  while (!at_end()) {
    const char c = peek();
    if (c == '"') {
      ++at_;
      return;
    }
    if (c == '$') {
      dollar(out, true);
    } else if (c == '`') {
      backquoted(out, true);
    } else if (c == '\\' && std::string_view("$`\"\\\n").contains(peek(1)) && at_ + 1 < text_.size()) {
      if (peek(1) != '\n') put(out, peek(1), Ink::quoted);
      at_ += 2;
    } else {
      quoted_text(out);
    }
  }
  end_too_soon();
}

void Parser::backslash(Word& out) {
  ++at_;
  if (at_end()) return end_too_soon();
  if (peek() == '\n') {
    ++at_;
    if (at_end()) end_too_soon();
    return;
  }
  out.has_quotes = true;
  put(out, text_[at_++], Ink::quoted);
}

/// $'...': bash's escapes (bash manual 3.1.2.4). A NUL ends the string, as it does in bash.
void Parser::ansi_quoted(Word& out) {
  out.has_quotes = true;
  ++at_;
  std::size_t nul = std::string_view::npos;
  while (!at_end()) {
    const char c = text_[at_++];
    if (c == '\'') {
      out.atoms.resize(std::min(nul, out.atoms.size()));
      return;
    }
    const std::size_t here = out.atoms.size();
    if (c == '\\' && !at_end())
      ansi_escape(out);
    else
      put(out, c, Ink::quoted);
    if (here < out.atoms.size() && out.atoms[here].c == '\0') nul = std::min(nul, here);
  }
  end_too_soon();
}

void Parser::ansi_escape(Word& out) {
  const auto number = [&](std::size_t most, int base) {
    unsigned value = 0;
    for (std::size_t n = 0; n < most && hex_digit(peek()) >= 0 && hex_digit(peek()) < base; ++n, ++at_)
      value = value * static_cast<unsigned>(base) + static_cast<unsigned>(hex_digit(peek()));
    return value;
  };
  constexpr std::string_view names = "abeEfnrtv\\'\"?";
  constexpr std::string_view values = "\a\b\x1b\x1b\f\n\r\t\v\\'\"?";
  const char e = text_[at_++];
  if (const auto known = names.find(e); known != std::string_view::npos) {
    put(out, values[known], Ink::quoted);
  } else if (e == 'x') {
    put(out, static_cast<char>(number(2, 16)), Ink::quoted);
  } else if (e == 'u' || e == 'U') {
    put_code_point(out, number(e == 'u' ? 4 : 8, 16));
  } else if (is_digit(e) && e < '8') {
    --at_;
    put(out, static_cast<char>(number(3, 8)), Ink::quoted);
  } else if (e == 'c' && !at_end()) {
    put(out, static_cast<char>(text_[at_++] & 0x1F), Ink::quoted);
  } else {
    put(out, '\\', Ink::quoted);
    put(out, e, Ink::quoted);
  }
}

std::string_view Parser::read_name() {
  const auto start = at_;
  if (!is_name_start(peek())) return {};
  while (is_name_start(peek()) || is_digit(peek())) ++at_;
  return text_.substr(start, at_ - start);
}

void Parser::add(Word& out, Expansion expansion, std::size_t from, bool quoted) {
  if (out.expansions.size() >= 0xFFFF) {
    budget_.exhaust();
    return fail("a word has too many expansions");
  }
  expansion.source = text_.substr(from, at_ - std::min(from, at_));
  const auto index = static_cast<std::uint16_t>(out.expansions.size());
  out.atoms.push_back({'$', quoted ? Ink::quoted_expansion : Ink::expansion, index});
  out.expansions.push_back(std::move(expansion));
}

void Parser::dollar(Word& out, bool quoted) {
  const auto from = at_;
  ++at_;
  const char c = peek();
  if (c == '(') {
    if (peek(1) == '(' && arithmetic_substitution(out, quoted)) return;
    return command_substitution(out, quoted);
  }
  if (c == '{') return braced_parameter(out, quoted);
  if (c == '\'' && !quoted) return ansi_quoted(out);
  if (c == '"' && !quoted) return double_quoted(out);
  Expansion expansion;
  if (c == '[') {
    ++at_;
    expansion.kind = Expansion::Kind::number;
    expansion.inner = std::make_unique<Word>(words_until("]", true));
    take("]");
  } else if (is_name_start(c)) {
    expansion.name = read_name();
  } else if (is_digit(c) || c == '@' || c == '*') {
    expansion.kind = Expansion::Kind::positional;
    expansion.name = c;
    ++at_;
  } else if (c == '?' || c == '#' || c == '$' || c == '!' || c == '-') {
    expansion.kind = Expansion::Kind::number;
    ++at_;
  } else {
    return put(out, '$', quoted ? Ink::quoted : Ink::plain);
  }
  add(out, std::move(expansion), from, quoted);
}

void Parser::braced_parameter(Word& out, bool quoted) {
  const auto from = at_ - 1;
  ++at_;
  Expansion expansion;
  const bool prefixed = (peek() == '#' || peek() == '!') && peek(1) != '}';
  if (prefixed) ++at_;
  expansion.name = read_name();
  if (expansion.name.empty() && !at_end() && peek() != '}') {
    expansion.name = peek();
    expansion.kind = Expansion::Kind::positional;
    do ++at_;
    while (is_digit(peek()) && is_digit(expansion.name[0]));
  }
  if (peek() != '}' || prefixed) {
    expansion.kind = Expansion::Kind::parameter;
    expansion.assigns = looking_at("=") || looking_at(":=");
    const auto begin = at_;
    expansion.inner = std::make_unique<Word>(words_until("}", quoted));
    const auto inside = text_.substr(begin, at_ - begin);
    expansion.runs_value = inside.starts_with('@') || (inside.starts_with('[') && inside.contains("]@"));
  }
  if (!take("}")) end_too_soon();
  add(out, std::move(expansion), from, quoted);
}

void Parser::command_substitution(Word& out, bool quoted) {
  const auto from = at_ - 1;
  ++at_;
  Expansion expansion;
  expansion.kind = Expansion::Kind::command;
  ++depth_;
  if (depth_ > budget_.depth()) {
    budget_.exhaust();
    fail("code is nested too deeply");
  }
  // The bodies of here-documents outside begin behind the line outside.
  auto outside = std::exchange(here_, {});
  expansion.script = sequence(true);
  if (!outside.empty() && !here_.empty()) fail("here-documents whose order shells read differently");
  here_.insert(here_.begin(), outside.begin(), outside.end());
  --depth_;
  if (!take(")") && !at_end()) fail("expected \")\"");
  add(out, std::move(expansion), from, quoted);
}

void Parser::process_substitution(Word& out) {
  ++at_;
  command_substitution(out, true);
  if (!out.expansions.empty()) out.expansions.back().kind = Expansion::Kind::process;
}

bool Parser::arithmetic_substitution(Word& out, bool quoted) {
  const auto from = at_ - 1;
  const Mark start = mark();
  at_ += 2;
  Expansion expansion;
  expansion.kind = Expansion::Kind::number;
  expansion.inner = std::make_unique<Word>(words_until("))", true));
  if (!take("))") && !two_readings_) {
    go_back(start);
    return false;
  }
  add(out, std::move(expansion), from, quoted);
  return true;
}

void Parser::backquoted(Word& out, bool quoted) {
  const auto from = at_++;
  std::string code;
  while (!at_end() && peek() != '`') {
    const bool escape =
        peek() == '\\' && (std::string_view("$`\\").contains(peek(1)) || (quoted && peek(1) == '"'));
    if (escape && at_ + 1 < text_.size()) ++at_;
    code += text_[at_++];
  }
  if (!take("`")) return end_too_soon();
  Parser inner(code, budget_, depth_ + 1);
  Script script = inner.parse();
  if (script.problem || script.incomplete) return fail("a command between backquotes that does not read");
  Expansion expansion;
  expansion.kind = Expansion::Kind::command;
  expansion.script = std::move(script.root);
  add(out, std::move(expansion), from, quoted);
}

}  // namespace mcpssh::guard
