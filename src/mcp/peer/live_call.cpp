#include "mcp/peer/live_call.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "mcp/elicitation.hpp"
#include "mcp/peer/request_state.hpp"
#include "mcp/wire/protocol.hpp"
#include "mcp/wire/protocol_error.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::string_view undeclared = "the client did not declare what this needs";

}  // namespace

LegacyCall::LegacyCall(Sender sender, Voice voice, ServerRequests& requests,
                       std::chrono::milliseconds patience)
    : LiveCall(std::move(sender), std::move(voice)), requests_(requests), patience_(patience) {}

void LegacyCall::require(Ability ability) const {
  if (!can(ability))
    throw base::Error(base::ErrorCode::invalid_argument,
                      fmt::format("{} ({})", undeclared, method_of(ability)));
}

base::Task<Answered> LegacyCall::ask(Question question) {
  Answered answered;
  if (!can(question.ability)) co_return answered;
  auto result = co_await requests_.ask(voice_.about(), method_of(question.ability),
                                       std::move(question.params), patience_);
  if (!result || (asks_a_human(question.ability) && !read_elicited(*result))) co_return answered;
  answered.state = Answered::State::given;
  answered.result = std::move(*result);
  co_return answered;
}

void LegacyCall::url_done(const std::string& id) {
  if (can(Ability::url)) voice_.notify("notifications/elicitation/complete", {{"elicitationId", id}});
}

ModernCall::ModernCall(Sender sender, Voice voice, std::optional<Carried> carried, json::object answers)
    : LiveCall(std::move(sender), std::move(voice)),
      carried_(std::move(carried)),
      answers_(std::move(answers)) {}

void ModernCall::require(Ability ability) const {
  if (can(ability)) return;
  json::object data;
  data["requiredCapabilities"] = capabilities_with(ability);
  throw ProtocolError({protocol::code::missing_capability, std::string(undeclared), std::move(data)});
}

std::optional<std::string> ModernCall::resumed_state() const {
  if (!carried_) return std::nullopt;
  return carried_->state;
}

const json::value* ModernCall::answer_to(const std::string& name, const std::string& mark,
                                         bool proven) const {
  if (proven) {
    const auto* asked = carried_ ? carried_->asked.if_contains(name) : nullptr;
    if (asked == nullptr || *asked != json::value(mark)) return nullptr;
  }
  return answers_.if_contains(name);
}

base::Task<Answered> ModernCall::ask(Question question) {
  Answered answered;
  if (!can(question.ability)) co_return answered;
  const auto ability = question.ability;
  const bool proven = question.proven;
  auto name = std::move(question.name);
  auto request = input_request(std::move(question));
  const auto mark = digest(request);
  if (name.empty()) name = question_name(mark);
  if (const auto* answer = answer_to(name, mark, proven)) {
    auto given = read_answer(ability, *answer);
    if (!given) throw ProtocolError(std::move(given.error()));
    answered.result = std::move(*given);
    answered.state = Answered::State::given;
    co_return answered;
  }
  questions_[name] = std::move(request);
  asked_[name] = mark;
  answered.state = Answered::State::pending;
  co_return answered;
}

}  // namespace mcpssh::mcp
