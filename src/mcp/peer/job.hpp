#pragma once
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "mcp/call.hpp"
#include "mcp/message_stream.hpp"
#include "mcp/peer/sender.hpp"
#include "mcp/tool.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

struct Service;

/// What a handler gave: a result, or with `ask_state` the wish to be called again with answers.
struct Outcome {
  json::object result;
  std::optional<std::string> ask_state{};
};

/// One request that takes time (tools/call, prompts/get, resources/read), checked as far as the protocol
/// goes.
struct Job {
  std::string method;
  std::string subject;     ///< the tool, prompt or URI
  json::object arguments;  ///< what a requestState is bound to, beside the above
  json::object params;
  Relation about;
  Sender sender;
  TaskUse tasks = TaskUse::never;  ///< of a tool, when the sender takes tasks
  /// Throws ProtocolError and nothing else.
  std::function<base::Task<Outcome>(Call&)> run;
};

/// True for the methods that are jobs.
bool is_job(std::string_view method);

/// The job a request asks for. -32602 (legacy resources: -32002) when there is no such thing for this sender.
std::expected<Job, RpcError> read_job(const Service& service, const Request& request, const Sender& sender);

}  // namespace mcpssh::mcp
