#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::guard {

/// A shell text cut into its commands, wherever they stand: at operators, at brackets and braces of groups
/// and substitutions, and behind keywords. Pipelines stay whole. What encloses them is gone, so nothing is
/// too deep. Linear in the text.
class Pieces {
 public:
  /// `text` must outlive the pieces, which look at it.
  explicit Pieces(std::string_view text) : text_(text) {}

  /// The next one that is not empty; nothing at the end of the text.
  std::optional<std::string_view> next();
  /// In how many brackets and substitutions the last piece stands, and in how few one stood since the piece
  /// before it: what a subshell changes ends with it.
  [[nodiscard]] std::size_t depth() const { return depth_of_piece_; }
  [[nodiscard]] std::size_t lowest() const { return lowest_; }
  /// At the end: no quote or substitution stayed open.
  [[nodiscard]] bool closed() const { return closed_ && outer_.empty() && !double_quoted_; }

 private:
  /// A substitution or a group, and what stands around it.
  struct Outer {
    char opener;
    bool double_quoted;
  };

  void step();
  void cut(std::size_t width);
  void enter(char opener, std::size_t width);
  void leave();
  void backquote();
  void double_quoted(char c);
  void single_quoted();
  void unquoted(char c);
  void ampersand();
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool begins_a_word() const;

  std::string_view text_;
  std::vector<Outer> outer_;
  std::string_view piece_;  ///< the last one that was cut
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t depth_ = 0;  ///< where the next piece begins
  std::size_t depth_of_piece_ = 0;
  std::size_t lowest_ = 0;
  bool double_quoted_ = false;
  bool closed_ = true;
};

/// `text` without quotes, backslashes and lines that go on, so that code inside code lies open.
std::string without_quotes(std::string_view text);

}  // namespace mcpssh::guard
