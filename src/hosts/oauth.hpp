#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/rights.hpp"

namespace mcpssh::hosts {

/// What a token may do that carries a scope.
struct OAuthScope {
  std::string name;
  std::shared_ptr<const base::Rights> rights;
};

/// `settings.oauth`: whose access tokens are taken over HTTP. Values, checked on their own; whether the whole
/// makes sense is for problem_of_oauth, because the environment may add to it.
struct OAuth {
  std::string issuer;                  ///< URL, compared to the byte
  std::vector<std::string> audiences;  ///< empty: the resource
  std::string jwks_file;               ///< as written; "~" not yet expanded
  std::string jwks_url;
  std::string ca_file;   ///< as written; empty: the system's authorities
  std::string resource;  ///< URL of the endpoint as clients reach it
  std::vector<std::string> required_scopes;
  std::vector<OAuthScope> scopes;  ///< in file order
  std::string principal_claim = "sub";
  std::chrono::seconds clock_skew{30};
};

/// What is missing or given twice in `oauth` as it is to be used; empty: nothing.
std::string problem_of_oauth(const OAuth& oauth);

}  // namespace mcpssh::hosts
