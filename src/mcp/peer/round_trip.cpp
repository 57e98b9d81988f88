#include "mcp/peer/round_trip.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/rights_json.hpp"
#include "mcp/task/task_run.hpp"
#include "mcp/wire/modern_envelope.hpp"
#include "mcp/wire/protocol.hpp"
#include "mcp/wire/protocol_error.hpp"

namespace mcpssh::mcp {
namespace {

RpcError invalid_params(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

/// A sealed state's own words: our JSON, so that reading them cannot fail.
std::string pack(const Carried& carried) {
  return mcp::serialize(json::object{{"state", carried.state}, {"asked", carried.asked}});
}

Carried unpack(std::string_view text) {
  const auto fields = base::parse_json(text).value();
  Carried carried;
  carried.state = std::string(fields.at("state").as_string());
  carried.asked = fields.at("asked").as_object();
  return carried;
}

std::expected<json::object, RpcError> read_answers(const json::object& params) {
  const auto* given = params.if_contains("inputResponses");
  if (given == nullptr) return json::object();
  if (!given->is_object()) return std::unexpected(invalid_params("inputResponses must be an object"));
  return given->get_object();
}

std::expected<std::optional<Carried>, RpcError> read_state(RequestStates& states, const StateBinding& binding,
                                                           const json::object& params) {
  const auto* token = params.if_contains("requestState");
  if (token == nullptr) return std::nullopt;
  if (!token->is_string()) return std::unexpected(invalid_params("requestState must be a string"));
  const auto opened = states.open(binding, token->get_string());
  if (!opened) return std::unexpected(opened.error());
  return unpack(*opened);
}

/// Runs it; a ProtocolError becomes the error.
base::Task<std::expected<Outcome, RpcError>> run(const Job& job, Call& call) {
  try {
    co_return co_await job.run(call);
  } catch (const ProtocolError& error) {
    co_return std::unexpected(error.error());
  }
}

json::object ask_for_input(RequestStates& states, const StateBinding& binding, const ModernCall& call,
                           Outcome outcome) {
  Carried carried;
  carried.state = std::move(*outcome.ask_state);
  carried.asked = call.asked();
  auto result = std::move(outcome.result);
  result["resultType"] = "input_required";
  if (!call.questions().empty()) result["inputRequests"] = call.questions();
  result["requestState"] = states.seal(binding, pack(carried));
  return result;
}

std::expected<Round, RpcError> read_round(Service& service, const Job& job) {
  Round round;
  const auto& sender = job.sender.principal;
  round.binding = {sender.name, job.method, job.subject, digest(job.arguments),
                   sender.rights ? digest(base::to_json(*sender.rights)) : ""};
  auto answers = read_answers(job.params);
  if (!answers) return std::unexpected(answers.error());
  auto carried = read_state(service.states, round.binding, job.params);
  if (!carried) return std::unexpected(carried.error());
  round.answers = std::move(*answers);
  round.carried = std::move(*carried);
  return round;
}

base::Task<Performed> perform_modern(Service& service, Job job, Voice voice) {
  const auto executor = co_await base::asio::this_coro::executor;
  auto round = read_round(service, job);
  if (!round) co_return std::unexpected(round.error());
  if (job.tasks != TaskUse::never) {
    auto run =
        std::make_shared<TaskRun>(service, executor, std::move(job), std::move(*round), std::move(voice));
    co_return co_await TaskRun::perform(std::move(run));
  }
  ModernCall call(job.sender, std::move(voice), std::move(round->carried), std::move(round->answers));
  co_return co_await play(service, job, round->binding, call);
}

}  // namespace

base::Task<Performed> play(Service& service, const Job& job, const StateBinding& binding, ModernCall& call) {
  auto outcome = co_await run(job, call);
  if (!outcome) co_return std::unexpected(outcome.error());
  auto result = outcome->ask_state ? ask_for_input(service.states, binding, call, std::move(*outcome))
                                   : std::move(outcome->result);
  complete(result, service.identity);
  co_return result;
}

base::Task<Performed> perform(Service& service, Outbox& outbox, ServerRequests& requests, Job job) {
  Voice voice(outbox, job.about, job.params, job.sender.log_from);
  if (job.sender.era == Era::modern)
    co_return co_await perform_modern(service, std::move(job), std::move(voice));
  LegacyCall call(job.sender, std::move(voice), requests, service.limits.elicitation);
  auto outcome = co_await run(job, call);
  if (!outcome) co_return std::unexpected(outcome.error());
  co_return std::move(outcome->result);
}

}  // namespace mcpssh::mcp
