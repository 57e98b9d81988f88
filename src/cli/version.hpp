#pragma once
#include <string_view>

namespace mcpssh::cli {

inline constexpr std::string_view version = MCPSSH_VERSION;

}  // namespace mcpssh::cli
