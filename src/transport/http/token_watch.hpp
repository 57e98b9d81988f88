#pragma once
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file_watch.hpp"
#include "base/rights.hpp"
#include "base/task.hpp"
#include "transport/http/token_file.hpp"

namespace mcpssh::transport {

/// What became of a named token that was in force.
struct TokenChange {
  std::string name;
  bool gone = false;                             ///< revoked, replaced by another of that name, or expired
  std::shared_ptr<const base::Rights> rights{};  ///< what it may do now, as in base::Principal
};

/// Tells which named tokens lost their force or have other rights, so that what they opened can end at once.
/// Follows the file and the clock; no polling. While the file makes no sense none of its tokens is in force.
/// Lives on one executor.
class TokenWatch {
 public:
  /// Watches from here on. Throws Error(io_error) when the kernel gives no watch.
  TokenWatch(const base::Executor& executor, std::filesystem::path file, base::Clock clock);

  /// At least one change since this was made or asked last. One caller at a time; must have ended before the
  /// watch is destroyed. Throws Error(cancelled | io_error).
  base::Task<std::vector<TokenChange>> changes();

 private:
  using ByDigest = std::map<std::string, NamedToken>;

  [[nodiscard]] ByDigest in_force() const;
  std::vector<TokenChange> look();
  /// Ends with the first of both; what kept the file from being watched is `failure_` then.
  base::Task<void> file_or_time();
  base::Task<void> file_changed();

  std::filesystem::path file_;
  base::Clock clock_;
  base::FileWatch watch_;
  boost::asio::steady_timer alarm_;
  ByDigest known_;
  std::optional<base::Error> failure_;
  bool look_again_ = false;  ///< the file could not be read, which was not the file's fault
};

}  // namespace mcpssh::transport
