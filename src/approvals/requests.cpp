#include "approvals/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/faults.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

/// 40 bits: short enough to type, and an answer needs the right user anyway.
std::string fresh_id() {
  return "ap-" + base::random_hex(5);
}

constexpr std::string_view look = "mcp-ssh pending shows what is open";

}  // namespace

std::string_view to_string(Ending ending) {
  constexpr std::array<std::string_view, 5> names{"approved", "declined", "timed_out", "cancelled", "void"};
  return names[static_cast<std::size_t>(ending)];
}

std::string names_of(const std::vector<Given>& given) {
  std::string names;
  for (const auto& each : given) names += (names.empty() ? "" : ", ") + each.by;
  return names;
}

std::string factors_of(const std::vector<Given>& given) {
  std::string factors;
  for (const auto factor : {HumanFactor::none, HumanFactor::other_user, HumanFactor::totp})
    if (std::ranges::find(given, factor, &Given::factor) != given.end())
      factors.append(factors.empty() ? "" : ",").append(to_string(factor));
  return factors;
}

std::expected<void, Error> Requests::room_for(const base::Principal& principal) {
  std::erase_if(streaks_, [&](const auto& each) { return clock_.mono() - each.second.last >= pause; });
  if (const auto streak = streaks_.find(principal.name);
      streak != streaks_.end() && streak->second.declines >= most_declines) {
    const auto left = std::chrono::ceil<std::chrono::minutes>(streak->second.last + pause - clock_.mono());
    return std::unexpected(Error(
        Fault::too_many_requests,
        fmt::format("{} requests for approval in a row were declined, so nobody is asked again for {} min",
                    streak->second.declines, left.count()),
        "do something else, or ask the user what to do"));
  }
  const auto own = std::ranges::count_if(
      open_, [&](const auto& each) { return each.second.principal.name == principal.name; });
  if (static_cast<std::size_t>(own) >= most_of_one)
    return std::unexpected(
        Error(Fault::too_many_requests,
              fmt::format("{} requests for approval are open already, which is the limit", most_of_one),
              "wait until they are answered, or end them with ssh_stop"));
  if (open_.size() >= most)
    return std::unexpected(Error(Fault::too_many_requests,
                                 fmt::format("{} requests for approval are open on this server, which is the "
                                             "limit",
                                             most),
                                 "try again in a minute or two"));
  return {};
}

std::expected<void, Error> Requests::room_for(const Item& item) const {
  auto bytes = item.text.size();
  for (const auto& [id, request] : open_)
    for (const auto& each : request.items) bytes += each.text.size();
  if (bytes <= most_bytes) return {};
  return std::unexpected(
      Error(Fault::too_many_requests,
            fmt::format("the open requests for approval would be longer than {} bytes, which is the limit",
                        most_bytes),
            "send a smaller action, or try again in a minute or two"));
}

Requests::Open::iterator Requests::open_batch(const base::Principal& principal, const std::string& batch) {
  if (batch.empty()) return open_.end();
  return std::ranges::find_if(open_, [&](const auto& each) {
    return each.second.batch == batch && each.second.principal.name == principal.name;
  });
}

std::expected<base::MonoTime, Error> Requests::open(Request asking, Item item) {
  if (auto room = room_for(item); !room) return std::unexpected(room.error());
  if (const auto known = open_batch(asking.principal, asking.batch); known != open_.end()) {
    auto grown = open_.extract(known);
    grown.mapped().items.push_back(std::move(item));
    grown.mapped().needed = std::max(grown.mapped().needed, asking.needed);
    grown.mapped().given.clear();
    grown.key() = grown.mapped().id = fresh_id();
    const auto until = grown.mapped().until;
    open_.insert(std::move(grown));
    ++revision_;
    return until;
  }
  if (auto room = room_for(asking.principal); !room) return std::unexpected(room.error());
  asking.id = fresh_id();
  asking.asked = clock_.wall();
  asking.asked_mono = clock_.mono();
  asking.until = asking.asked_mono + lifetime;
  asking.items = {std::move(item)};
  const auto until = asking.until;
  open_.emplace(asking.id, std::move(asking));
  ++revision_;
  return until;
}

