#pragma once
#include <filesystem>
#include <functional>

#include "base/log.hpp"
#include "base/task.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::cli {

/// Told whether what was read is in force now.
using Reloaded = std::function<void(bool adopted)>;

/// Reads the configuration and adopts it if it is another one. A broken file keeps the old one and says so in
/// the log and in the record.
void reload(gateway::Gateway& gateway, const std::filesystem::path& path, const base::Log& log,
            const Reloaded& reloaded = {});

/// Does so whenever the file or what it imports changes, until cancelled.
base::Task<void> reload_on_change(gateway::Gateway& gateway, std::filesystem::path path, base::Log log,
                                  Reloaded reloaded = {});

}  // namespace mcpssh::cli
