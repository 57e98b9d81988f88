#pragma once
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mcpssh::audit {

/// What `mcp-ssh audit verify` found.
struct Verification {
  std::uint64_t records = 0;              ///< chained and intact
  std::uint64_t unverified_prefix = 0;    ///< lines older than the chain
  std::uint64_t open_begins = 0;          ///< begin records without end or orphaned
  bool tail_cut = false;                  ///< an incomplete last line, not acknowledged to anyone
  std::uint64_t cut_tails_set_aside = 0;  ///< found and recorded by later starts
  std::uint64_t lines = 0;  ///< of the file, with an incomplete last one (which `tail_cut` is about)
  std::uint64_t last_seq = 0;
  std::string last_hash;              ///< 64 zeros: no record yet
  std::vector<std::string> problems;  ///< "line 17: hash does not match": empty = intact
};

/// A record somebody noted outside of the file. Only this shows that whole records were cut from the end.
struct Anchor {
  std::uint64_t seq = 0;
  std::string hash;
};

/// Reads the whole file as it is now, while servers may go on writing. Never changes it. A missing or changed
/// `anchor` is a problem. Errors: not_found, permission_denied, io_error.
std::expected<Verification, base::Error> verify(const std::filesystem::path& file,
                                                const std::optional<Anchor>& anchor = std::nullopt);

/// The last `count` records as one line of text each for people, oldest first.
std::expected<std::vector<std::string>, base::Error> tail(const std::filesystem::path& file,
                                                          std::size_t count);

}  // namespace mcpssh::audit
