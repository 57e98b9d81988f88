#include "guard/shell/field.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::size_t longest_candidate = 62;

constexpr auto safe_characters = [] {
  std::array<bool, 256> safe{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+./:=@%,^"))
    safe[static_cast<unsigned char>(c)] = true;
  return safe;
}();

bool needs_quotes(std::string_view text) {
  const auto safe = [](char c) { return safe_characters[static_cast<unsigned char>(c)]; };
  return text.empty() || !std::ranges::all_of(text, safe);
}

}  // namespace

Field Field::unknown(std::string_view source, bool splits, Ink ink) {
  Field out;
  out.append(source.empty() ? std::string_view("?") : source, ink);
  out.splits_ = splits;
  return out;
}

Field Field::number(std::string_view source) {
  Field out;
  out.append(source, Ink::number);
  return out;
}

void Field::append(std::string_view text, Ink ink) {
  text_ += text;
  ink_.append(text.size(), static_cast<char>(ink));
  opaque_ = opaque_ || (stands_for_unknown(ink) && !text.empty());
  glob_ = glob_ || (ink == Ink::glob && !text.empty());
}

void Field::append(const Field& other) {
  text_ += other.text_;
  ink_ += other.ink_;
  opaque_ = opaque_ || other.opaque_;
  glob_ = glob_ || other.glob_;
  splits_ = splits_ || other.splits_;
}

std::string_view Field::known_prefix() const {
  if (!opaque_ && !glob_) return text_;
  const auto end = ink_.find_first_of("gonu");
  return std::string_view(text_).substr(0, end);
}

Field Field::substr(std::size_t from, std::size_t count) const {
  Field out;
  from = std::min(from, text_.size());
  out.text_ = text_.substr(from, count);
  out.ink_ = ink_.substr(from, count);
  out.opaque_ = out.ink_.find_first_of("onu") != std::string::npos;
  out.glob_ = out.ink_.contains('g');
  out.splits_ = splits_;
  return out;
}

bool Field::is_number() const {
  for (std::size_t at = 0; at < text_.size(); ++at) {
    const char c = text_[at];
    const bool sign = at == 0 && text_.size() > 1 && (c == '-' || c == '+');
    const bool digit = (c >= '0' && c <= '9') || sign;
    const bool written = ink(at) == Ink::plain || ink(at) == Ink::quoted;
    if (ink(at) != Ink::number && !(written && digit)) return false;
  }
  return true;
}

bool Field::may_be(std::string_view text) const {
  // A pattern that no file matches stays as it stands.
  return text_ == text || (!literal() && may_reach(text, false));
}

bool Field::may_begin_with(std::string_view text, bool whole_names) const {
  const std::string wanted = std::string(text) + (whole_names ? "/" : "");
  return literal() ? text_.starts_with(wanted) : may_reach(wanted, true);
}

bool Field::may_reach(std::string_view text, bool as_beginning) const {
  if (text.size() > longest_candidate) return true;
  // Bit i: the field up to here may have produced the first i bytes of `text`.
  std::uint64_t reached = 1;
  const std::uint64_t all = (std::uint64_t{1} << (text.size() + 1)) - 1;
  const auto advance_where = [&](auto accepts) {
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
      if ((reached >> i & 1) != 0 && accepts(i)) next |= std::uint64_t{1} << (i + 1);
    return next;
  };
  // Patterns match neither "/" nor the dot a hidden name begins with.
  const auto in_pattern = [&](std::size_t i) {
    const bool hidden = text[i] == '.' && i > 0 && text[i - 1] == '/';
    return text[i] != '/' && !hidden;
  };
  for (std::size_t at = 0; at < text_.size() && reached != 0; ++at) {
    if (as_beginning && (reached >> text.size() & 1) != 0) return true;
    const char c = text_[at];
    if (unknown_at(at)) {
      reached = all & ~((reached & (~reached + 1)) - 1);
    } else if (ink(at) != Ink::glob) {
      reached = advance_where([&](std::size_t i) { return text[i] == c; });
    } else if (c == '*') {
      for (std::size_t i = 0; i < text.size(); ++i)
        if ((reached >> i & 1) != 0 && in_pattern(i)) reached |= std::uint64_t{1} << (i + 1);
    } else {
      if (c == '[') at = std::min(text_.find(']', at + 2), text_.size() - 1);
      reached = advance_where(in_pattern);
    }
  }
  return (reached >> text.size() & 1) != 0;
}

bool Field::plainly_readable() const {
  return !opaque_ && !glob_ && (!needs_quotes(text_) || (!empty() && ink(0) == Ink::home));
}

std::string Field::canonical() const {
  if (plainly_readable()) return text_;
  if (!opaque_ && !glob_) return base::shell_quote(text_);
  std::string out;
  for (std::size_t at = 0; at < text_.size();) {
    const bool known = !unknown_at(at) && ink(at) != Ink::glob;
    std::size_t end = at;
    while (end < text_.size() && (!unknown_at(end) && ink(end) != Ink::glob) == known) ++end;
    const auto piece = std::string_view(text_).substr(at, end - at);
    out +=
        known && ink(at) != Ink::home && needs_quotes(piece) ? base::shell_quote(piece) : std::string(piece);
    at = end;
  }
  return out;
}

std::string canonical(Words words) {
  return canonical_beginning(words, std::string::npos);
}

std::string canonical_beginning(Words words, std::size_t enough) {
  std::string out;
  for (const Field& word : words) {
    if (out.size() > enough) break;
    if (!out.empty()) out += ' ';
    if (word.plainly_readable())
      out += word.text();
    else
      out += word.canonical();
  }
  return out;
}

}  // namespace mcpssh::guard
