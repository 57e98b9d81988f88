#pragma once
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/rights.hpp"
#include "transport/http.hpp"

namespace mcpssh::transport {

/// A token as it is stored: what it is called, never what it is.
struct NamedToken {
  std::string name;
  std::string sha256;  ///< of the token, hex
  base::WallTime created{};
  std::optional<base::WallTime> expires{};
  std::optional<base::Rights> rights{};  ///< nothing: whatever hosts.yaml allows
  bool operator==(const NamedToken&) const = default;
};

/// What is wrong with a name for a token; nothing when it will do. The names of other kinds of principals are
/// taken.
std::optional<std::string> problem_of_token_name(std::string_view name);

/// 256 random bits behind a prefix that secret scanners can know.
std::string new_token();
/// What is stored of `token`.
std::string token_digest(const std::string& token);

/// The tokens in the file; none when there is no file. Throws Error for one that cannot be read or that
/// others could have written.
std::vector<NamedToken> read_tokens(const std::filesystem::path& file);
/// Replaces the file in one step, mode 0600; its directory is made if need be. Throws Error.
void write_tokens(const std::filesystem::path& file, const std::vector<NamedToken>& tokens);

/// Takes the tokens of the file, as it is at each request, for the principals they name; every other one goes
/// to `otherwise` (null: it is refused). While the file cannot be read its tokens are refused.
Authenticate named_tokens(std::filesystem::path file, Authenticate otherwise, base::Clock clock,
                          base::Log log);

}  // namespace mcpssh::transport
