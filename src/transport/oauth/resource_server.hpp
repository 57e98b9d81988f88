#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/rights.hpp"
#include "transport/http.hpp"
#include "transport/oauth/claims.hpp"
#include "transport/oauth/jws.hpp"
#include "transport/oauth/keys.hpp"

namespace mcpssh::transport::oauth {

struct ScopeRights {
  std::string scope;
  std::shared_ptr<const base::Rights> rights;
};

struct ResourceOptions {
  std::string resource;  ///< URL of the endpoint as clients reach it: "https://ssh.example.org/mcp"
  Expectations expectations;
  std::vector<std::string> required_scopes;  ///< a token has to carry all of them
  /// A token has the rights of the first of these it carries, and is not let in with none of them. Empty:
  /// every token has what hosts.yaml allows.
  std::vector<ScopeRights> scopes;
};

/// Takes access tokens of an OAuth 2.1 authorization server (RFC 6750, RFC 9068, RFC 8725): the token's
/// holder is the principal "oauth:SUBJECT". Lives on one executor.
class ResourceServer {
 public:
  /// Throws Error(invalid_config) for a resource that is no URL.
  ResourceServer(ResourceOptions options, std::shared_ptr<Keys> keys, base::Clock clock, base::Log log);

  /// Who holds this token; it must look like a JWT.
  base::Task<Authenticated> judge(Credentials credentials);
  /// Adds to a 401 where a token is to be had (RFC 9728, section 5.1).
  [[nodiscard]] Denial with_challenge(Denial denial) const;
  /// The answer for `path`, below /.well-known/oauth-protected-resource (RFC 9728, section 3).
  [[nodiscard]] HttpReply metadata(const HttpRequest& request, const std::string& endpoint) const;

 private:
  [[nodiscard]] Authenticated admit(const Credentials& credentials, const Jws& jws);
  [[nodiscard]] Denial forbidden(const std::vector<std::string>& needed) const;
  [[nodiscard]] Denial unavailable() const;
  [[nodiscard]] Denial refused(const Credentials& credentials, const std::string& why, bool is_guess);
  [[nodiscard]] std::vector<std::string> all_scopes() const;

  ResourceOptions options_;
  std::string path_;  ///< of the resource
  std::string metadata_url_;
  std::shared_ptr<Keys> keys_;
  base::Clock clock_;
  base::Log log_;
  base::MonoTime log_minute_{};
  int logged_ = 0;  ///< refusals in that minute
};

inline constexpr const char* metadata_path = "/.well-known/oauth-protected-resource";

/// `known` first, so tokens of our own never leave it; what it does not know and looks like a JWT goes to
/// `server`, and every 401 says where a token is to be had. `known` may be null.
Authenticate with_oauth(Authenticate known, std::shared_ptr<ResourceServer> server);

/// The open route of the metadata.
HttpRoute metadata_route(std::shared_ptr<const ResourceServer> server, std::string endpoint);

}  // namespace mcpssh::transport::oauth
