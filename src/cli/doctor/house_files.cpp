// hosts.yaml, the state directory, the journal, keys and secrets.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "audit/trial.hpp"
#include "audit/verify.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/doctor/house_checks.hpp"
#include "cli/house.hpp"
#include "hosts/edit/host_findings.hpp"
#include "hosts/secret_source.hpp"

namespace mcpssh::cli::doctor {
namespace {
namespace fs = std::filesystem;

/// Below this the record may soon stop, and everything with it.
constexpr std::uint64_t little_space = std::uint64_t{64} * 1024 * 1024;
/// Longer journals take seconds to read.
constexpr std::uint64_t quickly_verified = std::uint64_t{32} * 1024 * 1024;

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

Finding chain_finding(const fs::path& journal, std::uint64_t size) {
  const std::string verify = "mcp-ssh audit verify " + base::shell_quote(journal.string());
  if (size > quickly_verified)
    return skipped("record chain", base::human_bytes(size) + " take a while to read: " + verify);
  const auto found = audit::verify(journal);
  if (!found) return failed("record chain", journal.string(), found.error());
  if (!found->problems.empty())
    return fail(
        "record chain", fmt::format("{} of it is wrong", counted(found->problems.size(), "place", "places")),
        found->problems.front(),
        verify + "\n# find out who changed it; then keep it as evidence, and a new one begins:\nmv -n " +
            base::shell_quote(journal.string()) + " " + base::shell_quote(journal.string() + ".broken-") +
            "$(date +%s)");
  return ok("record chain", counted(found->records, "record", "records") + ", unbroken");
}

/// The file that a shell would run for `program`.
bool can_be_run(const std::string& program, const hosts::Environment& environment) {
  if (program.contains('/')) return ::access(base::expand_home(program).c_str(), X_OK) == 0;
  const std::string path = environment("PATH").value_or("/usr/bin:/bin");
  return std::ranges::any_of(base::split(path, ':'), [&program](std::string_view directory) {
    return ::access((fs::path(directory) / program).c_str(), X_OK) == 0;
  });
}

/// What look_at_host does not see: references that others than files and variables hold.
void look_at_reference(const hosts::SecretRef& ref, const House& house, Findings& found) {
  using Source = hosts::SecretRef::Source;
  if (ref.source == Source::command) {
    if (ref.command.empty() || can_be_run(ref.command.front(), house.environment)) return;
    found.push_back(fail("keys and secrets", hosts::name_of(ref) + " is not a program that can be run here",
                         hosts::asked_by(ref), "install it, or give its full path in hosts.yaml"));
    return;
  }
  const auto secret = hosts::resolve(ref, house.environment);
  if (!secret) found.push_back(failed("keys and secrets", ref.purpose, secret.error()));
}

void look_at(const hosts::Host& host, const House& house, Findings& found) {
  for (const auto& each : hosts::look_at_host(host, house.environment)) {
    const bool problem = each.weight == hosts::HostFinding::Weight::problem;
    found.push_back(problem ? fail("keys and secrets", each.text, "", each.next_move)
                            : warn("keys and secrets", each.text, "", each.next_move));
  }
  using Source = hosts::SecretRef::Source;
  for (const auto* ref : hosts::secrets_of(host))
    if (ref->source == Source::command || ref->source == Source::credential)
      look_at_reference(*ref, house, found);
}

/// The key files that hosts without `auth` are tried with; one that others can read is refused.
void look_at_usual_keys(const House& house, Findings& found) {
  const auto uses_them = [&house](const std::string& name) {
    const auto* host = house.snapshot->find(name);
    return host != nullptr && host->auth.methods.empty();
  };
  if (std::ranges::none_of(house.names, uses_them)) return;
  for (const char* usual : {"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"}) {
    const auto file = base::expand_home(usual).string();
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0 || (info.st_mode & 077) == 0) continue;
    found.push_back(
        fail("keys and secrets",
             fmt::format("the key {} may be read by others (mode {:04o})", usual, info.st_mode & 07777U), "",
             "chmod 600 " + base::shell_quote(file)));
  }
}

}  // namespace

Findings configuration_findings(const House& house) {
  const auto& snapshot = *house.snapshot;
  const std::string file = house.file.string();
  std::error_code unreachable;
  if (!fs::exists(house.file, unreachable))
    return {warn("configuration", file + " is not there", "no host is configured, so none can be reached",
                 "mcp-ssh hosts add NAME --host ADDRESS --user USER")};
  Findings found;
  if (snapshot.hosts.empty())
    found.push_back(warn("configuration", file, "it names no host, so none can be reached",
                         "mcp-ssh hosts add NAME --host ADDRESS --user USER"));
  else
    found.push_back(ok("configuration", file + ", " + counted(snapshot.hosts.size(), "host", "hosts")));
  for (const auto& note : snapshot.notes) found.push_back(warn("configuration", note, "", ""));
  return found;
}

Findings state_directory_findings() {
  const fs::path directory = base::state_directory();
  const std::string quoted = base::shell_quote(directory.string());
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) {
    if (errno == ENOENT) return {ok("state directory", directory.string() + " is made when it is needed")};
    return {fail("state directory", directory.string(), std::system_category().message(errno),
                 "mkdir -p -m 700 " + quoted)};
  }
  if (!S_ISDIR(info.st_mode))
    return {fail("state directory", directory.string(), "it is not a directory",
                 "mv " + quoted + " " + quoted + ".old")};
  if (info.st_uid != ::geteuid())
    return {fail("state directory", directory.string(), fmt::format("it belongs to uid {}", info.st_uid),
                 fmt::format("run doctor as that user: sudo -u '#{}' mcp-ssh doctor", info.st_uid))};
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return {fail("state directory", directory.string(), "others may write into it", "chmod go-w " + quoted)};
  return {ok("state directory", directory.string())};
}

Findings journal_findings(const House& house) {
  const fs::path journal = journal_path(*house.snapshot);
  Findings found;
  audit::Trial trial;
  try {
    trial = audit::try_journal(journal);
  } catch (const base::Error& error) {
    found.push_back(failed("record", journal.string() + ": nothing would run", error));
    return found;
  }
  const std::string detail = fmt::format(
      "{}{}, {} free", journal.string(),
      trial.exists ? ", " + base::human_bytes(trial.size) : std::string(": is made with the first record"),
      base::human_bytes(trial.free));
  if (trial.free < little_space)
    found.push_back(warn("record", detail, "when the disk is full, nothing runs any more",
                         "free space there, or set settings.audit_log to another file system"));
  else
    found.push_back(ok("record", detail));
  if (trial.exists) found.push_back(chain_finding(journal, trial.size));
  return found;
}

Findings secret_findings(const House& house) {
  Findings found;
  look_at_usual_keys(house, found);
  for (const auto& name : house.names)
    if (const auto* host = house.snapshot->find(name)) look_at(*host, house, found);
  for (const auto& [user, ref] : house.snapshot->settings.approver_totp) look_at_reference(ref, house, found);
  if (found.empty() && !house.names.empty())
    found.push_back(ok(
        "keys and secrets",
        "all that " + counted(house.names.size(), "host names is", "hosts name is") + " there, and private"));
  return found;
}

}  // namespace mcpssh::cli::doctor
