#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/task.hpp"
#include "transport/http/http_session.hpp"

namespace mcpssh::transport {

/// The sessions of one listener. Bounded in all and per principal: a session nobody is using makes way for a
/// new one, the longest silent first. Lives on one executor.
class SessionTable {
 public:
  SessionTable(base::Executor executor, const HttpLimits& limits, std::shared_ptr<KeptBytes> kept);

  /// Null when every session there may be is in use.
  std::shared_ptr<HttpSession> create(const base::Principal& principal, bool single);
  /// Null for an id that is unknown, another principal's, or of the other transport: nobody can tell which.
  [[nodiscard]] std::shared_ptr<HttpSession> find(const std::string& id, const base::Principal& principal,
                                                  bool single);
  /// Ends the session; an unknown id is ignored.
  void remove(const std::string& id);
  /// Ends those of a principal.
  void remove_all(const std::string& principal);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  using BySilence = std::list<std::shared_ptr<HttpSession>>;  ///< the longest silent first
  struct Entry {
    std::shared_ptr<HttpSession> session;
    BySilence::iterator place;  ///< in its principal's
  };
  bool make_room(const base::Principal& principal);

  base::Executor executor_;
  const HttpLimits& limits_;
  std::shared_ptr<KeptBytes> kept_;
  std::map<std::string, Entry> sessions_;
  std::map<std::string, BySilence> of_principal_;
};

}  // namespace mcpssh::transport
