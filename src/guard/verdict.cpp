#include "guard/verdict.hpp"

namespace mcpssh::guard {

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::allow:
      return "allow";
    case Decision::ask:
      return "ask";
    case Decision::deny:
      return "deny";
  }
  return "deny";
}

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::read:
      return "read";
    case Effect::secret:
      return "secret";
    case Effect::write:
      return "write";
    case Effect::remove:
      return "remove";
    case Effect::disk:
      return "disk";
    case Effect::service:
      return "service";
    case Effect::network:
      return "network";
    case Effect::package:
      return "package";
    case Effect::user:
      return "user";
    case Effect::kernel:
      return "kernel";
    case Effect::power:
      return "power";
    case Effect::config:
      return "config";
    case Effect::exec_unknown:
      return "exec_unknown";
    case Effect::user_pattern:
      return "user_pattern";
  }
  return "exec_unknown";
}

}  // namespace mcpssh::guard
