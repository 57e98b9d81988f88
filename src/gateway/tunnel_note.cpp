#include "gateway/tunnel_note.hpp"

namespace mcpssh::gateway {
namespace {

std::uint64_t count(const base::json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  boost::system::error_code failure;
  const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(failure);
  return failure ? 0 : number;
}

}  // namespace

std::string where_it_listens(const TunnelNote& note) {
  return note.kind == "remote" ? note.listen + " of " + note.host : note.listen;
}

std::string where_it_leads(const TunnelNote& note) {
  return note.kind == "remote" ? note.target + " here" : note.target;
}

base::json::object to_json(const TunnelNote& note) {
  base::json::object out;
  out["id"] = note.id;
  out["host"] = note.host;
  out["kind"] = note.kind;
  out["listen"] = note.listen;
  out["target"] = note.target;
  out["connections"] = note.connections;
  out["open"] = note.open;
  out["bytes_up"] = note.bytes_up;
  out["bytes_down"] = note.bytes_down;
  return out;
}

TunnelNote tunnel_note_from(const base::json::object& from) {
  TunnelNote note;
  note.id = base::find_string(from, "id").value_or("");
  note.host = base::find_string(from, "host").value_or("");
  note.kind = base::find_string(from, "kind").value_or("");
  note.listen = base::find_string(from, "listen").value_or("");
  note.target = base::find_string(from, "target").value_or("");
  note.connections = count(from, "connections");
  note.open = count(from, "open");
  note.bytes_up = count(from, "bytes_up");
  note.bytes_down = count(from, "bytes_down");
  return note;
}

}  // namespace mcpssh::gateway
