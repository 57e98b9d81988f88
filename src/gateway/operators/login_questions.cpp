// What hosts ask during log-ins, put to people over the operators' socket.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/core.hpp"
#include "gateway/operators/operators.hpp"
#include "gateway/target.hpp"
#include "hosts/routes.hpp"

namespace mcpssh::gateway {
namespace {

using approvals::Approver;
using approvals::LoginQuestion;
using approvals::QuestionEnd;
using base::Error;
using base::ErrorCode;
using base::Fault;

std::vector<std::string> names_before(const hosts::Snapshot& snapshot, const std::string& name) {
  std::vector<std::string> names;
  const auto* host = snapshot.find(name);
  if (host == nullptr) return names;
  for (const auto* hop : hosts::Routes(snapshot).hops_to(*host)) names.push_back(hop->name);
  return names;
}

LoginQuestion question_of(const LoginAsker& asker, const HumanQuestion& asked) {
  LoginQuestion question;
  question.principal = asker.principal;
  question.tool = asker.tool;
  question.call = asker.call;
  question.towards = asker.towards;
  question.host = asked.host;
  question.user = asked.user;
  question.address = asked.address;
  question.through = asked.through;
  question.host_key = asked.host_key;
  question.host_key_doubt = asked.host_key_doubt;
  question.name = asked.name;
  question.instruction = asked.instruction;
  question.text = asked.text;
  question.until = asked.until;
  return question;
}

std::string what_is_asked(const std::string& user, const std::string& text) {
  return "the host asks " + base::printable(user) + " \"" + text + "\"";
}

Error unanswered(const HumanQuestion& asked, const std::string& id, std::chrono::seconds waited) {
  return {Fault::login_unanswered,
          fmt::format("{}, and nobody answered {} within {} s", what_is_asked(asked.user, asked.text), id,
                      waited.count()),
          "try again when a person is there who looks with mcp-ssh pending and answers with "
          "mcp-ssh answer ID"};
}

Error declined(const LoginQuestion& question, const std::string& by) {
  return {Fault::login_declined,
          what_is_asked(question.user, question.text) + ", and a person declined to answer (" + by + ")",
          "do something else, or ask the user what to do"};
}

Error frozen_error(const approvals::FreezeNote& note) {
  return {Fault::frozen,
          "the host asks what only a person can answer, and this server asks nobody: it is frozen by " +
              approvals::described(note),
          "nothing runs until a person thaws it with mcp-ssh thaw"};
}

Error reconfigured_error(const LoginQuestion& question, const std::string& host) {
  return {Fault::cancelled,
          what_is_asked(question.user, question.text) + ", and meanwhile the configuration of " + host +
              " was changed, so nobody is asked any more",
          "try again: the next log-in is made with the changed configuration"};
}

Error closing_error() {
  return {Fault::closing,
          "the host asks what only a person can answer, and the server is shutting down and asks nobody",
          "try again later"};
}

audit::Record record_about(const LoginQuestion& question) {
  audit::Record record;
  record.kind = audit::Kind::security;
  record.call = question.call;
  record.host = question.host;
  record.tool = "log-in question";
  record.principal = question.principal;
  record.detail = question.id + ": " + question.user + "@" + question.address;
  if (question.host != question.towards) record.detail += ", on the way to " + question.towards;
  if (!question.host_key_doubt.empty()) record.detail += ", its host key is not verified";
  return record;
}

}  // namespace

/// Takes a question back that its log-in no longer wants answered.
class Gateway::Core::ListedQuestion {
 public:
  ListedQuestion(Core& core, std::string id) : core_(core), id_(std::move(id)) {}
  ListedQuestion(const ListedQuestion&) = delete;
  ListedQuestion& operator=(const ListedQuestion&) = delete;
  ~ListedQuestion() {
    try {
      std::ignore = core_.end_question(id_, QuestionEnd::cancelled);
    } catch (const std::exception& error) {
      core_.options.log.info("a question of a log-in was not put away cleanly: " + std::string(error.what()));
    }
  }

