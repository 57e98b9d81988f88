#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/task.hpp"
#include "mcp/call.hpp"
#include "mcp/schema.hpp"

namespace mcpssh::mcp {

/// What a tool gives back.
struct ToolResult {
  std::string text;
  bool is_error = false;
  std::optional<base::json::object> structured{};  ///< required when the tool has an output schema and did
                                                   ///< not fail
  base::json::object meta{};                       ///< `_meta`, merged with the server's own
  /// Set by the caller of Call::ask or elicit when an answer is pending: state to be given back
  /// when the client calls again. Signed and bound to principal, tool and
  /// arguments by the server; it cannot be forged or moved to another call.
  std::optional<std::string> ask_state{};
  /// Further content behind the text (mcp/content.hpp); the text may then be empty.
  std::vector<base::json::object> blocks{};
};

/// Tool annotations (spec: hints for the client's own approval UI). All four
/// always said.
struct Annotations {
  bool read_only = false;
  bool destructive = true;
  bool idempotent = false;
  bool open_world = true;
};

/// Whether calls of a tool go on as tasks (Call::become_task).
enum class TaskUse {
  never,
  may,
  always,  ///< clients that declare no tasks cannot call it; with too many tasks become_task throws
};

/// One tool. `run` is a named coroutine's wrapper; it is cancelled by the
/// client or by the end of the connection. base::Error thrown by it becomes an
/// isError result with the error's message, ProtocolError a JSON-RPC error.
struct Tool {
  std::string name, title, description;
  std::vector<Parameter> parameters;
  std::optional<base::json::object> output_schema{};
  Annotations annotations;
  std::function<base::Task<ToolResult>(Call&, Arguments)> run;
  /// Instead of the one made from `parameters`, for what those cannot say; arguments then reach `run` as they
  /// came (Arguments::values), except that x-mcp-header is still read from `parameters`. Root type object.
  std::optional<base::json::object> input_schema{};
  TaskUse tasks = TaskUse::never;
};

}  // namespace mcpssh::mcp
