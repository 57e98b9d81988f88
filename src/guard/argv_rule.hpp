#pragma once
#include <string>
#include <vector>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// One rule of the owner about the words of a simple command (`allow:` and `deny:` of hosts.yaml). It is held
/// against what runs behind wrappers, quotes and variables, so one rule covers `sudo nohup ...` too. A value.
struct ArgvRule {
  std::vector<std::vector<std::string>> words;  ///< each: what may stand there; empty: any one word
  bool more = false;                            ///< `**` at the end: any further words, or none

  bool operator==(const ArgvRule&) const = default;
};

/// Whether the command is one the rule means, whatever runs at run time. For `allow:`. A program given with
/// its directory must lie where the system keeps its programs, or stand so in the rule.
bool surely_matches(const ArgvRule& rule, Words words);
/// Whether it may turn out to be one. For `deny:`.
bool may_match(const ArgvRule& rule, Words words);

/// "systemctl restart nginx|php-fpm **".
std::string to_string(const ArgvRule& rule);

}  // namespace mcpssh::guard
