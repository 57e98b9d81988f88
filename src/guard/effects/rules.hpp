#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "guard/policy.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// One thing a command can do, and what each mode says of it. A row of the tables in effects/*_rules.cpp.
struct Rule {
  std::string_view id;  ///< stable: "<subject>.<what>", as in "disk.mkfs"
  Effect effect;
  Decision standard;
  std::string_view stops;  ///< what it stands for, as a noun phrase for people

  /// Overrides of what follows from effect and standard decision; see decision().
  std::optional<Decision> readonly = {};
  std::optional<Decision> full = {};

  [[nodiscard]] constexpr Rule in_readonly(Decision decision) const {
    Rule out = *this;
    out.readonly = decision;
    return out;
  }
  [[nodiscard]] constexpr Rule in_full(Decision decision) const {
    Rule out = *this;
    out.full = decision;
    return out;
  }
  /// What a host of this mode says. Without overrides: a read-only host allows reads, asks about secrets and
  /// denies the rest; a full host asks about what standard denies and about accounts, power and the kernel,
  /// and allows the rest.
  [[nodiscard]] Decision decision(Mode mode) const;
};

constexpr Rule allows(std::string_view id, Effect effect, std::string_view stops) {
  return {id, effect, Decision::allow, stops};
}
constexpr Rule asks(std::string_view id, Effect effect, std::string_view stops) {
  return {id, effect, Decision::ask, stops};
}
constexpr Rule denies(std::string_view id, Effect effect, std::string_view stops) {
  return {id, effect, Decision::deny, stops};
}

/// The tables, by subject.
std::span<const Rule> file_rules();
std::span<const Rule> shell_rules();
std::span<const Rule> system_rules();
std::span<const Rule> device_rules();

/// Nothing when no table has the id.
const Rule* find_rule(std::string_view id);

/// A finding of the rule `id` with its standard decision. An id without a row is a mistake in this room and
/// denies.
Finding finding(std::string_view id, std::string reason, Span span);

/// True for rules that stand for text nobody can read or a mode's promise: `unlock:` and full mode leave them
/// alone.
bool is_absolute(std::string_view id);

}  // namespace mcpssh::guard
