#pragma once
#include <string>

#include "base/json.hpp"

/// What hosts.yaml may hold, out of the table the readers use (key_tables.cpp). Pure.
namespace mcpssh::hosts {

/// The keys of a host, with those of `auth`, as the rows of a Markdown table.
std::string host_reference();
/// The keys of `settings`, with those of `oauth`.
std::string settings_reference();
/// Those of the mappings inside: limits, algorithms, sudo, rules, scopes, people with one-time codes.
std::string inner_reference();

/// A JSON Schema (draft 7) of the whole file, for editors. It lets through what the reader refuses for other
/// reasons than its shape.
base::json::object json_schema();

}  // namespace mcpssh::hosts
