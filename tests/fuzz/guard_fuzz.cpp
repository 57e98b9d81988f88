// Commands come from an AI. Any text for a shell gets a verdict, and wrapping it never makes that milder.
#include "guard_checks.hpp"

namespace {

using namespace mcpssh;
using fuzz::require;
using guard::Decision;

Decision decide(std::string_view text, guard::Mode mode = guard::Mode::standard) {
  guard::Policy policy;
  policy.mode = mode;
  return fuzz::checked(guard::judge(guard::Command{std::string(text)}, {}, policy)).decision;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const Decision plain = decide(text);
  const Decision in_readonly = decide(text, guard::Mode::readonly);
  require(in_readonly != Decision::allow || plain == Decision::allow);
  require(decide(text, guard::Mode::restricted) >= plain || plain == Decision::allow);
  // A text that looks like an option would be one.
  if (size > 2048 || plain == Decision::allow || text.starts_with('-') || text.starts_with('+')) return 0;
  const std::string quoted = base::shell_quote(text);
  require(decide("sh -c " + quoted) != Decision::allow);
  require(decide("sudo -n bash -c " + quoted) != Decision::allow);
  require(decide("eval " + quoted) != Decision::allow);
  return 0;
}
