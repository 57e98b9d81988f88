#include "mcp/call.hpp"

#include "mcp/elicitation.hpp"

namespace mcpssh::mcp {
namespace {

Elicited elicited_from(const Answered& answered) {
  Elicited cancelled;
  if (answered.state == Answered::State::pending) cancelled.answer = Elicited::Answer::pending;
  if (answered.state != Answered::State::given) return cancelled;
  return read_elicited(answered.result).value_or(cancelled);
}

}  // namespace

Question form_question(std::string message, base::json::object schema) {
  Question question;
  question.params["message"] = std::move(message);
  question.params["requestedSchema"] = std::move(schema);
  return question;
}

Question url_question(std::string message, std::string url, std::string id) {
  Question question;
  question.ability = Ability::url;
  question.params["mode"] = "url";
  question.params["message"] = std::move(message);
  question.params["url"] = std::move(url);
  question.params["elicitationId"] = std::move(id);
  return question;
}

Question sampling_question(base::json::object params) {
  Question question;
  question.ability = Ability::sampling;
  question.params = std::move(params);
  return question;
}

Question roots_question() {
  Question question;
  question.ability = Ability::roots;
  return question;
}

bool Call::become_task(std::string) {
  return false;
}

base::Task<Elicited> Call::elicit(std::string message, base::json::object schema) {
  auto question = form_question(std::move(message), std::move(schema));
  const auto answered = co_await ask(std::move(question));
  co_return elicited_from(answered);
}

base::Task<Elicited> Call::elicit_url(std::string message, std::string url, std::string id) {
  auto question = url_question(std::move(message), std::move(url), std::move(id));
  const auto answered = co_await ask(std::move(question));
  co_return elicited_from(answered);
}

}  // namespace mcpssh::mcp
