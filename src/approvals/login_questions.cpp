#include "approvals/login_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/faults.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

using base::Error;
using base::Fault;

constexpr std::string_view prefix = "q-";
constexpr std::string_view look = "mcp-ssh pending shows what is open";

Error too_many(std::string why) {
  return {Fault::too_many_requests, std::move(why), "answer or deny those that wait: mcp-ssh pending"};
}

}  // namespace

std::string_view to_string(QuestionEnd end) {
  constexpr std::array<std::string_view, 4> names{"answered", "declined", "unanswered", "cancelled"};
  return names[static_cast<std::size_t>(end)];
}

bool names_login_question(std::string_view id) {
  return id.starts_with(prefix);
}

std::expected<void, Error> LoginQuestions::room_for(const LoginQuestion& asking) {
  const auto now = clock_.mono();
  std::erase_if(streaks_, [&](const auto& each) { return now - each.second.last >= pause; });
  const auto host = base::printable(asking.host);
  if (const auto streak = streaks_.find(asking.host);
      streak != streaks_.end() && streak->second.declines >= most_declines) {
    const auto left = std::chrono::ceil<std::chrono::minutes>(streak->second.last + pause - now);
    return std::unexpected(
        Error(Fault::too_many_requests,
              fmt::format("{} questions of {} in a row were declined, so nobody is asked again for {} min",
                          streak->second.declines, host, left.count()),
              "do something else, or ask the user what to do"));
  }
  const auto open_of = [this](auto member, const auto& of) {
    return static_cast<std::size_t>(
        std::ranges::count_if(open_, [&](const auto& each) { return member(each.second) == of; }));
  };
  const auto host_of = [](const LoginQuestion& each) { return each.host; };
  const auto asker_of = [](const LoginQuestion& each) { return each.principal.name; };
  if (open_of(host_of, asking.host) >= most_of_host)
    return std::unexpected(
        too_many(fmt::format("{} questions of {} are open already, which is the limit", most_of_host, host)));
  if (open_of(asker_of, asking.principal.name) >= most_of_one)
    return std::unexpected(
        too_many(fmt::format("{} questions of log-ins are open already, which is the limit", most_of_one)));
  if (open_.size() >= most)
    return std::unexpected(
        too_many(fmt::format("{} questions of log-ins are open on this server, which is the limit", most)));
  return unanswered_.room_for(asking.principal.name, asking.host);
}

std::expected<std::string, Error> LoginQuestions::open(LoginQuestion asking) {
  if (auto room = room_for(asking); !room) return std::unexpected(room.error());
  asking.id = std::string(prefix) + base::random_hex(5);
  asking.asked = clock_.wall();
  asking.asked_mono = clock_.mono();
  auto id = asking.id;
  unanswered_.opened(id, asking.principal.name, asking.host);
  open_.emplace(id, std::move(asking));
  ++revision_;
  return id;
}

std::expected<LoginQuestion, Error> LoginQuestions::end(const std::string& id, QuestionEnd how,
                                                        const std::string& by) {
  const auto found = open_.find(id);
  if (found == open_.end()) return std::unexpected(gone(id));
  const bool by_person = how == QuestionEnd::answered || how == QuestionEnd::declined;
  if (by_person && clock_.mono() >= found->second.until)
    return std::unexpected(Error(Fault::no_such_request, "the question " + id + " has expired",
                                 "the log-in has to be tried again"));
  auto question = std::move(open_.extract(found).mapped());
  ++revision_;
  remember(question, how, by);
  return question;
}

const LoginQuestion* LoginQuestions::find(const std::string& id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &found->second;
}

void LoginQuestions::remember(const LoginQuestion& question, QuestionEnd how, const std::string& by) {
  if (how == QuestionEnd::declined) {
    auto& streak = streaks_[question.host];
    ++streak.declines;
    streak.last = clock_.mono();
  } else if (how == QuestionEnd::answered) {
    streaks_.erase(question.host);
    unanswered_.answered(question.id);
  }
  if (past_.size() >= most_past) past_.pop_front();
  past_.push_back({question.id, how, by});
}

Error LoginQuestions::gone(const std::string& id) const {
  const std::string shown = base::printable(id, 40);
  const auto over = std::ranges::find(past_, id, &Past::id);
  if (over == past_.end())
    return {Fault::no_such_request, "there is no open question " + shown, std::string(look)};
  return {Fault::no_such_request,
          fmt::format("the question {} is over: {}{}", shown, to_string(over->how),
                      over->by.empty() ? "" : " by " + over->by),
          std::string(look)};
}

}  // namespace mcpssh::approvals
