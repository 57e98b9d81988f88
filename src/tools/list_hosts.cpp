#include <set>

#include "base/text.hpp"
#include "hosts/selector.hpp"
#include "tools/host_facts.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

using base::json::array;
using base::json::object;

std::string host_line(const hosts::Host& host, bool connected) {
  std::string line = host.name + "  " + host.user + "@" + host.address;
  if (host.port != 22) line += ":" + std::to_string(host.port);
  line += "  shell " + std::string(hosts::to_string(host.shell)) + ", mode " +
          std::string(hosts::to_string(host.mode));
  if (!host.groups.empty()) line += ", groups " + base::join(host.groups, " ");
  if (connected) line += ", connected";
  if (!host.description.empty()) line += "  # " + base::printable(host.description, 120);
  return line;
}

object output_schema() {
  return base::json::parse(
             R"({"type":"object","required":["hosts"],"properties":{"hosts":{"type":"array","items":{
    "type":"object"}}}})")
      .as_object();
}

base::Task<mcp::ToolResult> list(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments) {
  const auto snapshot = gateway.snapshot(call.principal());
  const auto selector = hosts::Selector::parse(arguments.string("host").value_or("*"));
  if (!selector) throw base::Error(selector.error());
  std::set<std::string> connected;
  for (const auto& note : gateway.sessions(call.principal())) connected.insert(note.host);
  mcp::ToolResult result;
  array entries;
  for (const auto* host : selector->select(*snapshot)) {
    entries.push_back(host_facts(*snapshot, *host, connected.contains(host->name)));
    result.text += host_line(*host, connected.contains(host->name)) + "\n";
  }
  if (entries.empty() && snapshot->hosts.empty())
    result.text = "No hosts are configured. The owner adds them to " + snapshot->path.string() + ".";
  else if (entries.empty())
    result.text = "No configured host matches.";
  object structured;
  structured["hosts"] = std::move(entries);
  result.structured = std::move(structured);
  co_return result;
}

}  // namespace

mcp::Tool list_hosts(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_list_hosts";
  tool.title = "List SSH hosts";
  tool.description = "Lists the configured hosts: address, shell kind, groups, policy.";
  tool.parameters = {host_parameter("Only these: name, web-*, @group, or a comma list.", false)};
  tool.parameters.front().header.clear();
  tool.output_schema = output_schema();
  tool.annotations = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return list(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
