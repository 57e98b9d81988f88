#pragma once
#include <cstddef>
#include <string_view>

#include "hosts/edit/yaml_spots.hpp"

namespace mcpssh::hosts {

/// Where things end in a YAML text whose beginnings are known. It looks at bytes only and may be wrong about
/// the strangest forms of YAML; whoever edits by it reads the result again and compares.
class YamlText {
 public:
  explicit YamlText(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t size() const { return text_.size(); }
  /// "\r\n" when the first line ends so, else "\n".
  [[nodiscard]] std::string_view line_break() const;
  [[nodiscard]] std::size_t line_begin(std::size_t at) const;
  /// Behind the line break of the line that holds `at`, or the end.
  [[nodiscard]] std::size_t line_end(std::size_t at) const;
  /// The same, before the line break.
  [[nodiscard]] std::size_t line_content_end(std::size_t at) const;
  /// Blanks at the start of the line that holds `at`.
  [[nodiscard]] std::size_t indentation(std::size_t at) const;
  [[nodiscard]] bool first_on_line(std::size_t at) const { return at == line_begin(at) + indentation(at); }
  /// True when nothing stands from `at` to the end of its line but blanks and a comment.
  [[nodiscard]] bool only_comment_follows(std::size_t at) const;
  [[nodiscard]] bool blank_line(std::size_t at) const;
  [[nodiscard]] std::size_t skip_blanks(std::size_t at) const;

  /// Behind the key that starts at `at`: anchors and quotes are part of it.
  [[nodiscard]] std::size_t key_end(std::size_t at) const;
  /// Behind the colon of the key that starts at `at`; YamlSpot::nowhere when there is none.
  [[nodiscard]] std::size_t after_colon(std::size_t at) const;
  /// Behind a value that stands on one line of a block; nowhere when it goes on below.
  [[nodiscard]] std::size_t inline_end(const YamlSpot& value) const;
  /// Behind the item of a flow collection that starts at `at`, key and value together.
  [[nodiscard]] std::size_t flow_item_end(std::size_t at) const;
  /// Behind the collection in braces or brackets that starts at `at` (its anchor, if it has one).
  [[nodiscard]] std::size_t flow_end(std::size_t at) const;
  /// Behind the last line that belongs to an entry of the block whose key starts at `key` and whose successor
  /// starts at `limit`: blank lines and comments that are not indented deeper than the key are left to
  /// others.
  [[nodiscard]] std::size_t entry_end(std::size_t key, std::size_t limit) const;
  /// Where the document that starts at `begin` ends: before "..." or "---", or at the end of the text.
  [[nodiscard]] std::size_t document_end(std::size_t begin) const;

 private:
  [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\n'; }
  [[nodiscard]] std::size_t skip_properties(std::size_t at) const;
  [[nodiscard]] std::size_t quoted_end(std::size_t at) const;
  [[nodiscard]] bool colon_ends_key(std::size_t at) const;

  std::string_view text_;
};

}  // namespace mcpssh::hosts
