#pragma once
#include <expected>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "guard/argv_rule.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// One deny pattern, compiled. Python-style search (re.search) on PCRE2 with match limits; a limit that is
/// hit counts as a match, because a pattern that could not be checked must not pass. Cheap to copy,
/// thread-safe to use.
class Pattern {
 public:
  /// The error's cause says what is wrong at which offset; the caller adds file and line.
  static std::expected<Pattern, base::Error> compile(std::string_view text);

  enum class Match { no, yes, limit_reached };
  [[nodiscard]] Match search(std::string_view subject) const;
  /// re.fullmatch: the whole subject or nothing. For allow patterns, where a limit that is hit means no.
  [[nodiscard]] Match full_match(std::string_view subject) const;
  [[nodiscard]] const std::string& text() const;

 private:
  struct Compiled;
  [[nodiscard]] Match run(std::string_view subject, unsigned options) const;
  explicit Pattern(std::shared_ptr<const Compiled> compiled);
  std::shared_ptr<const Compiled> compiled_;
};

/// Where tunnels may lead.
struct ForwardTarget {
  std::string address;
  int port = 0;  ///< 0: any
};

enum class Mode { standard, readonly, restricted, full };

/// The rules for one host. A value; built from hosts.yaml by the gateway.
struct Policy {
  Mode mode = Mode::standard;
  bool unknown_allowed = false;                ///< programs the guard does not know run without a question
  std::vector<Pattern> deny_patterns;          ///< ask-class, added to the built-in rules
  std::vector<Pattern> allow_patterns;         ///< Mode::restricted: what matches none of these is denied
  std::vector<ArgvRule> deny;                  ///< commands the owner forbids; nothing opens them
  std::vector<ArgvRule> allow;                 ///< commands the owner trusts: asked-about ones run
  std::set<std::string> unlock;                ///< built-in deny rules turned into ask, for a human only
  std::vector<ForwardTarget> forward_targets;  ///< empty: no tunnels
  std::vector<ForwardTarget> forward_back_targets;  ///< on our side, for remote ones; empty: none of them
  bool forward_dynamic = false;
  bool forward_remote = false;  ///< beyond loopback
};

/// The built-in rules, for documentation and `unlock:` checks.
struct BuiltinRule {
  std::string_view id;
  Decision standard;  ///< what a standard host says
  Effect effect;
  std::string_view stops;  ///< what it stands for, for people
};
const std::vector<BuiltinRule>& builtin_rules();

}  // namespace mcpssh::guard
