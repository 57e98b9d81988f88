#pragma once
#include <string>

#include "approvals/requests.hpp"
#include "base/json.hpp"

/// What a person is shown of a request, and a digest that says which text an answer is about
/// (docs/approvals.md, "The socket").
namespace mcpssh::approvals {

/// Everything a person sees of it but the time that is left: members as in the protocol, texts in UTF-8.
base::json::object shown(const Request& request);

/// SHA-256, hex, over what shown() gives: the netstrings ("5:hello,") of the members in a fixed order. What
/// is missing, or of another type than it should be, counts as empty: so whoever was shown an object can
/// compute it from exactly what they were shown.
std::string digest_of_shown(const base::json::object& shown);

}  // namespace mcpssh::approvals
