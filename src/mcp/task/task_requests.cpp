#include "mcp/task/task_requests.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::string_view get = "tasks/get";
constexpr std::string_view update = "tasks/update";
constexpr std::string_view cancel = "tasks/cancel";

RpcError invalid_params(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

Result answer_update(ToolTask& task, const json::object& params) {
  const auto* responses = base::find_object(params, "inputResponses");
  if (responses == nullptr)
    return std::unexpected(invalid_params("tasks/update needs inputResponses, an object"));
  if (auto taken = task.answer(*responses); !taken) return std::unexpected(std::move(taken.error()));
  return json::object();
}

}  // namespace

bool is_task_request(std::string_view method) {
  return method == get || method == update || method == cancel;
}

Result answer_task_request(Service& service, const Request& request, const Sender& sender) {
  if (!sender.tasks) return std::unexpected(tasks_undeclared());
  const auto id = base::find_string(request.params, "taskId");
  if (!id) return std::unexpected(invalid_params(fmt::format("{} needs taskId, a string", request.method)));
  const auto task = service.tasks.find(*id, sender.principal);
  if (!task)
    return std::unexpected(invalid_params(fmt::format(
        "there is no task \"{}\"; ended ones are forgotten after a while", base::printable(*id, 60))));
  if (request.method == get) return task->tell();
  if (request.method == update) return answer_update(*task, request.params);
  task->cancel();
  return json::object();
}

RpcError tasks_undeclared() {
  json::object extensions;
  extensions[protocol::key::tasks] = json::object();
  json::object data;
  data["requiredCapabilities"] = {{"extensions", std::move(extensions)}};
  return {protocol::code::missing_capability, "the client did not declare the tasks extension",
          std::move(data)};
}

}  // namespace mcpssh::mcp
