#include "mcp/peer/job.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "mcp/peer/handler_call.hpp"
#include "mcp/service.hpp"
#include "mcp/task/task_requests.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

namespace code = protocol::code;

RpcError invalid_params(std::string message) {
  return {code::invalid_params, std::move(message), {}};
}

using Read = std::expected<void, RpcError>;

/// `arguments` of tools/call and prompts/get, an object or nothing.
Read read_arguments(const Request& request, Job& job) {
  const auto* arguments = request.params.if_contains("arguments");
  if (arguments == nullptr || arguments->is_null()) return {};
  if (!arguments->is_object()) return std::unexpected(invalid_params("arguments must be an object"));
  job.arguments = arguments->get_object();
  return {};
}

Read read_name(const Request& request, Job& job, std::string_view key) {
  auto name = base::find_string(request.params, key);
  if (!name)
    return std::unexpected(invalid_params(fmt::format("{} needs {}, a string", request.method, key)));
  job.subject = std::move(*name);
  return {};
}

/// The legacy era has no error for it.
RpcError needs_tasks(const Sender& sender) {
  auto error = tasks_undeclared();
  if (sender.era == Era::legacy) error = {code::invalid_request, std::move(error.message), {}};
  return error;
}

Read read_tool_call(const Service& service, Job& job) {
  const auto* tool = service.tools.find(job.subject, job.sender.principal);
  if (tool == nullptr) {
    const auto why =
        fmt::format("unknown tool \"{}\"; tools/list names them all", base::printable(job.subject, 100));
    if (service.misfit)
      service.misfit(job.sender.principal, job.subject, base::Error(base::ErrorCode::not_found, why));
    return std::unexpected(invalid_params(why));
  }
  if (tool->tasks == TaskUse::always && !job.sender.tasks) return std::unexpected(needs_tasks(job.sender));
  if (job.sender.tasks) job.tasks = tool->tasks;
  job.run = [tool, arguments = job.arguments, &service](Call& call) {
    return call_tool(*tool, call, arguments, service);
  };
  return {};
}

Read read_prompt_get(const Service& service, Job& job) {
  const auto* prompt = service.prompts.find(job.subject);
  if (prompt == nullptr)
    return std::unexpected(invalid_params(fmt::format("unknown prompt \"{}\"; prompts/list names them all",
                                                      base::printable(job.subject, 100))));
  auto arguments = read_prompt_arguments(*prompt, job.arguments);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  job.run = [prompt, arguments = std::move(*arguments), log = service.log](Call& call) {
    return get_prompt(*prompt, call, arguments, log);
  };
  return {};
}

Read read_resource_read(const Service& service, Job& job) {
  auto reader = service.resources.reader(job.subject);
  if (!reader) return std::unexpected(no_such_resource(job.subject, job.sender.era));
  job.run = [reader = std::move(reader), uri = job.subject, era = job.sender.era,
             log = service.log](Call& call) { return read_resource(reader, call, uri, era, log); };
  return {};
}

}  // namespace

bool is_job(std::string_view method) {
  return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

std::expected<Job, RpcError> read_job(const Service& service, const Request& request, const Sender& sender) {
  Job job;
  job.method = request.method;
  job.params = request.params;
  job.about.request = to_text(request.id);
  job.sender = sender;
  const bool resource = request.method == "resources/read";
  auto read = read_name(request, job, resource ? "uri" : "name");
  if (read && !resource) read = read_arguments(request, job);
  if (read)
    read = resource                         ? read_resource_read(service, job)
           : request.method == "tools/call" ? read_tool_call(service, job)
                                            : read_prompt_get(service, job);
  if (!read) return std::unexpected(std::move(read.error()));
  return job;
}

}  // namespace mcpssh::mcp
