#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::device {

/// Finds a marker in a stream of bytes that may be cut anywhere, and passes on what comes before it. Only
/// bytes that may be the begin of the marker are held back. Pure.
class MarkerScan {
 public:
  enum class Kind {
    plain,        ///< the marker itself
    with_status,  ///< the marker, one to three digits and a semicolon; without them it is ordinary output
  };
  MarkerScan(std::string marker, Kind kind);

  /// What is surely not part of the marker. After found() nothing more comes out.
  std::string feed(std::string_view bytes);
  [[nodiscard]] bool found() const { return found_; }
  /// The number behind the marker.
  [[nodiscard]] std::optional<int> status() const { return status_; }
  /// When found: the bytes behind the marker. Else: those held back. Empties it.
  std::string take_rest();

 private:
  enum class Match { no, unfinished, yes };
  Match match_at(std::size_t at);

  std::string marker_;
  Kind kind_;
  std::string held_;
  std::size_t matched_length_ = 0;
  std::optional<int> status_;
  bool found_ = false;
};

}  // namespace mcpssh::device
