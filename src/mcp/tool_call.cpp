#include "mcp/tool_call.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cmath>

#include "mcp/elicitation.hpp"

namespace mcpssh::mcp {
namespace {

json::value number_json(double value) {
  if (std::trunc(value) == value && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

ToolResult failure(std::string text) {
  ToolResult result;
  result.text = std::move(text);
  result.is_error = true;
  return result;
}

ToolResult internal_failure(const Tool& tool, const base::Log& log, std::string_view what) {
  log.error(fmt::format("tool {}: {}", tool.name, what));
  return failure("internal error; the server's log says more");
}

base::Task<ToolResult> run_checked(const Tool& tool, Call& call, Arguments arguments, const base::Log& log) {
  auto result = co_await tool.run(call, std::move(arguments));
  if (tool.output_schema && !result.structured && !result.is_error && !result.ask_state)
    co_return internal_failure(tool, log, "it has an output schema but gave no structured result");
  co_return result;
}

}  // namespace

Progress::Progress(Outbox& outbox, const json::object& params) : outbox_(outbox) {
  const auto* meta = base::find_object(params, "_meta");
  const auto* token = meta == nullptr ? nullptr : meta->if_contains("progressToken");
  if (token != nullptr) token_ = read_id(*token);
}

void Progress::report(double done, std::optional<double> total, std::string_view message) {
  // The protocol wants every report to be larger than the one before.
  if (!token_ || !std::isfinite(done) || (last_ && done <= *last_)) return;
  last_ = done;
  json::object params{{"progressToken", to_json(*token_)}, {"progress", number_json(done)}};
  if (total && std::isfinite(*total)) params["total"] = number_json(*total);
  if (!message.empty()) params["message"] = message;
  outbox_.offer(serialize(notification("notifications/progress", std::move(params))));
}

LegacyCall::LegacyCall(base::Principal principal, bool can_elicit, Progress progress,
                       ServerRequests& requests, std::chrono::milliseconds patience)
    : principal_(std::move(principal)),
      can_elicit_(can_elicit),
      progress_(std::move(progress)),
      requests_(requests),
      patience_(patience) {}

base::Task<Elicited> LegacyCall::elicit(std::string message, json::object schema) {
  Elicited cancelled;
  if (!can_elicit_) co_return cancelled;
  auto params = elicitation_params(message, std::move(schema));
  const auto result = co_await requests_.ask("elicitation/create", std::move(params), patience_);
  if (!result) co_return cancelled;
  co_return read_elicited(*result).value_or(cancelled);
}

void LegacyCall::progress(double done, std::optional<double> total, std::string message) {
  progress_.report(done, total, message);
}

ModernCall::ModernCall(base::Principal principal, bool can_elicit, Progress progress,
                       std::optional<std::string> state, json::object answers)
    : principal_(std::move(principal)),
      can_elicit_(can_elicit),
      progress_(std::move(progress)),
      state_(std::move(state)),
      answers_(std::move(answers)) {
  if (!state_) answers_.clear();
}

base::Task<Elicited> ModernCall::elicit(std::string message, json::object schema) {
  Elicited unanswered;
  if (!can_elicit_) co_return unanswered;
  auto params = elicitation_params(message, std::move(schema));
  params["mode"] = "form";
  const auto name = question_key(params);
  if (const auto* answer = answers_.if_contains(name)) co_return read_elicited(*answer).value_or(unanswered);
  json::object question{{"method", "elicitation/create"}};
  question["params"] = std::move(params);
  questions_[name] = std::move(question);
  unanswered.answer = Elicited::Answer::pending;
  co_return unanswered;
}

void ModernCall::progress(double done, std::optional<double> total, std::string message) {
  progress_.report(done, total, message);
}

base::Task<ToolResult> run_tool(const Tool& tool, Call& call, const json::object& arguments,
                                const base::Log& log) {
  auto valid = validate(tool.parameters, arguments);
  if (!valid) co_return failure(valid.error().message());
  try {
    co_return co_await run_checked(tool, call, std::move(*valid), log);
  } catch (const base::Error& error) {
    co_return failure(error.message());
  } catch (const boost::system::system_error& error) {
    if (error.code() == base::asio::error::operation_aborted) co_return failure("cancelled");
    co_return internal_failure(tool, log, error.what());
  } catch (const std::exception& error) {
    co_return internal_failure(tool, log, error.what());
  } catch (...) {
    co_return internal_failure(tool, log, "an exception of an unknown type");
  }
}

}  // namespace mcpssh::mcp
