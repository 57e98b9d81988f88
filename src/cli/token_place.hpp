#pragma once
#include <filesystem>

namespace mcpssh::cli {

/// Where the named tokens are kept: tokens.json in the state directory.
std::filesystem::path token_place();

}  // namespace mcpssh::cli
