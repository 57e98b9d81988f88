#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

namespace mcpssh::cli::doctor {

/// What one check came to. A value. Its texts may quote hosts and files: whoever shows them cleans them, but
/// for the ends of lines in `cause` and `fix`, which are ours.
struct Finding {
  enum class State {
    ok,
    warn,     ///< works, but not as it should
    fail,     ///< does not work
    skipped,  ///< not looked at, and `detail` says why
  } state = State::ok;
  std::string check;   ///< "journal", "key exchange"
  std::string detail;  ///< what was found, one line
  std::string cause;   ///< of warn and fail: what is wrong, in lines; may be empty where `detail` says it
  std::string fix;     ///< what to do: lines that can be copied, or a sentence
  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

/// "ok", "warn", "fail", "skipped".
std::string_view to_string(Finding::State state);

Finding ok(std::string check, std::string detail);
Finding skipped(std::string check, std::string why);
Finding warn(std::string check, std::string detail, std::string cause, std::string fix);
Finding fail(std::string check, std::string detail, std::string cause, std::string fix);
/// A fail that says what `error` says.
Finding failed(std::string check, std::string detail, const base::Error& error);

/// A thing to do on a host that no check of ours proves done.
struct Advice {
  std::string what;  ///< "a login of its own, not root"
  std::string how;   ///< lines for the host, or a sentence
  bool operator==(const Advice&) const = default;
};

/// What was looked at together: this machine, or one host.
struct Section {
  std::string title;
  Findings findings;
  std::vector<Advice> advice;
};

/// How many findings of a state there are.
std::size_t count(const std::vector<Section>& sections, Finding::State state);

base::json::object to_json(const Section& section);

}  // namespace mcpssh::cli::doctor
