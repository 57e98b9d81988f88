#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace mcpssh::transport {

/// True when an Accept header (RFC 9110, 12.5.1; nothing: it is absent) takes `type`, "application/json" say,
/// also by
/// `*/*` or `application/*`, and not with `q=0`.
bool accepts(const std::optional<std::string>& header, std::string_view type);

/// True when a Content-Type says application/json, whatever its parameters.
bool is_json(const std::optional<std::string>& content_type);

/// The token of `Authorization: Bearer ...`. Nothing when there is none, or another scheme.
std::optional<std::string> bearer_of(const std::optional<std::string>& authorization);

/// True when the query of a target carries what looks like a token: those end up in logs and histories.
bool carries_token(std::string_view query);

/// The value of a parameter in a query whose values need no decoding.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace mcpssh::transport
