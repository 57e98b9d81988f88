#pragma once
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "hosts/snapshot.hpp"

/// Between the parts that make a Snapshot; everyone else uses parse() and load().
namespace mcpssh::hosts {

/// The text of a hosts.yaml as a snapshot whose ways from host to host are not checked yet: an import may add
/// hosts first. Throws base::Error(invalid_config).
Snapshot read_inventory(std::string_view text, const std::filesystem::path& path,
                        const Environment& environment);

/// What the file behind the symlinks of `path` says, which nobody else can change. Throws base::Error.
std::string read_configuration(const std::filesystem::path& path);

/// What load() makes of a file that holds this text, imports included.
std::expected<Snapshot, base::Error> read_whole_inventory(std::string_view text,
                                                          const std::filesystem::path& path,
                                                          const Environment& environment);

std::string sha256_hex(std::string_view bytes);

}  // namespace mcpssh::hosts
