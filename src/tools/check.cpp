#include <fmt/format.h>

#include "guard/verdict_json.hpp"
#include "tools/act.hpp"
#include "tools/exec_parameters.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

using base::json::object;

std::string text_of(const gateway::Preview& preview) {
  std::string out = fmt::format("{}: {}; {}\n", preview.host, guard::to_string(preview.verdict.decision),
                                preview.what_then);
  for (const auto& found : preview.verdict.findings)
    out += fmt::format("- {} [{}]\n", found.reason, found.rule);
  for (const auto& found : preview.verdict.remarks)
    out += fmt::format("- allowed: {} [{}]\n", found.reason, found.rule);
  return out + "Read as:\n" + preview.verdict.canonical;
}

base::Task<mcp::ToolResult> check_command(gateway::Gateway& gateway, mcp::Call& call,
                                          mcp::Arguments arguments) {
  auto exec = exec_of(arguments);
  auto host = arguments.string("host").value_or("");
  const auto preview =
      gateway.preview(action_for(call, arguments, "ssh_check", std::move(host), std::move(exec)));
  mcp::ToolResult result;
  result.text = text_of(preview);
  object structured;
  structured["host"] = preview.host;
  structured["decision"] = guard::to_string(preview.verdict.decision);
  structured["then"] = preview.what_then;
  structured["read_as"] = preview.verdict.canonical;
  structured["findings"] = guard::to_json(preview.verdict.findings);
  structured["remarks"] = guard::to_json(preview.verdict.remarks);
  result.structured = std::move(structured);
  co_return result;
}

}  // namespace

mcp::Tool check(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_check";
  tool.title = "Check a command";
  tool.description =
      "What the owner's policy says of a command for ssh_run: allow, ask or deny, why, and what would "
      "happen. "
      "Nothing is sent.";
  tool.parameters = {host_parameter("A name from ssh_list_hosts.", true)};
  for (auto& parameter : exec_parameters()) {
    if (parameter.name == "tty") continue;  // changes no verdict but that of typed input
    // The list of tools is read by every model: said once, there.
    parameter.description = "See ssh_run.";
    tool.parameters.push_back(std::move(parameter));
  }
  tool.annotations = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return check_command(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
