#include "guard/forward.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_listed(const Forward& forward, const std::vector<ForwardTarget>& targets) {
  return std::ranges::any_of(targets, [&](const ForwardTarget& target) {
    return same_name(target.address, forward.host) && (target.port == 0 || target.port == forward.port);
  });
}

/// Where clouds hand out credentials to whoever asks.
bool is_metadata_service(std::string_view host) {
  return host.starts_with("169.254.") || same_name(host.substr(0, 5), "fe80:") ||
         same_name(host, "fd00:ec2::254") || same_name(host, "metadata.google.internal") ||
         same_name(host, "metadata");
}

void judge_target(const Forward& forward, const std::vector<ForwardTarget>& targets, std::string_view key,
                  Verdict& out) {
  if (is_listed(forward, targets)) return;
  const std::string target = fmt::format("{}:{}", base::printable(forward.host, 100), forward.port);
  const std::string why = is_metadata_service(forward.host)
                              ? "is link-local, where clouds hand out credentials"
                              : fmt::format("is not among the host's {}", key);
  out.findings.push_back(finding("tunnel.unlisted", fmt::format("{} {}", target, why), {}));
}

std::string canonical_of(const Forward& forward) {
  const std::string target = fmt::format("{}:{}", base::printable(forward.host, 253), forward.port);
  const std::string where = forward.beyond_loopback ? ", listening for other machines too" : "";
  switch (forward.kind) {
    case Forward::Kind::local:
      return "tunnel to " + target + where;
    case Forward::Kind::dynamic:
      return "SOCKS tunnel to any of the host's tunnel_targets" + where;
    case Forward::Kind::remote:
      return fmt::format("tunnel from port {} of the host back to {}{}", forward.listen_port, target, where);
  }
  return {};
}

}  // namespace

Verdict judge_forward(const Forward& forward, const Policy& policy) {
  Verdict out;
  out.canonical = canonical_of(forward);
  const auto ask_if = [&](bool allowed, std::string_view rule, std::string_view off, std::string_view asks) {
    out.findings.push_back(allowed ? finding(rule, std::string(asks), {})
                                   : finding("tunnel.off", std::string(off), {}));
  };
  if (forward.kind == Forward::Kind::local)
    judge_target(forward, policy.forward_targets, "tunnel_targets", out);
  if (forward.kind == Forward::Kind::dynamic)
    ask_if(policy.forward_dynamic, "tunnel.dynamic", "the host does not set tunnel_dynamic: true",
           "a SOCKS tunnel leads wherever its user says, within tunnel_targets");
  if (forward.kind == Forward::Kind::remote) {
    ask_if(!policy.forward_back_targets.empty(), "tunnel.remote", "the host lists no tunnel_remote_targets",
           "a remote tunnel lets the host's side in");
    if (!policy.forward_back_targets.empty())
      judge_target(forward, policy.forward_back_targets, "tunnel_remote_targets", out);
  }
  if (forward.beyond_loopback)
    ask_if(policy.forward_remote, "tunnel.beyond-loopback",
           "the host does not set tunnel_remote: true, so tunnels listen on loopback only",
           "other machines could use this tunnel");
  std::ranges::sort(out.findings, std::ranges::greater(), &Finding::decision);
  if (!out.findings.empty()) out.decision = out.findings.front().decision;
  out.human_only = out.decision == Decision::ask;
  return out;
}

}  // namespace mcpssh::guard
