#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace mcpssh::approvals {

/// Which one-time codes were used, and who guesses. Kept in a file that all servers of a user share, so that
/// a code is good once whichever of them gets it, also after a restart or a crash. Lives on one executor;
/// looks at the file, and syncs it, on its thread.
class Codes {
 public:
  static constexpr std::size_t most_wrong = 5;  ///< of a user within ...
  static constexpr std::chrono::minutes pause{10};
  static constexpr std::size_t most_wrong_a_day = 20;  ///< right ones between buy no more

  /// An empty path: only this object remembers.
  Codes(base::Clock clock, std::filesystem::path file) : clock_(std::move(clock)), file_(std::move(file)) {}

  /// Error(limit_reached) while `user` may not try at all: too many wrong ones. Error(io_error) when what was
  /// used cannot be looked up: then no code counts.
  std::expected<void, base::Error> may_try(const std::string& user);
  /// Uses up `code`, which must be that of now, the 30 s before or those after (phones' clocks are wrong),
  /// and newer than any used before. Error(refused) for any other, and the same as may_try().
  std::expected<void, base::Error> spend(const std::string& user, const base::Secret& key,
                                         std::string_view code);

 private:
  struct User {
    std::uint64_t step = 0;           ///< the newest that was used
    std::vector<std::int64_t> wrong;  ///< when, in seconds of the world's clock
  };
  using Users = std::map<std::string, User>;
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] std::expected<void, base::Error> check_pace(User& user) const;
  std::expected<void, base::Error> judge(User& user, const base::Secret& key, std::string_view code) const;
  [[nodiscard]] Users load() const;
  void store(const Users& users) const;

  base::Clock clock_;
  std::filesystem::path file_;
  Users kept_;  ///< without a file
};

}  // namespace mcpssh::approvals
