#pragma once
#include <filesystem>
#include <optional>

#include "base/log.hpp"
#include "transport/http.hpp"
#include "transport/http/wire.hpp"

namespace mcpssh::transport {

/// Certificate and key, read again when one of the files changed. A pair that cannot be used keeps the old
/// one in force and is logged once.
class TlsCertificate {
 public:
  /// Throws Error(invalid_config) naming the file.
  TlsCertificate(TlsFiles files, base::Log log);
  /// For the next connection.
  TlsContext current();

 private:
  struct Version {
    std::filesystem::file_time_type certificate, key;
    bool operator==(const Version&) const = default;
  };
  [[nodiscard]] std::optional<Version> version() const;

  TlsFiles files_;
  base::Log log_;
  std::optional<Version> loaded_;
  TlsContext context_;
};

}  // namespace mcpssh::transport
