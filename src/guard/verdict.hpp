#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::guard {

enum class Decision { allow, ask, deny };

/// What a command would do. The full guard grows this list; the order is not a ranking.
enum class Effect { read, write, remove, disk, power, config, exec_unknown, user_pattern };

/// Byte offsets into the request's text, for underlining.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One reason for a verdict.
struct Finding {
  std::string rule;  ///< stable id: "disk.mkfs", "pattern.user", "shell.unreadable"
  Decision decision = Decision::ask;
  Effect effect = Effect::exec_unknown;
  std::string reason;  ///< one sentence for people
  Span span;
};

/// What the policy says of one request. The strictest finding decides.
struct Verdict {
  Decision decision = Decision::allow;
  std::vector<Finding> findings;  ///< strictest first; empty when allowed without remark
  std::string canonical;          ///< the request as the guard read it, printable, for approval prompts
  bool unlocked = false;          ///< ask only because of `unlock:`; a human alone may open it
  bool human_only = false;        ///< ask, and no setting lets the asker open it
};

std::string_view to_string(Decision decision);
std::string_view to_string(Effect effect);

}  // namespace mcpssh::guard
