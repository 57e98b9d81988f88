#pragma once
#include "cli/install/entry_text.hpp"

/// The TOML half of entry_text.hpp; throws base::Error where that returns one. An entry is written as a
/// section of its own at the end of the file.
namespace mcpssh::cli {

std::optional<FoundEntry> find_toml_entry(std::string_view text, std::string_view file,
                                          const EntryPlace& place);
std::string with_toml_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                            const base::json::object& entry);
std::string without_toml_entry(std::string_view text, std::string_view file, const EntryPlace& place);
/// `[container.name]` and its lines.
std::string written_toml_entry(const EntryPlace& place, const base::json::object& entry,
                               std::string_view line_break);

}  // namespace mcpssh::cli
