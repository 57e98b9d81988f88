#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::guard {

enum class Decision { allow, ask, deny };

/// What a command would do; the order is not a ranking.
enum class Effect {
  read,
  secret,  ///< reads what should stay secret
  write,
  remove,
  disk,
  service,
  network,
  package,
  user,  ///< accounts, groups, keys, who may become whom
  kernel,
  power,
  config,        ///< the configuration of a network device
  exec_unknown,  ///< runs what cannot be read from the text
  user_pattern   ///< matches what the owner wrote in hosts.yaml
};

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
  std::vector<Finding> findings;  ///< why it is not allowed, strictest first; empty when it is
  std::vector<Finding> remarks;   ///< what it does besides, of the allowed kind
  std::string canonical;          ///< the request as the guard read it, printable, for approval prompts
  bool unlocked = false;          ///< ask only because of `unlock:`; a human alone may open it
  bool human_only = false;        ///< ask, and no setting lets the asker open it
};

std::string_view to_string(Decision decision);
std::string_view to_string(Effect effect);

}  // namespace mcpssh::guard
