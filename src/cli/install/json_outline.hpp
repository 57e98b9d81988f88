#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mcpssh::cli {

/// The bytes from `begin` up to `end`.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct JsonMember {
  std::string key;  ///< decoded
  std::size_t key_begin = 0;
  Span value;
  std::optional<std::size_t> comma{};  ///< behind the value; the last member of JSONC may have one too
};

/// Where an object and its members stand.
struct JsonObject {
  Span braces;
  std::vector<JsonMember> members;
};

/// What a client's file of settings looks like from above: the root and one object in it.
struct JsonOutline {
  std::optional<JsonObject> root;  ///< absent: nothing but blanks and comments
  std::optional<JsonObject>
      container;               ///< root's member of the name that was asked for, when it is an object
  std::vector<Span> said;      ///< contents of values and comments, in order: what may be a secret
  std::vector<Span> comments;  ///< those of them that are comments
};

/// Reads JSON, with comments and trailing commas where there are any (JSONC). The whole text is checked; the
/// error names `file`, line and column. Pure.
std::expected<JsonOutline, base::Error> outline_json(std::string_view text, std::string_view file,
                                                     std::string_view container);

/// "FILE:LINE:COLUMN" for a terminal, both counted from 1, the column in bytes.
std::string spot_text(std::string_view text, std::string_view file, std::size_t at);
/// "\r\n" when the first line ends so, "\r" when all do, else "\n".
std::string_view line_break_of(std::string_view text);
/// Behind a byte order mark, or 0.
std::size_t behind_mark(std::string_view text);

}  // namespace mcpssh::cli
