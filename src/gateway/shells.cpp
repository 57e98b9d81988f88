#include "gateway/shells.hpp"

#include <algorithm>

#include "base/hop.hpp"

namespace mcpssh::gateway {
namespace {

base::Task<void> destroy(std::unique_ptr<device::Session> dialogue) {
  dialogue.reset();
  co_return;
}

}  // namespace

std::shared_ptr<Shell> Shells::find_or_add(const base::Executor& executor, const std::string& owner,
                                           const std::string& host, const std::string& name) {
  for (const auto& shell : shells_)
    if (shell->owner == owner && shell->host == host && shell->name == name) return shell;
  auto shell = std::make_shared<Shell>(executor);
  shell->owner = owner;
  shell->host = host;
  shell->name = name;
  shells_.push_back(shell);
  return shell;
}

std::vector<std::shared_ptr<Shell>> Shells::of(const std::string& owner, const std::string& host) const {
  std::vector<std::shared_ptr<Shell>> found;
  for (const auto& shell : shells_)
    if ((owner.empty() || shell->owner == owner) && (host.empty() || shell->host == host))
      found.push_back(shell);
  return found;
}

void Shells::retire(const std::shared_ptr<Shell>& shell) {
  std::erase(shells_, shell);
  shell->closed = true;
}

base::Task<void> Shells::close(std::shared_ptr<Shell> shell) {
  retire(shell);
  shell->changed.notify();
  if (shell->dialogue)
    co_await base::hop(shell->lease.connection()->executor(), destroy(std::move(shell->dialogue)));
  shell->lease = ssh::Lease();
}

base::Task<void> Shells::close_when_free(std::shared_ptr<Shell> shell) {
  const auto turn = co_await shell->turn.take();
  co_await close(shell);
}

}  // namespace mcpssh::gateway
