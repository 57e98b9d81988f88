#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "cli/install/json_outline.hpp"

/// One server's entry in a client's file of settings, as text: pure functions that leave every other byte
/// as it is (comments, order, indentation, trailing commas, line ends, byte order mark).
namespace mcpssh::cli {

enum class FileFormat { json, toml };

/// Where the entry is: `container` is a member of the root ("mcpServers"), `name` one of the container.
struct EntryPlace {
  FileFormat format = FileFormat::json;
  std::string container;
  std::string name;
};

/// An entry that is there.
struct FoundEntry {
  base::json::value value;  ///< what it says; comments are no part of it
  std::vector<Span> spans;  ///< JSON: its value. TOML: its sections, or the line that is about it
  bool movable = true;      ///< false: written in a way that is not edited (TOML: inline, dotted)
};

/// All four: base::Error(invalid_config) with file, line and column for a text that is broken, or has
/// something else where the container should be.
std::expected<std::optional<FoundEntry>, base::Error> find_entry(std::string_view text, std::string_view file,
                                                                 const EntryPlace& place);

/// `text` with this entry: a new one stands last in its container, one that is there is replaced. The result
/// was read again, and nothing else in it differs.
std::expected<std::string, base::Error> with_entry(std::string_view text, std::string_view file,
                                                   const EntryPlace& place, const base::json::object& entry);

/// `text` without it, which must be there; the inverse of with_entry for the usual forms. `container_too`:
/// the container goes as well when nothing is left in it then, not even a comment.
std::expected<std::string, base::Error> without_entry(std::string_view text, std::string_view file,
                                                      const EntryPlace& place, bool container_too);

/// `text` with a `…` for every value and comment, which may be another program's secret; the entry's own
/// values are shown when `entry_shown`, comments never. Lines stay lines.
std::expected<std::string, base::Error> masked(std::string_view text, std::string_view file,
                                               const EntryPlace& place, bool entry_shown);

/// True when the document says nothing any more: no member, no comment.
std::expected<bool, base::Error> says_nothing(std::string_view text, std::string_view file,
                                              const EntryPlace& place);

/// The entry alone, as it stands in a new file of this form: for print. `beside`: further members of a JSON
/// file's root.
std::string entry_document(const EntryPlace& place, const base::json::object& entry,
                           const base::json::object& beside = {});

/// What a pure function returned, or its error thrown.
template <typename T>
T value_or_throw(std::expected<T, base::Error> result) {
  if (!result) throw base::Error(result.error());
  return *std::move(result);
}

}  // namespace mcpssh::cli
