#pragma once
#include <filesystem>

#include "base/log.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// Adopts the configuration whenever its file changes, until cancelled. A broken file keeps the old
/// configuration and says so in the log and in the record.
base::Task<void> reload_on_change(gateway::Gateway& gateway, std::filesystem::path path, base::Log log);

}  // namespace mcpssh::cli
