#include "transport/session_table.hpp"

#include <utility>

#include "base/ids.hpp"

namespace mcpssh::transport {
namespace {

/// Of a session id: it is looked up, never compared byte by byte, and useless without the token.
constexpr std::size_t id_random_bytes = 16;

}  // namespace

SessionTable::SessionTable(base::Executor executor, const HttpLimits& limits, std::shared_ptr<KeptBytes> kept)
    : executor_(std::move(executor)), limits_(limits), kept_(std::move(kept)) {}

bool SessionTable::make_room(const base::Principal& principal) {
  const auto own = of_principal_.find(principal.name);
  const bool own_full = own != of_principal_.end() && own->second >= limits_.sessions_per_principal;
  if (!own_full && sessions_.size() < limits_.sessions) return true;
  auto victim = sessions_.end();
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    if (it->second.session->busy()) continue;
    // Nobody pushes out another one's sessions by opening many.
    if (it->second.session->principal().name != principal.name) continue;
    if (victim == sessions_.end() || it->second.touched < victim->second.touched) victim = it;
  }
  if (victim == sessions_.end()) return false;
  remove(std::string(victim->first));
  return true;
}

std::shared_ptr<HttpSession> SessionTable::create(const base::Principal& principal, bool single) {
  if (!make_room(principal)) return nullptr;
  auto id = base::random_hex(id_random_bytes);
  auto expired = [this, id] { remove(id); };
  auto session =
      std::make_shared<HttpSession>(executor_, id, principal, single, limits_, kept_, std::move(expired));
  sessions_.emplace(id, Entry{session, ++touches_});
  ++of_principal_[principal.name];
  return session;
}

std::shared_ptr<HttpSession> SessionTable::find(const std::string& id, const base::Principal& principal,
                                                bool single) const {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  const auto& session = found->second.session;
  if (session->principal().name != principal.name || session->single() != single) return nullptr;
  found->second.touched = ++touches_;
  return session;
}

void SessionTable::remove(const std::string& id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const auto session = found->second.session;
  sessions_.erase(found);
  if (const auto own = of_principal_.find(session->principal().name); --own->second == 0)
    of_principal_.erase(own);
  session->end();
}

}  // namespace mcpssh::transport
