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
  const auto at = message.rfind(next);
  if (at == std::string_view::npos) return {std::string(message), {}};
  return {std::string(message.substr(0, at)), std::string(message.substr(at + next.size()))};
}

}  // namespace mcpssh::cli::doctor
