#include <charconv>

#include "base/text.hpp"
#include "tools/act.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

using base::Error;
using base::ErrorCode;

int port_of(std::string_view text, std::string_view whole) {
  int port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port < 1 || port > 65535)
    throw Error(ErrorCode::invalid_argument,
                "`" + base::printable(whole, 100) + "` does not end with a port from 1 to 65535");
  return port;
}

/// "address:port" or "[address]:port".
std::pair<std::string, int> address_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    throw Error(ErrorCode::invalid_argument, "`" + base::printable(text, 100) + "` is not `address:port`");
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return {std::string(address), port_of(text.substr(colon + 1), text)};
}

gateway::Tunnel wanted_tunnel(const mcp::Arguments& arguments) {
  gateway::Tunnel tunnel;
  if (arguments.string("action") == "close") {
    tunnel.kind = gateway::Tunnel::Kind::close;
    tunnel.id = arguments.string("id").value_or("");
    return tunnel;
  }
  const std::string target = arguments.string("target").value_or("");
  const bool remote = arguments.flag("remote");
  if (target == "socks" && remote)
    throw Error(ErrorCode::invalid_argument, "`remote` and `socks` exclude each other",
                "a remote tunnel leads to one address");
  if (remote) tunnel.kind = gateway::Tunnel::Kind::remote;
  if (target == "socks")
    tunnel.kind = gateway::Tunnel::Kind::dynamic;
  else if (target.empty())
    throw Error(ErrorCode::invalid_argument, "`target` is missing",
                std::string("name one of the host's ") +
                    (remote ? "tunnel_remote_targets" : "tunnel_targets") + " as address:port");
  else
    std::tie(tunnel.address, tunnel.port) = address_and_port(target);
  const std::string listen = arguments.string("listen").value_or("");
  if (listen.empty()) return tunnel;
  if (listen.find(':') == std::string::npos)
    tunnel.listen_port = port_of(listen, listen);
  else
    std::tie(tunnel.listen_address, tunnel.listen_port) = address_and_port(listen);
  return tunnel;
}

mcp::ToolResult list(const gateway::Gateway& gateway, const base::Principal& principal) {
  mcp::ToolResult result;
  for (const auto& note : gateway.tunnels(principal))
    result.text += note.id + "  " + where_it_listens(note) + " leads to " + where_it_leads(note) +
                   (note.kind == "remote" ? "" : " at " + note.host) + ", " +
                   std::to_string(note.connections) + " connections (" + std::to_string(note.open) +
                   " open), " + base::human_bytes(note.bytes_up) + " up, " +
                   base::human_bytes(note.bytes_down) + " down\n";
  if (result.text.empty()) result.text = "no tunnels are open";
  return result;
}

base::Task<mcp::ToolResult> use_tunnel(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments) {
  if (arguments.string("action") == "list") co_return list(gateway, call.principal());
  auto host = arguments.string("host").value_or("");
  if (host.empty()) throw Error(ErrorCode::invalid_argument, "`host` is missing", "say which host");
  auto action = action_for(call, arguments, "ssh_tunnel", std::move(host), wanted_tunnel(arguments));
  co_return co_await act(gateway, call, std::move(action));
}

mcp::Parameter text(std::string name, std::string description) {
  mcp::Parameter parameter;
  parameter.name = std::move(name);
  parameter.description = std::move(description);
  parameter.max_length = 300;
  return parameter;
}

}  // namespace

mcp::Tool tunnel(gateway::Gateway& gateway) {
  mcp::Parameter action = text("action", "What to do.");
  action.required = true;
  action.max_length.reset();  // its choices say enough
  action.one_of = {"open", "list", "close"};

  mcp::Parameter remote = text("remote",
                               "For open: the host listens on `listen`, and leads to `target` as this "
                               "machine sees it (needs a human).");
  remote.type = mcp::Parameter::Type::boolean;
  remote.max_length.reset();

  mcp::Tool tool;
  tool.name = "ssh_tunnel";
  tool.title = "Tunnel through an SSH host";
  tool.description =
      "Opens a port on this machine's loopback that leads through a host to one of the host's "
      "tunnel_targets, or one on the host that leads back here; lists and closes what you opened. Every "
      "local "
      "user can connect to that port. Closes when idle and with ssh_disconnect.";
  tool.parameters = {
      action,
      host_parameter("A name from ssh_list_hosts; not for list.", false),
      text("target", "For open: `address:port` as the host sees it, or `socks` (needs a human)."),
      text("listen", "For open: local port, or `address:port`; default any free one on 127.0.0.1."),
      remote,
      text("id", "For close: the tunnel's id."),
      confirm_parameter(),
      reason_parameter()};
  tool.annotations = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return use_tunnel(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
