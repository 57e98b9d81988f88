#include "cli/reload.hpp"

#include <boost/asio/this_coro.hpp>

#include "cli/house.hpp"
#include "hosts/watch.hpp"

namespace mcpssh::cli {
namespace {

void adopt_if_changed(gateway::Gateway& gateway, const std::filesystem::path& path, const base::Log& log) {
  try {
    const Configuration configuration = configure(path);
    if (configuration.snapshot->digest == gateway.snapshot()->digest) return;
    gateway.adopt(configuration.snapshot, configuration.policies);
    log.info("configuration reloaded from " + path.string());
  } catch (const base::Error& error) {
    log.error(std::string("the changed configuration is refused, the old one stays: ") + error.what());
    gateway.reject_configuration(error.what());
  }
}

}  // namespace

base::Task<void> reload_on_change(gateway::Gateway& gateway, std::filesystem::path path, base::Log log) {
  const auto executor = co_await base::asio::this_coro::executor;
  hosts::FileWatch watch(executor, path);
  for (;;) {
    co_await watch.changed();
    adopt_if_changed(gateway, path, log);
  }
}

}  // namespace mcpssh::cli
