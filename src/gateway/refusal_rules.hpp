#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "base/error.hpp"

/// Rule ids of what is refused for other reasons than what a command does; docs/journal.md lists them. Every
/// refusal has one of these, or one of the guard's.
namespace mcpssh::gateway::refusals {

inline constexpr std::string_view closing = "server.closing";
inline constexpr std::string_view frozen = "operators.frozen";
inline constexpr std::string_view no_person = "operators.no-person";
inline constexpr std::string_view token_tools = "token.tools";
inline constexpr std::string_view token_pace = "token.pace";
inline constexpr std::string_view unknown_tool = "tool.unknown";
inline constexpr std::string_view unknown_host = "host.unknown";
inline constexpr std::string_view unknown_key = "host.key-unknown";
inline constexpr std::string_view changed_key = "host.key-changed";
inline constexpr std::string_view login_shell = "host.login-shell";
inline constexpr std::string_view changed_policy = "policy.changed";
inline constexpr std::string_view declined = "approval.declined";
inline constexpr std::string_view changed_approval = "approval.void";
inline constexpr std::string_view open_calls = "limits.calls";
inline constexpr std::string_view limit = "limits.request";
inline constexpr std::string_view late = "limits.wait";
inline constexpr std::string_view invalid = "request.invalid";
inline constexpr std::string_view unknown = "request.unknown";
inline constexpr std::string_view unrecorded = "journal.unwritable";
inline constexpr std::string_view failed = "server.failed";

/// All of the above.
std::span<const std::string_view> all();

/// Of a request that came to nothing before it was recorded as begun, where no gate named its rule.
std::string_view rule_before(base::ErrorCode code);
/// Of an action that was recorded as begun: nothing when it failed for reasons that are no refusal.
std::optional<std::string_view> rule_after(base::ErrorCode code);

}  // namespace mcpssh::gateway::refusals
