#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "base/turn.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// Passwords and passphrases, found when a connection is about to be opened. What a file or a command gave is
/// kept until the configuration changes or a host refuses it. Lives on the gateway's executor.
class Secrets {
 public:
  /// Called with every value that must not reach the journal, whenever there is a new one.
  using Learned = std::function<void(std::vector<base::Secret> all)>;
  struct Options {
    hosts::Environment environment;
    Learned learned;
    std::chrono::milliseconds command_timeout = std::chrono::seconds(30);
  };
  Secrets(base::Executor executor, Options options, const hosts::Snapshot& snapshot);

  /// The secret behind `ref`. Files are read, and commands run, off this thread; two callers at once wait for
  /// one. Throws Error naming the reference and who asked for it, never what a command printed. Cancelling
  /// kills the command.
  base::Task<base::Secret> get(hosts::SecretRef ref);

  /// The next get() looks it up anew.
  void drop(const hosts::SecretRef& ref);
  /// `host` took none of its secrets: they are looked up again the next time.
  void drop(const hosts::Host& host);
  /// Another configuration: nothing is kept from the old one but what has to stay out of the journal.
  void adopt(const hosts::Snapshot& snapshot);

  [[nodiscard]] const hosts::Environment& environment() const { return options_.environment; }

 private:
  struct Kept {
    explicit Kept(const base::Executor& executor) : turn(executor) {}
    base::TurnQueue turn;
    std::optional<base::Secret> value;
  };
  base::Task<base::Secret> look_up(hosts::SecretRef ref);
  base::Task<base::Secret> run(hosts::SecretRef ref);
  void learn(const base::Secret& secret);
  void tell();

  base::Executor executor_;
  Options options_;
  std::map<std::string, std::shared_ptr<Kept>> kept_;  ///< by what the reference says
  std::vector<base::Secret> from_environment_;
  std::vector<base::Secret> learned_;  ///< of files and commands; never forgotten, old calls may use them
};

}  // namespace mcpssh::gateway
