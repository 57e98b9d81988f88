#pragma once
#include <filesystem>

#include "base/unique_fd.hpp"

namespace mcpssh::base {

/// flock(LOCK_EX) on `file`.lock, made with mode 0600, until the descriptor is closed; makes the directory
/// (base/file.hpp). Held while a file is read, changed and written: or one process undoes what another did.
/// Waits for the others. Throws Error(io_error).
UniqueFd lock_beside(const std::filesystem::path& file);

}  // namespace mcpssh::base
