#pragma once
#include "cli/install/entry_text.hpp"

/// The JSON half of entry_text.hpp; throws base::Error where that returns one.
namespace mcpssh::cli {

std::optional<FoundEntry> find_json_entry(std::string_view text, std::string_view file,
                                          const EntryPlace& place);
std::string with_json_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                            const base::json::object& entry);
std::string without_json_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                               bool container_too);

}  // namespace mcpssh::cli
