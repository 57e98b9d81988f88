#pragma once
#include <cstddef>

/// Bounds of one judgement. Whoever reaches one is asked about, never checked less.
namespace mcpssh::guard::limits {

/// Code inside code: sh -c, eval, $(...), backticks.
inline constexpr int depth = 8;
/// Compound commands inside each other; keeps the recursive parser off the end of the stack.
inline constexpr int nesting = 64;
/// Commands read and walked; loops are walked twice.
inline constexpr int steps = 4000;
/// The same where a text past the limits is read once more, one command after the other: one for every byte.
inline constexpr int second_steps = 64 * 1024;
/// Then also this deep: quotes within quotes would make it longer than a text may be.
inline constexpr int second_depth = 16;
/// Lines of a device, each of which is a command and costs two: more than a text may have.
inline constexpr int device_steps = 64 * 1024;
/// Words one brace expansion may make.
inline constexpr std::size_t brace_words = 256;
/// Values of one `for` that are followed one by one; more are one unknown value.
inline constexpr std::size_t loop_values = 16;
/// Bytes all expansions together may make, so that A=$A$A cannot grow for ever.
inline constexpr std::size_t expanded_bytes = std::size_t{1} << 20;
/// Findings kept; the strictest stay.
inline constexpr std::size_t findings = 32;

}  // namespace mcpssh::guard::limits
