// Text for a network device: a first line that names the platform, and what is sent. Whole or line by line it
// gets a verdict, and line by line nothing gets past what the whole would be denied for.
#include "guard_checks.hpp"

namespace {

using namespace mcpssh;
using fuzz::require;
using guard::Decision;

Decision decide(std::string_view text, const std::string& platform, guard::Mode mode) {
  guard::Policy policy;
  policy.mode = mode;
  const guard::Command command{std::string(text), guard::Dialect::cli, {}, platform};
  return fuzz::checked(guard::judge(command, {}, policy)).decision;
}

Decision decide_lines(std::string_view text, const std::string& platform) {
  guard::SessionState state;
  Decision strictest = Decision::allow;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto judgement =
        guard::judge(guard::Line{std::string(line), guard::Dialect::cli, platform}, state, {});
    state = judgement.state;
    strictest = std::max(strictest, fuzz::checked(judgement).decision);
  }
  return strictest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  const std::string platform(fuzz::first_line(text));
  const Decision plain = decide(text, platform, guard::Mode::standard);
  const Decision in_readonly = decide(text, platform, guard::Mode::readonly);
  require(in_readonly != Decision::allow || plain == Decision::allow);
  if (plain == Decision::deny && text.size() <= 2048)
    require(decide_lines(text, platform) != Decision::allow);
  return 0;
}
