#include "tools/act.hpp"

#include "base/limits.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::tools {
namespace {

/// Cancels the gateway's call when the tool's coroutine dies before the outcome came.
class OpenCall {
 public:
  OpenCall(gateway::Gateway& gateway, base::CallId id) : gateway_(&gateway), id_(std::move(id)) {}
  OpenCall(const OpenCall&) = delete;
  OpenCall& operator=(const OpenCall&) = delete;
  ~OpenCall() {
    if (gateway_ != nullptr) gateway_->cancel(id_);
  }
  void release() { gateway_ = nullptr; }

 private:
  gateway::Gateway* gateway_;
  base::CallId id_;
};

/// "Accept" is the approval; a required tick box makes some clients answer "cancel" for people who just press
/// enter.
base::json::object approval_schema() {
  base::json::object schema;
  schema["type"] = "object";
  schema["properties"] = base::json::object();
  return schema;
}

gateway::Decision decision_of(const mcp::Elicited& elicited) {
  gateway::Decision decision;
  decision.approved = elicited.answer == mcp::Elicited::Answer::accepted;
  decision.by = elicited.answer == mcp::Elicited::Answer::cancelled ? "nobody" : "human:elicitation";
  return decision;
}

}  // namespace

gateway::Action action_for(const mcp::Call& call, const mcp::Arguments& arguments, std::string tool,
                           std::string host, gateway::What what) {
  gateway::Action action;
  action.principal = call.principal();
  action.host = std::move(host);
  action.what = std::move(what);
  action.tool = std::move(tool);
  action.reason = arguments.string("reason").value_or("");
  action.confirm_dangerous = arguments.flag("confirm_dangerous");
  action.can_elicit = call.can_elicit();
  if (const auto seconds = arguments.number("timeout"))
    action.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  return action;
}

base::Task<std::variant<gateway::Outcome, mcp::ToolResult>> act_raw(gateway::Gateway& gateway,
                                                                    mcp::Call& call, gateway::Action action) {
  const auto resumed = call.resumed_state();
  const base::CallId id = resumed ? base::CallId(*resumed) : gateway.submit(std::move(action));
  OpenCall open(gateway, id);
  for (;;) {
    auto progress = co_await gateway.wait(id, std::chrono::steady_clock::time_point::max());
    if (auto* outcome = std::get_if<gateway::Outcome>(&progress)) {
      open.release();
      co_return std::move(*outcome);
    }
    if (const auto* waiting = std::get_if<gateway::Waiting>(&progress)) {
      auto elicited = co_await call.elicit(waiting->question, approval_schema());
      if (elicited.answer == mcp::Elicited::Answer::pending) {
        open.release();
        mcp::ToolResult ask;
        ask.ask_state = id.str();
        co_return ask;
      }
      gateway.decide(id, decision_of(elicited));
    }
  }
}

base::Task<mcp::ToolResult> act(gateway::Gateway& gateway, mcp::Call& call, gateway::Action action) {
  auto result = co_await act_raw(gateway, call, std::move(action));
  if (auto* ask = std::get_if<mcp::ToolResult>(&result)) co_return std::move(*ask);
  co_return result_of(std::get<gateway::Outcome>(result));
}

}  // namespace mcpssh::tools
