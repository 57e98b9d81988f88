#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/principal.hpp"
#include "base/turn.hpp"
#include "device/session.hpp"
#include "guard/judge.hpp"
#include "ssh/pool.hpp"

namespace mcpssh::gateway {

/// One stateful shell on a host, owned by a principal. The dialogue lives on its connection's thread and is
/// touched there only, through base::hop.
struct Shell {
  explicit Shell(const base::Executor& executor) : turn(executor), changed(executor) {}

  std::string owner;  ///< Principal::name
  std::string host;
  std::string name;
  ssh::Lease lease;
  std::unique_ptr<device::Session> dialogue;
  guard::SessionState guard_state;
  std::string question;  ///< what the shell asked and nobody answered yet
  std::string first_prompt;
  base::TurnQueue turn;  ///< one line at a time
  base::Wakeup changed;  ///< used or closed
  base::MonoTime last_used;
  std::uint64_t lines = 0;
  bool closed = false;  ///< or about to be: its configuration is gone
};

/// The shells that are open. Lives on the gateway's executor.
class Shells {
 public:
  /// The shell of that name; a new one has no dialogue yet.
  std::shared_ptr<Shell> find_or_add(const base::Executor& executor, const std::string& owner,
                                     const std::string& host, const std::string& name);
  /// The shells of `owner` on `host`; an empty owner or host means any.
  [[nodiscard]] std::vector<std::shared_ptr<Shell>> of(const std::string& owner,
                                                       const std::string& host) const;
  /// No call finds it any more; to be closed by close_when_free.
  void retire(const std::shared_ptr<Shell>& shell);
  /// Forgets the shell and destroys its dialogue on the thread it lives on. The caller holds the shell's
  /// turn, so that no line is running in it. Idempotent.
  base::Task<void> close(std::shared_ptr<Shell> shell);
  /// The same for a caller without the turn: waits for the line that runs.
  base::Task<void> close_when_free(std::shared_ptr<Shell> shell);

 private:
  std::vector<std::shared_ptr<Shell>> shells_;
};

}  // namespace mcpssh::gateway
