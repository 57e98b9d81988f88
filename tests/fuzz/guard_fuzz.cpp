// Commands come from an AI. Any text gets a verdict; wrapping it never makes it milder; typing it line by
// line never gets past what the whole text would be denied for; what is shown of it is printable.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "guard/judge.hpp"

namespace {

using namespace mcpssh;
using guard::Decision;

void require(bool holds) {
  if (!holds) std::abort();
}

guard::Verdict checked(guard::Judgement judgement) {
  const guard::Verdict& verdict = judgement.verdict;
  require(verdict.findings.empty() == (verdict.decision == Decision::allow));
  require(verdict.findings.empty() || verdict.findings.front().decision == verdict.decision);
  for (const guard::Finding& found : verdict.findings)
    require(base::printable(found.reason, 4096) == found.reason);
  require(base::is_utf8(verdict.canonical));
  require(std::ranges::none_of(verdict.canonical,
                               [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7F; }));
  return verdict;
}

Decision decide(std::string_view text, guard::Dialect dialect, guard::Mode mode = guard::Mode::standard) {
  guard::Policy policy;
  policy.mode = mode;
  return checked(guard::judge(guard::Command{std::string(text), dialect}, {}, policy)).decision;
}

/// The strictest verdict when the text is typed line by line into one shell.
Decision decide_lines(std::string_view text) {
  guard::SessionState state;
  Decision strictest = Decision::allow;
  for (const std::string_view line : base::split(text, '\n')) {
    guard::Judgement judgement = guard::judge(guard::Line{std::string(line)}, state, {});
    state = judgement.state;
    strictest = std::max(strictest, checked(std::move(judgement)).decision);
  }
  return strictest;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  decide(text, guard::Dialect::cli);
  const Decision plain = decide(text, guard::Dialect::posix);
  const Decision in_readonly = decide(text, guard::Dialect::posix, guard::Mode::readonly);
  require(in_readonly != Decision::allow || plain == Decision::allow);
  if (size > 2048) return 0;
  if (plain != Decision::allow) {
    const std::string quoted = base::shell_quote(text);
    require(decide("sh -c " + quoted, guard::Dialect::posix) != Decision::allow);
    require(decide("sudo -n bash -c " + quoted, guard::Dialect::posix) != Decision::allow);
    require(decide("eval " + quoted, guard::Dialect::posix) != Decision::allow);
  }
  if (plain == Decision::deny) require(decide_lines(text) != Decision::allow);
  return 0;
}
