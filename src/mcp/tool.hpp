#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/principal.hpp"
#include "base/task.hpp"
#include "mcp/schema.hpp"

namespace mcpssh::mcp {

/// A human's answer to an elicitation.
struct Elicited {
  enum class Answer {
    accepted,
    declined,
    cancelled,
    pending,  ///< modern era: nobody was asked yet. The tool must return
              ///< ToolResult::ask now; the call comes again.
  } answer = Answer::cancelled;
  base::json::object content;
};

/// What a tool gives back.
struct ToolResult {
  std::string text;
  bool is_error = false;
  std::optional<base::json::object> structured;  ///< required when the tool has an output schema and did not
                                                 ///< fail
  base::json::object meta;                       ///< `_meta`, merged with the server's own
  /// Set by Call::elicit's caller on Elicited::pending: state to be given back
  /// when the client calls again. Signed and bound to principal, tool and
  /// arguments by the server; it cannot be forged or moved to another call.
  std::optional<std::string> ask_state;
};

/// One tools/call in progress, as the tool sees it. Lives as long as the tool's
/// coroutine.
class Call {
 public:
  virtual ~Call() = default;
  [[nodiscard]] virtual const base::Principal& principal() const = 0;
  /// True when the client declared form elicitation.
  [[nodiscard]] virtual bool can_elicit() const = 0;
  /// Asks the human behind the client. Legacy era: sends elicitation/create and
  /// waits. Modern era: answers from inputResponses if the client brought one,
  /// else `pending`.
  virtual base::Task<Elicited> elicit(std::string message, base::json::object schema) = 0;
  /// The state of an earlier `ask_state`, verified, when this call continues
  /// that one (modern era).
  [[nodiscard]] virtual std::optional<std::string> resumed_state() const = 0;
  /// Sends notifications/progress when the client asked for it; dropped when
  /// the queue is full.
  virtual void progress(double done, std::optional<double> total, std::string message) = 0;
};

/// Tool annotations (spec: hints for the client's own approval UI). All four
/// always said.
struct Annotations {
  bool read_only = false;
  bool destructive = true;
  bool idempotent = false;
  bool open_world = true;
};

/// One tool. `run` is a named coroutine's wrapper; it is cancelled by the
/// client or by the end of the connection. Error thrown by it becomes an
/// isError result with the error's message.
struct Tool {
  std::string name, title, description;
  std::vector<Parameter> parameters;
  std::optional<base::json::object> output_schema;
  Annotations annotations;
  std::function<base::Task<ToolResult>(Call&, Arguments)> run;
};

}  // namespace mcpssh::mcp
