#include "cli/doctor/network_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <chrono>

#include "base/text.hpp"
#include "cli/doctor/words.hpp"

namespace mcpssh::cli::doctor {
namespace {

using gateway::AgreementNote;
using gateway::Diagnosis;
using Names = std::vector<std::string>;

bool is_address(const std::string& text) {
  boost::system::error_code no;
  boost::asio::ip::make_address(text, no);
  return !no;
}

Finding dns_finding(const hosts::Host& host, const Diagnosis& found) {
  if (is_address(host.address)) return ok("DNS", host.address + " is an address already");
  Names addresses;
  for (const auto& each : found.addresses)
    addresses.push_back(each.address.substr(0, each.address.rfind(':')));
  return ok("DNS", host.address + " is " + base::join(addresses, ", "));
}

Findings tcp_findings(const Diagnosis& found) {
  const bool all_closed =
      std::ranges::none_of(found.addresses, [](const auto& each) { return each.failure.empty(); });
  Findings findings;
  for (const auto& each : found.addresses) {
    if (each.failure.empty()) {
      const std::chrono::duration<double, std::milli> took = each.took;
      findings.push_back(ok("TCP", fmt::format("{} in {:.1f} ms", each.address, took.count())));
      continue;
    }
    const std::string fix =
        each.failure.contains("refused")
            ? "check on the host that its SSH server runs and listens on that port: ss -tlnp"
            : "check address, routes and firewalls between this machine and the host";
    findings.push_back(
        all_closed ? fail("TCP", each.address, each.failure, fix)
                   : warn("TCP", each.address, each.failure + "; connecting takes longer for it", fix));
  }
  return findings;
}

Finding greeting_finding(const hosts::Host& host, const Diagnosis& found) {
  if (found.greeting_failure.empty()) return ok("greeting", found.server_version);
  return fail(
      "greeting", found.server_version.empty() ? "no SSH server introduces itself" : found.server_version,
      found.greeting_failure,
      fmt::format("check what listens on port {} there; an SSH server that is busy or blocks this machine "
                  "(fail2ban, MaxStartups, PerSourcePenalties) hangs up too",
                  host.port));
}

const AgreementNote* find(const std::vector<AgreementNote>& all, std::string_view kind) {
  const auto found = std::ranges::find(all, kind, &AgreementNote::kind);
  return found == all.end() ? nullptr : &*found;
}

std::string chosen(const std::vector<AgreementNote>& all, std::string_view kind) {
  const auto* found = find(all, kind);
  return found == nullptr ? std::string() : found->chosen;
}

/// The lists were read before anybody proved to be the host, and a line to copy asks for more trust than
/// that.
constexpr std::string_view before_copying =
    "\n# only if you know that this host is that old: whoever is in between can fake this list; a host that "
    "agreed before may be impersonated"
    "\n# better: renew the host's SSH server; these can be broken";

/// Both sides' lists of each kind that has nothing in common.
Finding disagreement(const hosts::Host& host, const std::vector<AgreementNote>& all) {
  Names kinds, lists;
  for (const auto& each : all) {
    if (!each.chosen.empty()) continue;
    kinds.push_back(each.kind);
    lists.push_back(fmt::format("{}: the host offers {}", each.kind,
                                each.theirs.empty() ? "none" : base::join(each.theirs, ", ")));
    lists.push_back(fmt::format("{}: this program offers {}", each.kind, base::join(each.ours, ", ")));
  }
  const auto command = opening_command(host, all);
  return fail("key exchange", fmt::format("no {} algorithm in common", base::join(kinds, ", no ")),
              base::join(lists, "\n"),
              command.empty() ? "renew or reconfigure the host's SSH server: this program can do none of them"
                              : command + std::string(before_copying));
}

Finding terrapin_finding(const Diagnosis& found) {
  const auto cipher = chosen(found.agreements, "cipher");
  const auto open = open_to_terrapin(cipher, chosen(found.agreements, "MAC"), found.strict_key_exchange);
  if (open.empty())
    return ok("Terrapin",
              found.strict_key_exchange ? "strict key exchange" : cipher + " is not touched by it");
  return warn("Terrapin", open + " without strict key exchange",
              "who stands in between can cut messages off its beginning (CVE-2023-48795)",
              "renew the host's SSH server (OpenSSH 9.6, dropbear 2024.84 or later)");
}

void add(Names& to, const std::string& name) {
  if (std::ranges::find(to, name) == to.end()) to.push_back(name);
}

bool logs_in_by_key(const hosts::Auth& auth) {
  const auto by_key = [](hosts::AuthMethod method) {
    return method == hosts::AuthMethod::key || method == hosts::AuthMethod::agent;
  };
  return auth.methods.empty() || std::ranges::any_of(auth.methods, by_key);
}

}  // namespace

std::string open_to_terrapin(const std::string& cipher, const std::string& mac, bool strict) {
  if (strict) return {};
  if (cipher.starts_with("chacha20-poly1305")) return cipher;
  return cipher.contains("-cbc") && mac.contains("-etm") ? cipher + " with " + mac : std::string();
}

std::string opening_command(const hosts::Host& host, const std::vector<AgreementNote>& agreements) {
  auto now = host.algorithms;  // what is there already stays
  std::vector<std::pair<std::string, Names*>> lists{{"kex", &now.key_exchange},
                                                    {"ciphers", &now.ciphers},
                                                    {"macs", &now.macs},
                                                    {"host_keys", &now.host_keys},
                                                    {"user_keys", &now.user_keys}};
  bool opens = false;
  for (const auto& each : agreements) {
    if (!each.chosen.empty()) continue;
    const auto list = std::ranges::find(lists, each.setting, &std::pair<std::string, Names*>::first);
    if (each.could_add.empty() || list == lists.end() || now.legacy) return {};
    add(*list->second, each.could_add.front());
    opens = true;
    // Whoever signs with nothing but SHA-1 takes nothing else of us.
    if (each.setting == "host_keys" && each.could_add.front() == "ssh-rsa" && logs_in_by_key(host.auth))
      add(now.user_keys, "ssh-rsa");
  }
  if (!opens) return {};
  Names written;
  for (const auto& [key, names] : lists)
    if (!names->empty()) written.push_back(fmt::format("{}: [{}]", key, base::join(*names, ", ")));
  return fmt::format("mcp-ssh hosts edit {} --set {}", base::shell_quote(host.name),
                     base::shell_quote("algorithms={" + base::join(written, ", ") + "}"));
}

bool worth_a_log_in(const gateway::Outcome& outcome) {
  if (!outcome.diagnosis) return false;
  return !outcome.diagnosis->server_version.empty();
}

Findings network_findings(const hosts::Host& host, const gateway::Outcome& outcome) {
  if (auto stopped = not_allowed("network", outcome)) return {*std::move(stopped)};
  if (!outcome.diagnosis) {
    const Said said = said_of(outcome);
    return {fail(outcome.error && outcome.error->code == base::ErrorCode::resolve_failed ? "DNS" : "network",
                 host.address, said.cause, said.fix)};
  }
  const Diagnosis& found = *outcome.diagnosis;
  Findings findings{dns_finding(host, found)};
  for (auto& each : tcp_findings(found)) findings.push_back(std::move(each));
  const auto opens = [](const auto& each) { return each.failure.empty(); };
  if (std::ranges::none_of(found.addresses, opens)) return findings;
  findings.push_back(greeting_finding(host, found));
  if (found.agreements.empty()) return findings;
  const bool agreed =
      std::ranges::none_of(found.agreements, [](const auto& each) { return each.chosen.empty(); });
  if (!agreed) {
    findings.push_back(disagreement(host, found.agreements));
    return findings;
  }
  findings.push_back(ok(
      "key exchange", chosen(found.agreements, "key exchange") + ", " + chosen(found.agreements, "cipher")));
  findings.push_back(terrapin_finding(found));
  return findings;
}

}  // namespace mcpssh::cli::doctor
