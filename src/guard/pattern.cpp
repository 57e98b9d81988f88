#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <optional>

#include "base/faults.hpp"
#include "guard/policy.hpp"

namespace mcpssh::guard {
namespace {

/// Bounds of one search. 64 KiB of text against an honest pattern stays far below; a pattern that backtracks
/// without end stops after some milliseconds.
constexpr std::uint32_t match_steps = 200'000;
constexpr std::uint32_t backtrack_depth = 100'000;
constexpr std::uint32_t heap_kib = 16 * 1024;

template <auto free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    free(p);
  }
};
using Code = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;

/// What Python writes differently. Positions move, so `offsets` maps each translated byte to its source.
struct Translated {
  std::string text;
  std::vector<std::size_t> offsets;
  std::optional<base::Error> error;

  void put(std::string_view piece, std::size_t source) {
    text += piece;
    offsets.insert(offsets.end(), piece.size(), source);
  }
};

base::Error bad(std::string_view why, std::size_t offset) {
  return {base::Fault::config_pattern, fmt::format("{} at offset {}", why, offset),
          "correct the regular expression (Python's syntax)"};
}

/// Length of the escape at `at` once written to `out`: \Z, \v, \uXXXX and \UXXXXXXXX differ, the rest stays.
std::size_t translate_escape(std::string_view source, std::size_t at, Translated& out) {
  if (at + 1 >= source.size()) {
    out.put("\\", at);
    return 1;
  }
  const char c = source[at + 1];
  const std::size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits > 0) {
    const auto hex = source.substr(at + 2, digits);
    if (hex.size() != digits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      out.error = bad("incomplete escape", at);
      return source.size() - at;
    }
    out.put(fmt::format("\\x{{{}}}", hex), at);
    return 2 + digits;
  }
  if (c == 'Z')
    out.put("\\z", at);
  else if (c == 'v')
    out.put("\\x0b", at);
  else
    out.put(source.substr(at, 2), at);
  return 2;
}

/// "{,3}" or "{,}": Python counts from nothing, PCRE2 takes it literally.
bool opens_upper_bound(std::string_view text) {
  if (!text.starts_with("{,")) return false;
  const auto end = text.find_first_not_of("0123456789", 2);
  return end != std::string_view::npos && text[end] == '}';
}

Translated from_python(std::string_view source) {
  Translated out;
  bool in_class = false;
  std::size_t class_start = 0;
  for (std::size_t at = 0; at < source.size() && !out.error;) {
    const char c = source[at];
    if (c == '\\') {
      at += translate_escape(source, at, out);
      continue;
    }
    if (in_class) {
      const bool first = at == class_start || (at == class_start + 1 && source[class_start] == '^');
      if (c == ']' && !first) in_class = false;
      // Python knows no [:classes:]; its "[" inside a class is a plain character.
      out.put(c == '[' ? "\\[" : source.substr(at, 1), at);
    } else if (c == '[') {
      in_class = true;
      class_start = at + 1;
      out.put("[", at);
    } else if (source.substr(at, 2) == "(*") {
      out.error = bad("nothing to repeat", at + 1);
    } else if (opens_upper_bound(source.substr(at))) {
      out.put("{0,", at);
      ++at;
    } else {
      out.put(source.substr(at, 1), at);
    }
    ++at;
  }
  return out;
}

}  // namespace

struct Pattern::Compiled {
  std::string text;
  Code code;
  MatchContext limits;
};

Pattern::Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

const std::string& Pattern::text() const {
  return compiled_->text;
}

std::expected<Pattern, base::Error> Pattern::compile(std::string_view text) {
  const Translated translated = from_python(text);
  if (translated.error) return std::unexpected(*translated.error);
  const CompileContext context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.text.data()), translated.text.size(),
                          PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &offset, context.get()));
  if (!code) {
    std::array<PCRE2_UCHAR, 160> why{};
    pcre2_get_error_message(error, why.data(), why.size());
    const std::size_t at = offset < translated.offsets.size() ? translated.offsets[offset] : text.size();
    return std::unexpected(bad(reinterpret_cast<const char*>(why.data()), at));
  }
  MatchContext limits(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(limits.get(), match_steps);
  pcre2_set_depth_limit(limits.get(), backtrack_depth);
  pcre2_set_heap_limit(limits.get(), heap_kib);
  return Pattern(std::make_shared<const Compiled>(std::string(text), std::move(code), std::move(limits)));
}

Pattern::Match Pattern::run(std::string_view subject, unsigned options) const {
  const MatchData data(pcre2_match_data_create_from_pattern(compiled_->code.get(), nullptr));
  if (!data) return Match::limit_reached;
  const char* bytes = subject.data() == nullptr ? "" : subject.data();
  const int result = pcre2_match(compiled_->code.get(), reinterpret_cast<PCRE2_SPTR>(bytes), subject.size(),
                                 0, options, data.get(), compiled_->limits.get());
  if (result >= 0) return Match::yes;
  return result == PCRE2_ERROR_NOMATCH ? Match::no : Match::limit_reached;
}

Pattern::Match Pattern::search(std::string_view subject) const {
  return run(subject, 0);
}

Pattern::Match Pattern::full_match(std::string_view subject) const {
  return run(subject, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
}

}  // namespace mcpssh::guard
