#include "approvals/codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "approvals/totp.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace mcpssh::approvals {
namespace {

namespace json = base::json;
using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr std::size_t most_bytes = std::size_t{1024} * 1024;
constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr auto pause_seconds = std::chrono::duration_cast<std::chrono::seconds>(Codes::pause).count();

[[noreturn]] void makes_no_sense(const std::filesystem::path& file) {
  throw Error(ErrorCode::io_error, file.string() + " makes no sense, so nobody knows which codes were used",
              "remove it 2 minutes after the last code was used");
}

std::uint64_t number(const json::value* value, const std::filesystem::path& file) {
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) makes_no_sense(file);
  return static_cast<std::uint64_t>(value->get_int64());
}

Error unusable(const Error& why) {
  return {ErrorCode::io_error, "no code counts: " + why.cause(), why.next_move()};
}

}  // namespace

std::int64_t Codes::now() const {
  return std::chrono::floor<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
}

std::expected<void, Error> Codes::check_pace(User& user) const {
  // Those that lie far ahead are of a clock that was set back since, and would count for ever.
  std::erase_if(user.wrong,
                [&](std::int64_t at) { return now() - at >= day_seconds || at - now() > pause_seconds; });
  if (user.wrong.size() >= most_wrong_a_day)
    return std::unexpected(
        Error(Fault::code_locked,
              fmt::format("{} wrong codes within a day: no code is looked at until the oldest is a day old",
                          user.wrong.size()),
              "have another approver answer, and find out who guesses"));
  const auto lately = [&](std::int64_t at) { return now() - at < pause_seconds; };
  if (std::ranges::count_if(user.wrong, lately) < static_cast<std::ptrdiff_t>(most_wrong)) return {};
  const auto left = pause_seconds - (now() - *std::ranges::find_if(user.wrong, lately));
  return std::unexpected(
      Error(Fault::code_locked,
            fmt::format("{} wrong codes within {} min: no code is looked at for another {} s", most_wrong,
                        pause.count(), left),
            "wait, or have another approver answer"));
}

std::expected<void, Error> Codes::judge(User& user, const base::Secret& key, std::string_view code) const {
  const auto middle = totp::step_at(clock_.wall());
  std::uint64_t matched = 0;
  // All are compared, whichever fits.
  for (auto step = middle == 0 ? 0 : middle - 1; step <= middle + 1; ++step)
    if (base::equal_constant_time(totp::code_at(key, step), code)) matched = step;
  if (matched == 0) {
    user.wrong.push_back(now());
    return std::unexpected(
        Error(Fault::code_wrong, "that is not the code of now",
              "wait for the next one, and see that the clocks of phone and server are right"));
  }
  if (matched <= user.step)
    return std::unexpected(Error(Fault::code_wrong, "that code, or a newer one, was used already",
                                 "wait for the next one: each is good once"));
  user.step = matched;
  return {};
}

std::expected<void, Error> Codes::may_try(const std::string& name) {
  try {
    auto users = file_.empty() ? kept_ : load();
    return check_pace(users[name]);
  } catch (const Error& error) {
    return std::unexpected(unusable(error));
  }
}

std::expected<void, Error> Codes::spend(const std::string& name, const base::Secret& key,
                                        std::string_view code) {
  try {
    if (file_.empty()) {
      if (auto fine = check_pace(kept_[name]); !fine) return fine;
      return judge(kept_[name], key, code);
    }
    const auto lock = base::lock_beside(file_);
    auto users = load();
    if (auto fine = check_pace(users[name]); !fine) return fine;
    auto judged = judge(users[name], key, code);
    store(users);  // before anything comes of it
    return judged;
  } catch (const Error& error) {
    return std::unexpected(unusable(error));
  }
}

Codes::Users Codes::load() const {
  std::string text;
  try {
    text = base::read_file(file_, most_bytes);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return {};
    throw;
  }
  const auto parsed = base::parse_json(text);
  const auto* fields = parsed ? parsed->if_object() : nullptr;
  const auto* known = fields == nullptr ? nullptr : base::find_object(*fields, "users");
  const auto* version = fields == nullptr ? nullptr : fields->if_contains("version");
  if (known == nullptr || version == nullptr || *version != 1) makes_no_sense(file_);
  Users users;
  for (const auto& [name, value] : *known) {
    const auto* entry = value.if_object();
    const auto* wrong = entry == nullptr ? nullptr : entry->if_contains("wrong");
    if (wrong == nullptr || !wrong->is_array()) makes_no_sense(file_);
    User& user = users[name];
    user.step = number(entry->if_contains("step"), file_);
    for (const auto& at : wrong->get_array())
      user.wrong.push_back(static_cast<std::int64_t>(number(&at, file_)));
  }
  return users;
}

void Codes::store(const Users& users) const {
  json::object known;
  for (const auto& [name, user] : users) {
    json::array wrong(user.wrong.begin(), user.wrong.end());
    known[name] = {{"step", static_cast<std::int64_t>(user.step)}, {"wrong", std::move(wrong)}};
  }
  const json::object fields{{"version", 1}, {"users", std::move(known)}};
  base::replace_file(file_, json::serialize(fields) + "\n", 0600);
}

}  // namespace mcpssh::approvals
