#include "cli/doctor/words.hpp"

#include <string_view>

#include "base/text.hpp"

namespace mcpssh::cli::doctor {
namespace {

constexpr std::size_t most_bytes = 4000;

}  // namespace

Said said_of(const gateway::Outcome& outcome) {
  if (!outcome.error) return {std::string(to_string(outcome.state)), {}};
  constexpr std::string_view next = ". Next: ";  // base::Error::what()
  const std::string clean = base::printable(outcome.error->message, most_bytes);
  std::string_view message = clean;
  if (const std::string own = outcome.host + ": "; message.starts_with(own))
    message.remove_prefix(own.size());
  // Behind the fix it would be copied with it.
  const std::string code = " [" + std::string(base::to_string(outcome.error->fault)) + "]";
  if (message.ends_with(code)) message.remove_suffix(code.size());
  const auto at = message.rfind(next);
  const auto fix = at == std::string_view::npos ? std::string_view() : message.substr(at + next.size());
  return {std::string(message.substr(0, at)) + code, std::string(fix)};
}

std::optional<Finding> not_allowed(const std::string& check, const gateway::Outcome& outcome) {
  if (outcome.state != gateway::State::refused && outcome.state != gateway::State::cancelled)
    return std::nullopt;
  return skipped(check, "not tried: " + said_of(outcome).cause);
}

}  // namespace mcpssh::cli::doctor
