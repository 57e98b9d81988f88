// RouterOS scripts taken apart: statements, arguments, strings, brackets and braces.
#include <algorithm>

#include "base/text.hpp"
#include "guard/limits.hpp"
#include "guard/network/cli_lexer.hpp"
#include "guard/network/routeros.hpp"

namespace mcpssh::guard {
namespace {

/// The end of what `text[at]` opens, behind its closing sign; npos: it stays open. Quotes hide signs.
std::size_t behind_closing(std::string_view text, std::size_t at) {
  std::size_t deep = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '[' || c == '{' || c == '(') ++deep;
    if (c == ']' || c == '}' || c == ')')
      if (--deep == 0) return at + 1;
  }
  return std::string_view::npos;
}

bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == ']' || c == '}' || c == ')';
}

}  // namespace

void RouterosReader::read(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    Statement next;
    const bool whole = one(text, at, next);
    const auto trimmed = base::trim(text.substr(begin, at - begin));
    if (trimmed.empty()) continue;
    const std::size_t start = static_cast<std::size_t>(trimmed.data() - text.data());
    span_ = {start, start + trimmed.size()};
    if (!report_.step(span_)) return;
    next.text = trimmed;
    if (!whole) state_.open = text.substr(begin);
    // What is open is judged already as far as it goes; the device runs it when it is closed.
    if (next.arguments.empty() && next.inside.empty()) continue;
    report_.records(trimmed);
    meaning(next, 0);
  }
}

void RouterosReader::code(std::string_view text, int depth) {
  if (depth > limits::depth) return report_.says("device.foreign-code", text, span_);
  const std::string section = state_.section;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    Statement next;
    const bool whole = one(text, at, next);
    next.text = base::trim(text.substr(begin, at - begin));
    if (next.text.empty()) continue;
    if (!report_.step(span_)) break;
    if (!whole) report_.says("device.unreadable", next.text, span_);
    meaning(next, depth);
  }
  state_.section = section;
}

/// One statement and the sign that ends it; false when something in it stays open.
bool RouterosReader::one(std::string_view text, std::size_t& at, Statement& out) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at < text.size() && text[at] == '#') {
    at = std::min(text.find('\n', at), text.size());
  }
  bool whole = true;
  while (at < text.size() && whole) {
    const char c = text[at];
    if (c == '\n' || c == ';' || c == ']' || c == '}' || c == ')') {
      ++at;
      return true;
    }
    if (c == ' ' || c == '\t')
      ++at;
    else if (c == '\\' && at + 1 < text.size() && text[at + 1] == '\n')
      at += 2;
    else
      whole = argument(text, at, out);
  }
  return whole;
}

/// A word, or KEY=VALUE.
bool RouterosReader::argument(std::string_view text, std::size_t& at, Statement& out) {
  Argument next;
  std::size_t end = at;
  while (end < text.size() && !ends_word(text[end]) && !std::string_view("=\"[{($").contains(text[end]))
    ++end;
  if (end < text.size() && text[end] == '=' && end > at) {
    next.key = lower_case(text.substr(at, end - at));
    while (!next.key.empty() && (next.key[0] == '!' || next.key[0] == '.')) next.key.erase(0, 1);
    at = end + 1;
  }
  const bool whole = value(text, at, next, out);
  out.arguments.push_back(std::move(next));
  return whole;
}

bool RouterosReader::value(std::string_view text, std::size_t& at, Argument& into, Statement& out) {
  const std::size_t begin = at;
  while (at < text.size() && !ends_word(text[at])) {
    const char c = text[at];
    if (c == '"') {
      if (!quoted(text, at, into, out)) return false;
    } else if (c == '[' || c == '(' || c == '{') {
      const auto end = behind_closing(text, at);
      const auto inside = text.substr(at + 1, (end == text.npos ? text.size() : end - 1) - at - 1);
      if (c == '{' && at == begin) {
        into.block = true;
        into.value = inside;
      } else {
        into.opaque = true;
        into.value += c == '[' ? "[]" : "()";
        if (c == '[') out.inside.emplace_back(inside);
        if (c != '[') brackets_in(inside, out);
      }
      at = std::min(end, text.size());
      if (end == text.npos) return false;
    } else {
      into.opaque = into.opaque || c == '$';
      if (c == '\\' && at + 1 < text.size() && text[at + 1] != '\n') ++at;
      into.value += text[at++];
    }
  }
  return true;
}

/// "[...]" anywhere inside an expression or a string.
void RouterosReader::brackets_in(std::string_view text, Statement& out) {
  for (std::size_t at = text.find('['); at < text.size(); at = text.find('[', at)) {
    const auto end = behind_closing(text, at);
    out.inside.emplace_back(text.substr(at + 1, (end == text.npos ? text.size() : end - 1) - at - 1));
    at = std::min(end, text.size());
  }
}

bool RouterosReader::quoted(std::string_view text, std::size_t& at, Argument& into, Statement& out) {
  into.quoted = true;
  const std::size_t begin = ++at;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      into.opaque = into.opaque || text[at] == '$';
      into.value += text[at];
      continue;
    }
    ++at;
    into.value += text[at] == 'n' || text[at] == 'r' ? '\n' : text[at] == 't' ? '\t' : text[at];
  }
  for (auto call = text.find("$[", begin); call < at; call = text.find("$[", call)) {
    const auto end = std::min(behind_closing(text.substr(0, at), call + 1), at);
    out.inside.emplace_back(text.substr(call + 2, end - call - 2));
    call = end;
  }
  if (at >= text.size()) return false;
  ++at;
  return true;
}

}  // namespace mcpssh::guard
