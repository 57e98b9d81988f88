#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "guard/judge.hpp"

/// What holds of every verdict, whatever was judged.
namespace mcpssh::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Aborts on a verdict that contradicts itself, or that shows people what they cannot see.
inline guard::Verdict checked(const guard::Judgement& judgement) {
  const guard::Verdict& verdict = judgement.verdict;
  require(verdict.findings.empty() == (verdict.decision == guard::Decision::allow));
  require(verdict.findings.empty() || verdict.findings.front().decision == verdict.decision);
  for (const guard::Finding& found : verdict.findings) {
    require(found.rule != "guard.internal");
    require(!found.rule.empty() && base::printable(found.reason, 4096) == found.reason);
    require(found.span.begin <= found.span.end);
  }
  require(base::is_utf8(verdict.canonical));
  require(std::ranges::none_of(verdict.canonical,
                               [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7F; }));
  return verdict;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The first line, and takes it off `text`.
inline std::string_view first_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace mcpssh::fuzz
