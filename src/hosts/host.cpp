#include "hosts/host.hpp"

#include <fmt/format.h>

namespace mcpssh::hosts {

std::string Place::str() const {
  return line > 0 ? fmt::format("{}:{}", file, line) : file;
}

std::string_view to_string(AuthMethod method) {
  switch (method) {
    case AuthMethod::key:
      return "key";
    case AuthMethod::password:
      return "password";
    case AuthMethod::agent:
      return "agent";
  }
  return "agent";
}

std::string_view to_string(ShellKind shell) {
  return shell == ShellKind::cli ? "cli" : "posix";
}

std::string_view to_string(HostKeyChecking checking) {
  switch (checking) {
    case HostKeyChecking::strict:
      return "strict";
    case HostKeyChecking::accept_new:
      return "accept-new";
    case HostKeyChecking::off:
      return "off";
  }
  return "strict";
}

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::standard:
      return "standard";
    case Mode::readonly:
      return "readonly";
    case Mode::restricted:
      return "restricted";
    case Mode::full:
      return "full";
  }
  return "standard";
}

std::string_view to_string(Approval approval) {
  switch (approval) {
    case Approval::automatic:
      return "auto";
    case Approval::human:
      return "human";
    case Approval::model:
      return "model";
    case Approval::none:
      return "none";
  }
  return "auto";
}

}  // namespace mcpssh::hosts
