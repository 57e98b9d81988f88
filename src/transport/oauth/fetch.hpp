#pragma once
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "base/web_url.hpp"

namespace mcpssh::transport::oauth {

/// What a GET brought.
struct Fetched {
  std::string body;
  /// How long it may be kept by its Cache-Control (RFC 9111, section 5.2.2); zero: not at all; nothing: it
  /// does not say.
  std::optional<std::chrono::seconds> max_age{};
};

struct FetchLimits {
  std::chrono::milliseconds time = std::chrono::seconds(10);  ///< for all of it
  std::size_t bytes = 256 * 1024;
};

using TrustedTls = std::shared_ptr<base::asio::ssl::context>;

/// Trusts the authorities in `ca_file` and no others; empty: those of the system. Throws
/// Error(invalid_config) naming the file.
TrustedTls trusted_tls(const std::filesystem::path& ca_file);

/// GETs `url`. With https the certificate must be valid and of that host. A redirect is an error: the address
/// in the configuration is the one that is trusted. Throws Error(connect_failed | timed_out | limit_reached |
/// protocol_error) naming the URL. Cancelled like any coroutine.
base::Task<Fetched> fetch(base::WebUrl url, TrustedTls tls, FetchLimits limits);

}  // namespace mcpssh::transport::oauth
