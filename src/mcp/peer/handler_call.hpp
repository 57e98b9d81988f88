#pragma once
#include <expected>
#include <string>

#include "base/log.hpp"
#include "base/task.hpp"
#include "mcp/peer/job.hpp"
#include "mcp/prompt.hpp"
#include "mcp/resource.hpp"
#include "mcp/tool.hpp"

/// Running a server's own code, and turning whatever comes of it into what the protocol says.
namespace mcpssh::mcp {

struct Service;

/// Validates the arguments and runs the tool. What goes wrong becomes an isError result, in the tool's own
/// words when it threw base::Error, else "internal error" here and the details in the log. Throws
/// ProtocolError when the tool did. `service` is told of arguments that do not fit, and outlives the call.
base::Task<Outcome> call_tool(const Tool& tool, Call& call, const json::object& arguments,
                              const Service& service);

/// -32602 for an unknown argument, one that is no string, and a required one that is missing.
std::expected<PromptArguments, RpcError> read_prompt_arguments(const Prompt& prompt,
                                                               const json::object& arguments);

/// Throws ProtocolError: -32602 for base::Error(invalid_argument), else -32603 in the prompt's own words or
/// as above.
base::Task<Outcome> get_prompt(const Prompt& prompt, Call& call, const PromptArguments& arguments,
                               const base::Log& log);

/// The same; base::Error(not_found) and an empty result are no_such_resource.
base::Task<Outcome> read_resource(const ReadResource& reader, Call& call, const std::string& uri, Era era,
                                  const base::Log& log);

/// -32002 in the legacy era, -32602 in the modern one, with the URI as data.
RpcError no_such_resource(const std::string& uri, Era era);

}  // namespace mcpssh::mcp
