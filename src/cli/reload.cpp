#include "cli/reload.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <vector>

#include "cli/house.hpp"
#include "hosts/watch.hpp"

namespace mcpssh::cli {
namespace {

void adopt_if_changed(gateway::Gateway& gateway, const std::filesystem::path& path, const base::Log& log) {
  try {
    const Configuration configuration = configure(path);
    if (configuration.snapshot->digest == gateway.snapshot()->digest) return;
    for (const auto& note : configuration.snapshot->notes) log.warning(note);
    gateway.adopt(configuration.snapshot, configuration.policies);
    log.info("configuration reloaded from " + path.string());
  } catch (const base::Error& error) {
    log.error(std::string("the changed configuration is refused, the old one stays: ") + error.what());
    gateway.reject_configuration(error.what());
  }
}

/// The configuration and what it imports; these may be others after a reload.
std::vector<std::filesystem::path> watched(const gateway::Gateway& gateway, std::filesystem::path path) {
  std::vector<std::filesystem::path> files = gateway.snapshot()->sources;
  if (std::ranges::find(files, path) == files.end()) files.push_back(std::move(path));
  return files;
}

}  // namespace

base::Task<void> reload_on_change(gateway::Gateway& gateway, std::filesystem::path path, base::Log log) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto files = watched(gateway, path);
  auto watch = std::make_unique<hosts::FileWatch>(executor, files);
  for (;;) {
    co_await watch->changed();
    adopt_if_changed(gateway, path, log);
    auto now = watched(gateway, path);
    if (now == files) continue;
    files = std::move(now);
    watch = std::make_unique<hosts::FileWatch>(executor, files);
    adopt_if_changed(gateway, path, log);  // a file may have changed before it was watched
  }
}

}  // namespace mcpssh::cli
