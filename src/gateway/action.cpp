#include "gateway/action.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "base/rights_json.hpp"

namespace mcpssh::gateway {
namespace {

using base::json::object;

constexpr std::array<std::string_view, 10> kinds{"exec",  "shell_line", "connect", "disconnect", "probe",
                                                 "trust", "stop",       "tunnel",  "forget",     "diagnose"};
constexpr std::array<std::string_view, 2> parts{"network", "sftp"};
constexpr std::array<std::string_view, 4> tunnel_kinds{"local", "dynamic", "remote", "close"};
constexpr std::array<std::string_view, 4> vias{"stdio", "http", "socket", "local"};

struct Fields {
  object& out;
  void operator()(const Exec& a) const {
    out["command"] = a.command;
    out["directory"] = a.directory;
    base::json::array environment;
    for (const auto& [name, value] : a.environment) environment.push_back(base::json::array{name, value});
    out["environment"] = std::move(environment);
    out["input"] = a.input;
    out["sudo_user"] = a.sudo_user;
    out["tty"] = a.tty;
  }
  void operator()(const ShellLine& a) const {
    out["session"] = a.session;
    out["line"] = a.line;
  }
  void operator()(const Connect&) const {}
  void operator()(const Disconnect& a) const { out["session"] = a.session; }
  void operator()(const Probe&) const {}
  void operator()(const Trust& a) const {
    out["key_type"] = a.key_type;
    out["key_base64"] = a.key_base64;
  }
  void operator()(const Stop& a) const { out["call"] = a.call; }
  void operator()(const Tunnel& a) const {
    out["kind"] = tunnel_kinds[static_cast<std::size_t>(a.kind)];
    out["address"] = a.address;
    out["port"] = a.port;
    out["listen_address"] = a.listen_address;
    out["listen_port"] = a.listen_port;
    out["id"] = a.id;
  }
  void operator()(const Forget&) const {}
  void operator()(const Diagnose& a) const { out["part"] = parts[static_cast<std::size_t>(a.part)]; }
};

std::string text(const object& from, std::string_view key) {
  return base::find_string(from, key).value_or("");
}

bool flag(const object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

int number(const object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}

std::optional<Exec> exec_from(const object& fields) {
  Exec exec;
  exec.command = text(fields, "command");
  exec.directory = text(fields, "directory");
  exec.input = text(fields, "input");
  exec.sudo_user = text(fields, "sudo_user");
  exec.tty = flag(fields, "tty");
  const auto* environment = fields.if_contains("environment");
  if (environment == nullptr) return exec;
  if (!environment->is_array()) return std::nullopt;
  for (const auto& entry : environment->get_array()) {
    if (!entry.is_array() || entry.get_array().size() != 2) return std::nullopt;
    const auto& pair = entry.get_array();
    if (!pair[0].is_string() || !pair[1].is_string()) return std::nullopt;
    exec.environment.emplace_back(pair[0].get_string(), pair[1].get_string());
  }
  return exec;
}

std::optional<Tunnel> tunnel_from(const object& fields) {
  const auto kind = std::ranges::find(tunnel_kinds, text(fields, "kind"));
  if (kind == tunnel_kinds.end()) return std::nullopt;
  Tunnel tunnel;
  tunnel.kind = static_cast<Tunnel::Kind>(kind - tunnel_kinds.begin());
  tunnel.address = text(fields, "address");
  tunnel.port = number(fields, "port");
  tunnel.listen_address = text(fields, "listen_address");
  tunnel.listen_port = number(fields, "listen_port");
  tunnel.id = text(fields, "id");
  return tunnel;
}

std::optional<Diagnose> diagnose_from(const object& fields) {
  const auto part = std::ranges::find(parts, text(fields, "part"));
  if (part == parts.end()) return std::nullopt;
  return Diagnose{static_cast<Diagnose::Part>(part - parts.begin())};
}

std::optional<What> what_from(std::string_view kind, const object& fields) {
  if (kind == "exec") return exec_from(fields);
  if (kind == "shell_line") return ShellLine{text(fields, "session"), text(fields, "line")};
  if (kind == "connect") return Connect{};
  if (kind == "disconnect") return Disconnect{text(fields, "session")};
  if (kind == "probe") return Probe{};
  if (kind == "trust") return Trust{text(fields, "key_type"), text(fields, "key_base64")};
  if (kind == "stop") return Stop{text(fields, "call")};
  if (kind == "tunnel") return tunnel_from(fields);
  if (kind == "forget") return Forget{};
  if (kind == "diagnose") return diagnose_from(fields);
  return std::nullopt;
}

std::optional<base::Via> via_from(std::string_view name) {
  for (std::size_t i = 0; i < vias.size(); ++i)
    if (vias[i] == name) return static_cast<base::Via>(i);
  return std::nullopt;
}

}  // namespace

std::string_view kind_of(const What& what) {
  return kinds[what.index()];
}

const std::string& text_of(const What& what) {
  static const std::string none;
  if (const auto* exec = std::get_if<Exec>(&what)) return exec->command;
  if (const auto* line = std::get_if<ShellLine>(&what)) return line->line;
  return none;
}

object to_json(const Action& action) {
  object fields;
  std::visit(Fields{fields}, action.what);
  object principal;
  principal["name"] = action.principal.name;
  principal["client"] = action.principal.client;
  principal["via"] = vias[static_cast<std::size_t>(action.principal.via)];
  if (action.principal.rights) principal["rights"] = base::to_json(*action.principal.rights);
  if (action.principal.user) principal["user"] = *action.principal.user;
  object out;
  out["version"] = 1;
  out["principal"] = std::move(principal);
  out["host"] = action.host;
  out["kind"] = kind_of(action.what);
  out["what"] = std::move(fields);
  out["tool"] = action.tool;
  out["reason"] = action.reason;
  out["batch"] = action.batch;
  out["confirm_dangerous"] = action.confirm_dangerous;
  out["can_elicit"] = action.can_elicit;
  if (action.timeout) out["timeout_ms"] = action.timeout->count();
  return out;
}

std::expected<Action, base::Error> action_from_json(const object& from) {
  const auto bad = [](std::string cause) {
    return std::unexpected(base::Error(base::ErrorCode::protocol_error, "not an action: " + cause));
  };
  const auto* version = from.if_contains("version");
  if (version == nullptr || *version != 1) return bad("unknown version");
  const object* principal = base::find_object(from, "principal");
  const object* fields = base::find_object(from, "what");
  if (principal == nullptr || fields == nullptr) return bad("principal or what is missing");
  auto what = what_from(text(from, "kind"), *fields);
  const auto via = via_from(text(*principal, "via"));
  if (!what || !via) return bad("unknown kind or via");
  Action action;
  action.principal.name = text(*principal, "name");
  action.principal.client = text(*principal, "client");
  action.principal.via = *via;
  if (principal->contains("rights")) {
    const object* rights = base::find_object(*principal, "rights");
    if (rights == nullptr) return bad("rights are no object");
    auto read = base::rights_from_json(*rights);
    if (!read) return bad(read.error().cause());
    action.principal.rights = std::make_shared<const base::Rights>(*std::move(read));
  }
  if (const auto* user = principal->if_contains("user")) {
    boost::system::error_code wrong;
    action.principal.user = user->to_number<std::uint32_t>(wrong);
    if (wrong) return bad("user is no number");
  }
  action.host = text(from, "host");
  action.what = *std::move(what);
  action.tool = text(from, "tool");
  action.reason = text(from, "reason");
  action.batch = text(from, "batch");
  action.confirm_dangerous = flag(from, "confirm_dangerous");
  action.can_elicit = flag(from, "can_elicit");
  if (const auto* timeout = from.if_contains("timeout_ms")) {
    if (!timeout->is_int64() || timeout->get_int64() < 0) return bad("timeout_ms is not a count");
    action.timeout = std::chrono::milliseconds(timeout->get_int64());
  }
  return action;
}

}  // namespace mcpssh::gateway
