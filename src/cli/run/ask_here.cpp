#include "cli/run/ask_here.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "cli/hosts/hosts_prompt.hpp"
#include "cli/operator/servers.hpp"

namespace mcpssh::cli {
namespace {

using gateway::Decision;

base::UniqueFd terminal() {
  return base::UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

bool terminal_here() {
  return static_cast<bool>(terminal());
}

std::string readable(std::string_view text) {
  std::string out;
  for (const auto line : base::split(text, '\n')) out += base::printable(line, text.size() * 8 + 8) + "\n";
  return out;
}

base::Task<std::optional<Decision>> ask_here(std::string question) {
  auto asking = typed_below("\n" + readable(question) + own_question("Run it? [y/N]"), true);
  const auto given = co_await std::move(asking);
  if (!given) co_return std::nullopt;
  const auto typed = base::trim(given->reveal());
  const bool yes = typed == "y" || typed == "Y" || typed == "yes";
  Decision decision;
  decision.answer = yes ? Decision::Answer::approved : Decision::Answer::declined;
  decision.by = "terminal " + approvals::described(operator_here());
  decision.human_factor = approvals::to_string(approvals::HumanFactor::none);
  co_return decision;
}

}  // namespace mcpssh::cli
