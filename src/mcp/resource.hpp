#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/principal.hpp"
#include "base/task.hpp"
#include "mcp/call.hpp"
#include "mcp/completion.hpp"

namespace mcpssh::mcp {

/// One piece of what a resource holds: text, or bytes when `blob` is set.
struct ResourceContent {
  std::string uri, mime_type, text;
  std::optional<std::vector<unsigned char>> blob{};
};

/// What resources/read gives back. Never empty: what is not there throws.
struct ResourceResult {
  std::vector<ResourceContent> contents;
  /// A client may keep it this long (modern era); 0 for what is alive.
  std::chrono::milliseconds lifetime{0};
  std::optional<std::string> ask_state{};  ///< as ToolResult's
};

/// Reads. Throws base::Error(not_found) when there is no such thing (any more).
using ReadResource = std::function<base::Task<ResourceResult>(Call&, std::string uri)>;

/// One thing a client can read.
struct Resource {
  std::string uri, name, title, description, mime_type;
  std::optional<std::uint64_t> size{};  ///< bytes
  ReadResource read{};                  ///< needless where it is only listed
};

/// Values of a template's variables in one URI, percent-decoded.
using Variables = std::map<std::string, std::string>;

/// Many things a client can read: RFC 6570 with {var} (no "/" in it) and {+var} (anything).
struct ResourceTemplate {
  std::string uri_template, name, title, description, mime_type;
  std::function<base::Task<ResourceResult>(Call&, std::string uri, Variables)> read;
  /// Those worth listing, for one principal; may be empty.
  std::function<std::vector<Resource>(const base::Principal&)> list{};
  std::map<std::string, Completer> complete{};  ///< by variable
};

}  // namespace mcpssh::mcp
