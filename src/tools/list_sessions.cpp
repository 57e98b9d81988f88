#include <algorithm>
#include <array>
#include <iterator>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

using base::json::array;
using base::json::object;
using gateway::SessionNote;

object entry_of(const SessionNote& note) {
  object entry;
  constexpr std::array<std::string_view, 3> kinds{"connection", "shell", "call"};
  entry["kind"] = kinds[static_cast<std::size_t>(note.kind)];
  entry["host"] = note.host;
  entry["name"] = note.name;
  entry["idle_seconds"] = static_cast<double>(note.idle.count()) / 1000;
  entry["in_use"] = note.in_use;
  entry["lines"] = note.lines;
  if (note.kind == SessionNote::Kind::job) entry["state"] = note.state;
  return entry;
}

std::string line_of(const SessionNote& note) {
  const std::string idle = base::human_duration(note.idle);
  if (note.kind == SessionNote::Kind::job)
    return note.host + "  " + note.name + " " + note.state + (note.in_use > 0 ? " for " : " after ") + idle +
           ", " + base::human_bytes(note.bytes) + ": " + note.detail;
  if (note.kind == SessionNote::Kind::shell)
    return note.host + "  shell \"" + note.name + "\", " + std::to_string(note.lines) + " lines, " +
           (note.in_use > 0 ? "busy" : "idle " + idle);
  return note.host + "  connection to " + note.address + " by " + note.detail + ", " +
         (note.in_use > 0 ? std::to_string(note.in_use) + " in use" : "idle " + idle);
}

object output_schema() {
  return base::json::parse(
             R"({"type":"object","required":["sessions"],"properties":{"sessions":{"type":"array",
    "items":{"type":"object"}}}})")
      .as_object();
}

base::Task<mcp::ToolResult> list(gateway::Gateway& gateway, mcp::Call& call) {
  mcp::ToolResult result;
  array entries;
  auto notes = gateway.sessions(call.principal());
  std::ranges::move(gateway.jobs(call.principal()), std::back_inserter(notes));
  for (const auto& note : notes) {
    entries.push_back(entry_of(note));
    result.text += line_of(note) + "\n";
  }
  if (entries.empty()) result.text = "Nothing is open and nothing runs.";
  object structured;
  structured["sessions"] = std::move(entries);
  result.structured = std::move(structured);
  co_return result;
}

}  // namespace

mcp::Tool list_sessions(gateway::Gateway& gateway) {
  mcp::Tool tool;
  tool.name = "ssh_list_sessions";
  tool.title = "List sessions";
  tool.description = "Lists open connections and shells, and calls in the background.";
  tool.output_schema = output_schema();
  tool.annotations = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  tool.run = [&gateway](mcp::Call& call, const mcp::Arguments&) { return list(gateway, call); };
  return tool;
}

}  // namespace mcpssh::tools
