#pragma once
#include <optional>
#include <string>

#include "base/rights.hpp"
#include "cli/commands.hpp"

namespace mcpssh::cli {

/// What the options of `token add` say a token may do; nothing when they do not limit it. Throws
/// Error(invalid_argument) that names what there is: for tools and modes that do not exist, and a selector
/// that makes no sense or a part of which fits no configured host.
std::optional<base::Rights> rights_of(const Common& common, const TokenOptions& options);

/// "hosts web-*; tools ssh_run; mode readonly; 60 calls a minute; role approver". Empty for no limits.
std::string described(const base::Rights& rights);

}  // namespace mcpssh::cli
