#pragma once
#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mcpssh::base {

namespace json = boost::json;

/// Parses one document: depth at most limits::json_depth, size at most limits::message_bytes, valid UTF-8,
/// no duplicate keys, nothing after the document. Never throws. `storage`: of the value, and of what is made
/// on the way to it; a WipedMemory when the text may hold a secret.
std::expected<json::value, Error> parse_json(std::string_view text, json::storage_ptr storage = {});

/// The string member `key`, or nothing when absent or of another type.
std::optional<std::string> find_string(const json::object& object, std::string_view key);
/// The object member `key`, or null.
const json::object* find_object(const json::object& object, std::string_view key);

}  // namespace mcpssh::base
