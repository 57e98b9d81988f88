#pragma once
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hosts/snapshot.hpp"

namespace mcpssh::hosts::testing {

/// An environment of these variables and no others.
inline Environment environment(std::map<std::string, std::string, std::less<>> variables = {}) {
  return [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

/// The snapshot of a text that must be fine.
inline Snapshot good(std::string_view text) {
  auto snapshot = parse(text, "hosts.yaml", environment());
  if (snapshot) return std::move(*snapshot);
  ADD_FAILURE() << snapshot.error().message();
  return {};
}

/// The message for a text that must be refused.
inline std::string bad(std::string_view text) {
  const auto snapshot = parse(text, "hosts.yaml", environment());
  return snapshot ? "accepted" : snapshot.error().message();
}

/// A file of one host web1 (host and user given) and these lines, indented as its keys; the first is line 5.
inline std::string web1_with(std::string_view lines) {
  return "hosts:\n  web1:\n    host: 192.0.2.10\n    user: deploy\n" + std::string(lines) + "\n";
}

}  // namespace mcpssh::hosts::testing
