#include "hosts/host.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

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
    case AuthMethod::keyboard_interactive:
      return "keyboard-interactive";
    case AuthMethod::none:
      return "none";
    case AuthMethod::gssapi:
      return "gssapi";
  }
  return "agent";
}

std::string methods_text(const Auth& auth) {
  std::vector<std::string> names;
  for (const auto method : auth.methods) names.emplace_back(to_string(method));
  return names.empty() ? "agent, usual keys" : base::join(names, ", ");
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

std::string_view to_string(SecretRef::Source source) {
  switch (source) {
    case SecretRef::Source::environment:
      return "environment variable";
    case SecretRef::Source::file:
      return "file";
    case SecretRef::Source::command:
      return "command";
    case SecretRef::Source::credential:
      return "systemd credential";
  }
  return "environment variable";
}

std::string to_string(const TunnelTarget& target) {
  const bool v6 = target.address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", target.address, v6 ? "]" : "",
                     target.port == 0 ? "*" : std::to_string(target.port));
}

}  // namespace mcpssh::hosts
