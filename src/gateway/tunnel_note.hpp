#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace mcpssh::gateway {

/// An open tunnel, or one that was just closed. A value.
struct TunnelNote {
  std::string id;
  std::string host;
  std::string kind;    ///< "local", "dynamic" or "remote"
  std::string listen;  ///< "127.0.0.1:40123"; of a remote one the host's
  std::string target;  ///< "db:5432"; of a dynamic one "tunnel_targets", of a remote one as seen from here
  std::uint64_t connections = 0;  ///< so far
  std::uint64_t open = 0;         ///< of them now
  std::uint64_t bytes_up = 0;     ///< to the far end
  std::uint64_t bytes_down = 0;
  bool operator==(const TunnelNote&) const = default;
};

/// "127.0.0.1:40123", or "127.0.0.1:8080 of web1" where the host listens.
std::string where_it_listens(const TunnelNote& note);
/// "db:5432", or "127.0.0.1:3000 here" where it leads back.
std::string where_it_leads(const TunnelNote& note);

base::json::object to_json(const TunnelNote& note);
/// What is missing is empty.
TunnelNote tunnel_note_from(const base::json::object& object);

}  // namespace mcpssh::gateway
