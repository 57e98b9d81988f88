#include "gateway/refusal_rules.hpp"

#include <array>

namespace mcpssh::gateway::refusals {

using base::ErrorCode;

std::span<const std::string_view> all() {
  static constexpr auto rules = std::to_array<std::string_view>(
      {closing,        no_person,    frozen,           token_tools, token_pace,
       unknown_tool,   unknown_host, unknown_key,      changed_key, login_shell,
       changed_policy, declined,     changed_approval, open_calls,  limit,
       late,           invalid,      unknown,          unrecorded,  failed});
  return rules;
}

std::string_view rule_before(ErrorCode code) {
  switch (code) {
    case ErrorCode::refused:
      return changed_policy;
    case ErrorCode::limit_reached:
      return limit;
    case ErrorCode::timed_out:
      return late;
    case ErrorCode::invalid_argument:
    case ErrorCode::invalid_config:
      return invalid;
    case ErrorCode::not_found:
      return unknown;
    case ErrorCode::journal_unwritable:
      return unrecorded;
    default:
      return failed;
  }
}

std::optional<std::string_view> rule_after(ErrorCode code) {
  switch (code) {
    case ErrorCode::host_key_unknown:
      return unknown_key;
    case ErrorCode::host_key_changed:
      return changed_key;
    case ErrorCode::refused:
    case ErrorCode::limit_reached:
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
      return rule_before(code);
    default:
      return std::nullopt;
  }
}

}  // namespace mcpssh::gateway::refusals
