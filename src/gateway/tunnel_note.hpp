#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace mcpssh::gateway {

/// An open tunnel, or one that was just closed. A value.
struct TunnelNote {
  std::string id;
  std::string host;
  std::string kind;               ///< "local" or "dynamic"
  std::string listen;             ///< "127.0.0.1:40123"
  std::string target;             ///< "db:5432"; of a dynamic one "tunnel_targets"
  std::uint64_t connections = 0;  ///< so far
  std::uint64_t open = 0;         ///< of them now
  std::uint64_t bytes_up = 0;     ///< to the far end
  std::uint64_t bytes_down = 0;
  bool operator==(const TunnelNote&) const = default;
};

base::json::object to_json(const TunnelNote& note);
/// What is missing is empty.
TunnelNote tunnel_note_from(const base::json::object& object);

}  // namespace mcpssh::gateway
