#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "audit/line.hpp"
#include "audit/line_reader.hpp"
#include "audit/sha256.hpp"
#include "audit/verify.hpp"

namespace mcpssh::audit {

/// Follows the chain line by line. Pure: bytes in, findings out.
class ChainCheck {
 public:
  explicit ChainCheck(std::optional<Anchor> anchor) : anchor_(std::move(anchor)) {}

  void line(const RawLine& line);
  /// After the last line.
  Verification finish();

 private:
  /// Lines since the last record that are none.
  struct Stray {
    std::uint64_t first_line = 0, lines = 0, bytes = 0;
    bool only_cut_tail = true;      ///< one line, the beginning of a record
    bool terminated = true;         ///< the last of them
    std::string reason;             ///< of the first of them
    std::uint64_t record_like = 0;  ///< the last of them that seems to have been a record; 0: none
    [[nodiscard]] bool any() const { return bytes > 0; }
  };

  void stray(const RawLine& line, bool truncated, const char* reason);
  void record(const Line& line);
  bool gap_fits(const Line& line, const std::string& sha256) const;
  void judge_gap(const Line& line);
  void judge_first(const Line& line, const std::string& sha256);
  void judge_link(const Line& line);
  void follow(const Line& line);
  void problem(std::uint64_t at, const std::string& text);
  [[nodiscard]] std::string stray_lines() const;

  std::optional<Anchor> anchor_;
  bool anchor_seen_ = false;
  Verification found_;
  std::uint64_t suppressed_ = 0;
  Sha256 sha_, stray_sha_;
  Stray stray_;
  std::unordered_set<std::string> open_;
};

}  // namespace mcpssh::audit
