#include "transport/http/session_table.hpp"

#include <algorithm>
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
  const bool has_own = own != of_principal_.end();
  const bool own_full = has_own && own->second.size() >= limits_.sessions_per_principal;
  if (!own_full && sessions_.size() < limits_.sessions) return true;
  // Nobody pushes out another one's sessions by opening many.
  if (!has_own) return false;
  const auto victim = std::ranges::find_if(own->second, [](const auto& session) { return !session->busy(); });
  if (victim == own->second.end()) return false;
  remove(std::string((*victim)->id()));
  return true;
}

std::shared_ptr<HttpSession> SessionTable::create(const base::Principal& principal, bool single) {
  if (!make_room(principal)) return nullptr;
  auto id = base::random_hex(id_random_bytes);
  auto expired = [this, id] { remove(id); };
  auto session =
      std::make_shared<HttpSession>(executor_, id, principal, single, limits_, kept_, std::move(expired));
  auto& own = of_principal_[principal.name];
  sessions_.emplace(id, Entry{session, own.insert(own.end(), session)});
  return session;
}

std::shared_ptr<HttpSession> SessionTable::find(const std::string& id, const base::Principal& principal,
                                                bool single) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  const auto& [session, place] = found->second;
  if (session->principal().name != principal.name || session->single() != single) return nullptr;
  auto& own = of_principal_.at(principal.name);
  own.splice(own.end(), own, place);
  return session;
}

void SessionTable::remove(const std::string& id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const auto [session, place] = found->second;
  sessions_.erase(found);
  const auto own = of_principal_.find(session->principal().name);
  own->second.erase(place);
  if (own->second.empty()) of_principal_.erase(own);
  session->end();
}

void SessionTable::remove_all(const std::string& principal) {
  const auto own = of_principal_.find(principal);
  if (own == of_principal_.end()) return;
  const auto sessions = own->second;
  for (const auto& session : sessions) remove(session->id());
}

}  // namespace mcpssh::transport
