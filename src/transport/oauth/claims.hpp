#pragma once
#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace mcpssh::transport::oauth {

/// What a token has to say to be for us.
struct Expectations {
  std::string issuer;                  ///< `iss`, to the byte
  std::vector<std::string> audiences;  ///< one of them in `aud`
  std::string principal_claim = "sub";
  std::chrono::seconds clock_skew{30};
};

/// What a token says, once its signature is proved.
struct Claims {
  std::string subject;  ///< the value of the principal claim, as it came
  std::vector<std::string> scopes;
  /// It has `scope`, `scp` or `roles`, which say what a token may do: an ID token says only who somebody is.
  bool has_rights = false;
  base::WallTime expires{};  ///< skew not added
};

/// Reads the payload of a proved token (RFC 7519; RFC 9068, section 4): issuer, audience, times, subject,
/// scopes. The error is for our log.
std::expected<Claims, std::string> read_claims(std::string_view payload, const Expectations& expected,
                                               base::WallTime now);

/// "oauth:" and the subject in a form that can stand in a record: two subjects never have the same name.
std::string principal_name(std::string_view subject);

}  // namespace mcpssh::transport::oauth
