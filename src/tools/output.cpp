// ssh_output: what a call said, while it runs and after.
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "gateway/show.hpp"
#include "tools/outcome_text.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

using gateway::OutputQuery;
using gateway::OutputView;

constexpr double longest_wait = 40;  // below the time after which clients give a call up

OutputQuery query_of(const mcp::Arguments& arguments) {
  OutputQuery query;
  query.call = base::CallId(arguments.string("call").value_or(""));
  query.is_stderr = arguments.string("stream").value_or("") == "stderr";
  if (const auto offset = arguments.integer("offset")) query.offset = static_cast<std::uint64_t>(*offset);
  if (const auto tail = arguments.integer("tail")) query.tail = static_cast<std::size_t>(*tail);
  query.grep = arguments.string("grep").value_or("");
  query.budget = base::limits::output_bytes;
  const auto wait = std::chrono::duration<double>(arguments.number("wait").value_or(0));
  query.until = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(wait);
  return query;
}

std::string bytes_text(const OutputView& view) {
  return ", stdout " + base::human_bytes(view.total_out) + ", stderr " + base::human_bytes(view.total_err);
}

std::string first_line(const OutputView& view) {
  if (view.outcome) return headline(*view.outcome) + " (" + view.call.str() + ")";
  if (view.approval) return view.host + ": " + waiting_text(*view.approval) + " (" + view.call.str() + ")";
  if (view.question) return view.host + ": " + waiting_text(*view.question) + " (" + view.call.str() + ")";
  return view.host + ": still running after " + base::human_duration(view.elapsed) + bytes_text(view) + " (" +
         view.call.str() + ")";
}

std::string position(const OutputView& view, const OutputQuery& query) {
  std::string text;
  if (view.lost > 0) text += "\n" + std::to_string(view.lost) + " bytes of it are no longer kept.";
  if (!query.grep.empty())
    return text + "\n" + std::to_string(view.matches) + " lines match" +
           (view.cut ? ", not all shown: narrow it or start at a later offset." : ".");
  const std::uint64_t total = query.is_stderr ? view.total_err : view.total_out;
  if (!view.by_offset)
    return text + (view.running ? "\nA dialogue: its reply is there when it has ended." : "");
  if (view.next < total || view.running) text += "\nRead on at offset=" + std::to_string(view.next) + ".";
  return text;
}

mcp::ToolResult result_of(const OutputView& view, const OutputQuery& query) {
  mcp::ToolResult result;
  result.text = first_line(view) + position(view, query);
  const std::string stream = !view.by_offset ? "output" : query.is_stderr ? "stderr" : "stdout";
  std::string label = stream + " of " + view.host;
  if (view.by_offset && query.grep.empty())
    label += ", bytes " + std::to_string(view.from) + " to " + std::to_string(view.next);
  if (const auto piece = gateway::shown_piece(view.text, label, base::random_hex(8)); !piece.empty())
    result.text += "\n" + piece;
  else
    result.text += view.running ? "\nNothing more yet." : "\nNothing there.";
  result.meta["mcp-ssh/call"] = view.call.str();
  const bool waits = view.approval || view.question;
  result.meta["mcp-ssh/state"] = view.outcome ? gateway::to_string(view.outcome->state)
                                 : waits      ? "waiting"
                                              : "running";
  if (view.approval) result.meta["mcp-ssh/approval"] = view.approval->id;
  if (view.question) result.meta["mcp-ssh/question"] = view.question->id;
  if (view.outcome && view.outcome->exit_code) result.meta["mcp-ssh/exit_code"] = *view.outcome->exit_code;
  if (view.outcome && view.outcome->remains != gateway::Remains::nothing_to_stop)
    result.meta["mcp-ssh/remains"] = gateway::to_string(view.outcome->remains);
  result.meta["mcp-ssh/next"] = view.next;
  result.meta["mcp-ssh/bytes_out"] = view.total_out;
  result.meta["mcp-ssh/bytes_err"] = view.total_err;
  return result;
}

base::Task<mcp::ToolResult> read(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments) {
  const auto query = query_of(arguments);
  const auto view = co_await gateway.read_output(call.principal(), query);
  co_return result_of(view, query);
}

mcp::Parameter count(std::string name, std::string description, double maximum) {
  mcp::Parameter parameter;
  parameter.type = mcp::Parameter::Type::integer;
  parameter.name = std::move(name);
  parameter.description = std::move(description);
  parameter.minimum = 0;
  parameter.maximum = maximum;
  return parameter;
}

}  // namespace

mcp::Tool output(gateway::Gateway& gateway) {
  auto wait = count("wait", "Seconds to wait for more output or the end.", longest_wait);
  wait.type = mcp::Parameter::Type::number;
  mcp::Parameter grep;
  grep.name = "grep";
  grep.description = "Only lines that hold this text, each with its offset.";
  grep.max_length = 256;
  mcp::Parameter stream;
  stream.name = "stream";
  stream.description = "Default: stdout.";
  stream.one_of = {"stdout", "stderr"};

  mcp::Tool tool;
  tool.name = "ssh_output";
  tool.title = "Read on in a command's output";
  tool.description =
      "Reads the output of a call by its id: of one that runs on, or the rest of a long one. Finished calls "
      "stay readable for a while.";
  tool.parameters = {call_parameter(),
                     count("offset", "Byte to start at; default: 0.", 9e15),
                     count("tail", "The last N lines instead.", 100'000),
                     grep,
                     wait,
                     stream};
  tool.annotations = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false};
  tool.run = [&gateway](mcp::Call& call, mcp::Arguments arguments) {
    return read(gateway, call, std::move(arguments));
  };
  return tool;
}

}  // namespace mcpssh::tools
