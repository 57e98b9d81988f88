#include "tools/act.hpp"
#include "tools/exec_parameters.hpp"
#include "tools/fan_out.hpp"
#include "tools/parameters.hpp"
#include "tools/tool_files.hpp"

namespace mcpssh::tools {
namespace {

/// A job that nobody gave a time limit: as long as `timeout` may be at most.
constexpr auto longest_job = std::chrono::hours(24);

base::Task<mcp::ToolResult> run_command(gateway::Gateway& gateway, mcp::Call& call, mcp::Arguments arguments,
                                        Options options) {
  auto host = arguments.string("host").value_or("");
  auto exec = exec_of(arguments);
  auto action = action_for(call, arguments, "ssh_run", host, std::move(exec));
  const bool background = arguments.flag("background");
  const Patience patience = background ? Patience::background : Patience::answer;
  if (background && !action.timeout) action.timeout = longest_job;
  if (!names_many(host)) co_return co_await act(gateway, call, std::move(action), patience, options);
  gateway::Rolling rolling;
  if (const auto parallel = arguments.integer("parallel"))
    rolling.parallel = static_cast<std::size_t>(*parallel);
  rolling.stop_on_failure = arguments.flag("stop_on_failure");
  auto batch = arguments.string("batch").value_or("");
  co_return co_await act_on_many(gateway, call, std::move(action), rolling, std::move(batch), patience,
                                 options);
}

std::vector<mcp::Parameter> parameters() {
  using Type = mcp::Parameter::Type;
  auto parallel = parameter(Type::integer, "parallel", "Hosts at once; default 32.");
  parallel.minimum = 1;
  parallel.maximum = 256;
  auto batch = parameter(Type::string, "batch", "Hosts a step (\"5\", \"10%\").");
  batch.max_length = 8;
  std::vector<mcp::Parameter> out{
      host_parameter("From ssh_list_hosts; many: @group, web-*, \"web1,web2\", all.", true)};
  for (auto& one : exec_parameters()) out.push_back(std::move(one));
  for (auto& one : {timeout_parameter(),
                    parameter(Type::boolean, "background", "Answer at once with a call id."), parallel, batch,
                    parameter(Type::boolean, "stop_on_failure", "Start on no more hosts after a failure."),
                    confirm_parameter(), reason_parameter()})
    out.push_back(one);
  return out;
}

}  // namespace

mcp::Tool run(gateway::Gateway& gateway, Options options) {
  mcp::Tool tool;
  tool.name = "ssh_run";
  tool.title = "Run a command";
  tool.description =
      "Runs a command on one host or many: exit status, stdout and stderr; after 45 s a call id, and it "
      "runs on. Starts fresh; ssh_shell keeps state. cwd, env, stdin, sudo, tty: POSIX only.";
  tool.parameters = parameters();
  tool.tasks = mcp::TaskUse::may;
  tool.run = [&gateway, options](mcp::Call& call, mcp::Arguments arguments) {
    return run_command(gateway, call, std::move(arguments), options);
  };
  return tool;
}

}  // namespace mcpssh::tools
