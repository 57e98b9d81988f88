// Lines typed into one shell after another: each gets a verdict that holds for whatever state the others
// left, the state stays bounded, and together they are no milder than the same text at once.
#include "base/limits.hpp"
#include "guard_checks.hpp"

namespace {

using namespace mcpssh;
using fuzz::require;
using guard::Decision;

/// The strictest of its lines. As the gateway does: every line reaches the shell whole, and one that does not
/// end leaves nothing behind but a directory nobody knows.
Decision decide_lines(std::string_view text) {
  guard::SessionState state;
  Decision strictest = Decision::allow;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto judgement = guard::judge(guard::Line{std::string(line)}, state, {});
    state = judgement.state;
    require(state.directory.size() <= base::limits::command_bytes + 1);
    strictest = std::max(strictest, fuzz::checked(judgement).decision);
    fuzz::checked(guard::judge(guard::Answer{std::string(line), "sure?"}, state, {}));
  }
  return strictest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, std::min<std::size_t>(size, 4096));
  const auto whole = fuzz::checked(guard::judge(guard::Command{std::string(text)}, {}, {})).decision;
  const auto lines = decide_lines(text);
  if (whole == Decision::deny) require(lines != Decision::allow);
  // A state nobody knows anything of is no milder than a fresh one.
  guard::SessionState lost;
  lost.directory = "?";
  const guard::Line line{std::string(text)};
  const auto fresh = fuzz::checked(guard::judge(line, {}, {}));
  const auto unknown = fuzz::checked(guard::judge(line, lost, {}));
  if (fresh.decision == Decision::deny) require(unknown.decision != Decision::allow);
  return 0;
}
