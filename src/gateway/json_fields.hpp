#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"

/// Fields of the room's own values on their way back from JSON: what is missing or of another kind is empty.
namespace mcpssh::gateway {

inline std::string text(const base::json::object& from, std::string_view key) {
  return base::find_string(from, key).value_or("");
}

inline bool flag(const base::json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

template <class Number>
Number number(const base::json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  boost::system::error_code failure;
  const auto result = value == nullptr ? Number{} : value->to_number<Number>(failure);
  return failure ? Number{} : result;
}

}  // namespace mcpssh::gateway
