#pragma once
#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/principal.hpp"
#include "base/task.hpp"
#include "transport/http.hpp"
#include "transport/http/addresses.hpp"
#include "transport/http/brake.hpp"
#include "transport/http/host_rules.hpp"
#include "transport/http/http_connection.hpp"

namespace mcpssh::transport {

/// Who gets in: Host and Origin, no token in the query, the brute-force brake, then the authenticator. All of
/// it before a byte of the body is read. Lives on one executor.
class Gate {
 public:
  /// Throws Error(invalid_config) for an allowed host or proxy that makes no sense.
  Gate(const HttpOptions& options, base::Log log);

  /// Who sends the request. Otherwise answers it and gives nothing.
  base::Task<std::optional<base::Principal>> admit(HttpConnection& connection, std::string query);
  /// The client's, also behind a trusted proxy.
  [[nodiscard]] std::string address_of(const HttpConnection& connection) const;
  /// True for a peer whose connections are not counted: loopback, or a trusted proxy.
  [[nodiscard]] bool uncounted(const std::string& peer) const;

 private:
  [[nodiscard]] std::optional<Answer> refusal(const HttpConnection& connection, std::string_view query) const;
  [[nodiscard]] Answer denied(const Denial& denial, bool with_token) const;

  const HttpOptions& options_;
  base::Log log_;
  HostRules hosts_;
  AddressSet proxies_;
  Brake brake_;
};

}  // namespace mcpssh::transport
