#pragma once
#include <string_view>

#include "hosts/values.hpp"

/// Values of `settings.oauth`, also where the environment gives them; see values.hpp for what a Problem is.
namespace mcpssh::hosts {

/// The issuer, and the resource: an https URL without query and fragment; http only for this machine.
Problem problem_of_identity_url(std::string_view url);
/// Where keys are fetched: the same, and a query will do.
Problem problem_of_key_url(std::string_view url);
Problem problem_of_audience(std::string_view audience);
/// One scope-token of RFC 6749, section 3.3.
Problem problem_of_scope(std::string_view scope);
Problem problem_of_claim(std::string_view name);
Problem problem_of_rights_selector(std::string_view selector);
Problem problem_of_tool(std::string_view name);

}  // namespace mcpssh::hosts