std::expected<Requests::Open::iterator, Error> Requests::answerable(const std::string& id) {
  const auto found = open_.find(id);
  if (found == open_.end()) return std::unexpected(gone(id));
  if (clock_.mono() < found->second.until) return found;
  return std::unexpected(
      Error(Fault::no_such_request, "the request " + id + " has expired", "nothing was run"));
}

std::expected<Request, Error> Requests::take(const std::string& id, Ending ending, const std::string& by) {
  const auto found = answerable(id);
  if (!found) return std::unexpected(found.error());
  auto request = std::move(open_.extract(*found).mapped());
  ++revision_;
  remember(request, ending, by);
  return request;
}

std::expected<void, Error> Requests::may_approve(const std::string& id, std::uint32_t user) {
  const auto found = answerable(id);
  if (!found) return std::unexpected(found.error());
  const Request& request = (*found)->second;
  if (std::ranges::find(request.given, user, &Given::user) == request.given.end()) return {};
  return std::unexpected(
      Error(ErrorCode::refused,
            fmt::format("you have approved {} already, and it needs {} different people", id, request.needed),
            "another approver has to approve it too"));
}

std::expected<std::optional<Request>, Error> Requests::approve(const std::string& id, Given given) {
  if (auto fine = may_approve(id, given.user); !fine) return std::unexpected(fine.error());
  Request& request = open_.at(id);
  request.given.push_back(std::move(given));
  ++revision_;
  if (request.given.size() < request.needed) return std::nullopt;
  return take(id, Ending::approved, names_of(request.given));
}

void Requests::remember_lost(const std::string& id, base::Principal principal) {
  Request lost;
  lost.id = id;
  lost.principal = std::move(principal);
  remember(lost, Ending::voided, "the end of the server that asked: nothing was run");
}

void Requests::leave(const std::string& call, Ending ending, const std::string& by) {
  for (auto each = open_.begin(); each != open_.end(); ++each) {
    Request& request = each->second;
    const auto item = std::ranges::find(request.items, call, &Item::call);
    if (item == request.items.end()) continue;
    ++revision_;
    if (request.items.size() > 1) {
      request.left.push_back(std::move(item->digest));
      request.items.erase(item);
      return;
    }
    remember(request, ending, by);
    open_.erase(each);
    return;
  }
}

const Request* Requests::find(const std::string& id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &found->second;
}

const Request* Requests::of(const std::string& call) const {
  for (const auto& [id, request] : open_)
    if (std::ranges::find(request.items, call, &Item::call) != request.items.end()) return &request;
  return nullptr;
}

const Past* Requests::past(const std::string& id) {
  const auto now = clock_.mono();
  std::erase_if(past_, [&](const Past& each) { return now - each.at >= remembered; });
  const auto found = std::ranges::find(past_, id, &Past::id);
  return found == past_.end() ? nullptr : &*found;
}

void Requests::remember(const Request& request, Ending ending, const std::string& by) {
  Past past;
  past.id = request.id;
  past.principal = request.principal;
  past.digests = request.left;
  for (const auto& item : request.items) past.digests.push_back(item.digest);
  past.ending = ending;
  past.by = by;
  past.at = clock_.mono();
  if (ending == Ending::declined) {
    auto& streak = streaks_[request.principal.name];
    ++streak.declines;
    streak.last = past.at;
  } else if (ending == Ending::approved) {
    streaks_.erase(request.principal.name);
  }
  if (past_.size() >= most_past) past_.pop_front();
  past_.push_back(std::move(past));
}

Error Requests::gone(const std::string& id) {
  const std::string shown = base::printable(id, 40);
  if (const auto* over = past(id))
    return {Fault::no_such_request,
            fmt::format("the request {} is over: {}{}", shown, to_string(over->ending),
                        over->by.empty() ? "" : " by " + over->by),
            std::string(look)};
  return {Fault::no_such_request,
          "there is no open request " + shown + ", or it has grown and has another id", std::string(look)};
}

}  // namespace mcpssh::approvals
