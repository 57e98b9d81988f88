#include "approvals/unanswered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

using base::Error;
using base::Fault;

Error not_again(std::size_t count, const std::string& whose, base::MonoTime::duration left) {
  return {Fault::too_many_requests,
          fmt::format("{} questions of {} within {} min have no answer, so nobody is asked again for {} min",
                      count, whose, Unanswered::window.count(),
                      std::chrono::ceil<std::chrono::minutes>(left).count()),
          "find out who can answer before the next log-in, and do something else until then"};
}

}  // namespace

std::expected<void, Error> Unanswered::room_for(const std::string& principal, const std::string& host) {
  const auto now = clock_.mono();
  while (!questions_.empty() && now - questions_.front().opened >= window) questions_.pop_front();
  const auto refused = [&](std::size_t limit, const std::string& whose,
                           const auto& counts) -> std::expected<void, Error> {
    if (std::cmp_less(std::ranges::count_if(questions_, counts), limit)) return {};
    const auto oldest = std::ranges::find_if(questions_, counts);
    return std::unexpected(not_again(limit, whose, oldest->opened + window - now));
  };
  const auto of_asker = [&](const Question& each) { return each.principal == principal; };
  const auto of_both = [&](const Question& each) { return of_asker(each) && each.host == host; };
  const auto any = [](const Question&) { return true; };
  if (auto room = refused(most, base::printable(host), of_both); !room) return room;
  if (auto room = refused(most_of_one, "log-ins", of_asker); !room) return room;
  return refused(most_of_all, "log-ins on this server", any);
}

void Unanswered::opened(const std::string& id, const std::string& principal, const std::string& host) {
  questions_.push_back({id, principal, host, clock_.mono()});
}

void Unanswered::answered(const std::string& id) {
  std::erase_if(questions_, [&](const Question& each) { return each.id == id; });
}

}  // namespace mcpssh::approvals
