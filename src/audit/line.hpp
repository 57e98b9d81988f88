#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "audit/sha256.hpp"

/// The journal's line format, docs/journal.md: the one place that writes and reads the chain members.
namespace mcpssh::audit {

inline constexpr std::uint64_t format_version = 1;
/// A longer line is no record: the largest one this program writes (every field full and escaped) is under
/// it.
inline constexpr std::size_t max_line_bytes = 16 * 1024 * 1024;
/// `prev` of the first record.
inline constexpr std::string_view no_hash =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// What is wrong between two records, stated by the record that follows.
struct Gap {
  /// What the writer took them for.
  enum class Kind {
    prefix,    ///< the log is older than the chain
    cut_tail,  ///< the beginning of one record whose writer died
    damage,    ///< bytes that are no record and no beginning of one: the disk, or a hand
    missing    ///< records this server had put on disk are gone from the end of the file
  };
  Kind kind = Kind::prefix;
  std::uint64_t bytes = 0;  ///< before this record that are not records, with the newline that ends them
  std::uint64_t lines = 0;  ///< these bytes make up; for `missing`: how many records are gone
  std::string sha256;       ///< over these bytes; for `missing`: the hash of the last record that is gone
};

/// What the chain needs of a record. The views point into the parsed line; strings are still JSON-escaped,
/// which is enough to compare them because the writer escapes in one way only.
struct Line {
  std::string_view kind, call, host, state, instance, prev, hash;
  std::string_view gap, gap_sha256;  ///< empty: no gap before this record
  std::uint64_t version = 0, seq = 0, gap_bytes = 0, gap_lines = 0;

  /// What pairs an end with its begin.
  [[nodiscard]] std::string pair_key() const;
};

/// How far a record brings the action it is about. What was asked of a person is open until it is refused or
/// begins, what began until it ended: else its server died.
enum class Step { none, asked, approved, refused, began, ended };
Step step_of(const Line& line);

enum class LineFault {
  truncated,  ///< the beginning of a record, nothing wrong with it but that it stops
  malformed   ///< no record of this format
};

/// Reads one line without its newline. Strict: it takes exactly the language seal() writes.
std::expected<Line, LineFault> parse_line(std::string_view line);

/// True when `hash` of a parsed line is the SHA-256 of its bytes without the hash member.
bool hash_matches(std::string_view line, const Line& parsed, Sha256& sha);

/// Appends to `out` the line that `body` (an open object, "{...") becomes as record `seq` after `prev`, with
/// its newline; its hash. `gap` may be null.
std::string seal(std::string& out, std::string_view body, const Gap* gap, std::uint64_t seq,
                 std::string_view prev, Sha256& sha);

std::string_view to_string(Gap::Kind kind);
std::string pair_key(std::string_view call, std::string_view host);

}  // namespace mcpssh::audit