 private:
  Core& core_;
  std::string id_;
};

ssh::AskHuman Gateway::Core::asker_for(const Call& call) {
  if (!options.ask_human && !answers_open) return {};
  LoginAsker asker{call.action.principal, call.action.tool, call.id.str(), call.host->name, call.snapshot};
  AskHuman ask = [this, asker = std::move(asker)](HumanQuestion asked) {
    asked.through = names_before(*asker.snapshot, asked.host);
    return options.ask_human ? options.ask_human(std::move(asked)) : ask_people(asker, std::move(asked));
  };
  return asker_on(executor, std::move(ask));
}

void Gateway::Core::require_askable() {
  if (closing) throw closing_error();
  if (const auto& note = freeze.active()) throw frozen_error(*note);
}

base::Task<std::optional<base::Secret>> Gateway::Core::ask_people(LoginAsker asker, HumanQuestion asked) {
  require_askable();
  const auto began = options.clock.mono();
  const auto within = options.login_answer_within;
  if (within.count() > 0) asked.until = std::min(asked.until, began + within);
  const auto opened = questions.open(question_of(asker, asked));
  if (!opened)
    throw Error(opened.error().fault(),
                what_is_asked(asked.user, asked.text) + ", and nobody is asked: " + opened.error().cause(),
                opened.error().next_move());
  const auto id = *opened;
  options.log.info(asked.host + " asks in its log-in what only a person can answer: mcp-ssh answer " + id);
  const auto wait = std::make_shared<LoginWait>(executor);
  const ListedQuestion listed(*this, id);  // first: what is open already ends with this log-in
  login_waits.emplace(id, wait);
  auto record = record_about(*questions.find(id));
  record.state = "asked";
  recording.start("record of a log-in question", settle(std::move(record)));
  something.notify();
  bool in_time = true;
  while (in_time && !wait->answer && !wait->refusal) in_time = co_await wait->changed.wait_until(asked.until);
  if (wait->answer) co_return std::move(wait->answer);
  if (wait->refusal) throw Error(*wait->refusal);
  std::ignore = end_question(id, QuestionEnd::unanswered);
  throw unanswered(asked, id, std::chrono::round<std::chrono::seconds>(asked.until - began));
}

std::expected<EndedQuestion, Error> Gateway::Core::end_question(const std::string& id, QuestionEnd how,
                                                                const std::string& by,
                                                                std::string_view factor) {
  auto ended = questions.end(id, how, by);
  if (!ended) return std::unexpected(ended.error());
  auto record = record_about(*ended);
  record.state = approvals::to_string(how);
  record.approved_by = by;
  record.human_factor = factor;
  const auto took = options.clock.mono() - ended->asked_mono;
  record.duration_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  auto node = login_waits.extract(id);
  // Without one nobody waits yet: it is told to somebody who does not exist.
  auto wait = node.empty() ? std::make_shared<LoginWait>(executor) : std::move(node.mapped());
  recording.start("record of a log-in question", settle(std::move(record)));
  something.notify();
  return EndedQuestion{*std::move(ended), std::move(wait)};
}

void Gateway::Core::put_away_questions() {
  std::vector<std::string> ids;
  for (const auto& [id, question] : questions.all()) ids.push_back(id);
  const auto& note = freeze.active();
  for (const auto& id : ids)
    if (const auto ended = end_question(id, QuestionEnd::cancelled))
      ended->wait->refuse(note && !closing ? frozen_error(*note) : closing_error());
}

void Gateway::Core::end_questions_of(const std::string& host) {
  std::vector<std::string> ids;
  for (const auto& [id, question] : questions.all())
    if (question.host == host || std::ranges::find(question.through, host) != question.through.end())
      ids.push_back(id);
  for (const auto& id : ids)
    if (const auto ended = end_question(id, QuestionEnd::cancelled))
      ended->wait->refuse(reconfigured_error(ended->question, host));
}

std::optional<QuestionNote> Gateway::Core::login_question_of(const Call& call) const {
  if (!call.connecting || call.host == nullptr || questions.all().empty()) return std::nullopt;
  auto stations = names_before(*call.snapshot, call.host->name);
  stations.push_back(call.host->name);
  for (const auto& [id, question] : questions.all()) {
    if (std::ranges::find(stations, question.host) == stations.end()) continue;
    const auto left = std::max(question.until - options.clock.mono(), base::MonoTime::duration::zero());
    return QuestionNote{id, std::chrono::duration_cast<std::chrono::milliseconds>(left)};
  }
  return std::nullopt;
}

void Operators::open_to_answers() {
  gateway_.core_->answers_open = true;
}

std::vector<const LoginQuestion*> Operators::login_questions() const {
  std::vector<const LoginQuestion*> open;
  for (const auto& [id, question] : gateway_.core_->questions.all())
    if (left(question).count() > 0) open.push_back(&question);
  std::ranges::sort(open, {}, [](const auto* question) { return question->asked_mono; });
  return open;
}

std::chrono::milliseconds Operators::left(const LoginQuestion& question) const {
  const auto left = question.until - gateway_.core_->options.clock.mono();
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(left, base::MonoTime::duration::zero()));
}

std::string Operators::answer_login(const std::string& id, base::Secret answer, const Approver& who) {
  auto& core = *gateway_.core_;
  // Who kept a connection from a time when they were in the group has nothing to say any more.
  if (!who.entitled && who.user != ::geteuid())
    throw Error(Fault::not_approver, described(who) + " is no approver and not the server's own user",
                "answer as one of them, or as root (sudo)");
  if (answer.reveal().size() > most_answer_bytes || answer.reveal().contains('\0'))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("an answer has at most {} bytes, and no zero byte", most_answer_bytes));
  // Frozen by a file that nobody told this server of.
  if (core.freeze.active()) core.put_away_questions();
  const auto [by, factor] = answerer(id, who);
  const auto ended = core.end_question(id, QuestionEnd::answered, by, factor);
  if (!ended) throw Error(ended.error());
  ended->wait->take(std::move(answer));
  return "answered: the log-in of " + ended->question.host + " goes on";
}

std::string Operators::decline_login(const std::string& id, const Approver& who) {
  const auto [by, factor] = answerer(id, who);
  const auto ended = gateway_.core_->end_question(id, QuestionEnd::declined, by, factor);
  if (!ended) throw Error(ended.error());
  ended->wait->refuse(declined(ended->question, by));
  return "declined: the log-in of " + ended->question.host + " ends";
}

std::pair<std::string, std::string_view> Operators::answerer(const std::string& id,
                                                             const Approver& who) const {
  const auto* question = gateway_.core_->questions.find(id);
  const auto factor = question == nullptr ? approvals::HumanFactor::none
                                          : approvals::factor_of(who, question->principal, ::geteuid());
  return {approvals::named(who, factor), to_string(factor)};
}

}  // namespace mcpssh::gateway
