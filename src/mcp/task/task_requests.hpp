#pragma once
#include <string_view>

#include "mcp/lists/lists.hpp"

namespace mcpssh::mcp {

/// True for the methods of the tasks extension.
bool is_task_request(std::string_view method);

/// The answer of tasks/get, tasks/update or tasks/cancel. -32021 when the sender did not declare tasks,
/// -32602 for a task it has not.
Result answer_task_request(Service& service, const Request& request, const Sender& sender);

/// -32021 for what only clients that declare tasks may do.
RpcError tasks_undeclared();

}  // namespace mcpssh::mcp
