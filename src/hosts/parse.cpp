#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

#include "base/faults.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "hosts/inventory.hpp"
#include "hosts/readers.hpp"
#include "hosts/route_values.hpp"
#include "hosts/routes.hpp"
#include "hosts/section.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using std::string_view;

template <class T>
using Choice = std::pair<string_view, T>;

constexpr std::array<Choice<ShellKind>, 2> shells{{{"posix", ShellKind::posix}, {"cli", ShellKind::cli}}};
constexpr std::array<Choice<Mode>, 5> modes{{{"standard", Mode::standard},
                                             {"unrestricted", Mode::standard},
                                             {"readonly", Mode::readonly},
                                             {"restricted", Mode::restricted},
                                             {"full", Mode::full}}};
constexpr std::array<Choice<Approval>, 4> approvals{{{"auto", Approval::automatic},
                                                     {"human", Approval::human},
                                                     {"model", Approval::model},
                                                     {"none", Approval::none}}};
constexpr std::array<Choice<bool>, 2> unknowns{{{"ask", false}, {"allow", true}}};
/// Beside our words, those of OpenSSH's StrictHostKeyChecking.
constexpr std::array<Choice<HostKeyChecking>, 6> host_key_checkings{
    {{"strict", HostKeyChecking::strict},
     {"accept-new", HostKeyChecking::accept_new},
     {"off", HostKeyChecking::off},
     {"accept_new", HostKeyChecking::accept_new},
     {"yes", HostKeyChecking::strict},
     {"no", HostKeyChecking::off}}};

}  // namespace

std::string sha256_hex(string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Error(ErrorCode::internal, "SHA-256 is not available");
  return base::to_hex(std::span(digest).first(length));
}

namespace {

std::optional<std::size_t> approvals_needed(const Section& section) {
  const auto count = section.number("approvals_needed");
  return count ? std::optional(static_cast<std::size_t>(*count)) : std::nullopt;
}

void read_policy(const Section& section, Host& host) {
  host.host_key_checking = section.choice<HostKeyChecking>("host_key_checking", host_key_checkings);
  host.approval = section.choice<Approval>("approval", approvals);
  host.approvals_needed = approvals_needed(section);
  host.mode = section.choice<Mode>("mode", modes).value_or(Mode::standard);
  host.deny_patterns = section.patterns("deny_patterns");
  host.allow_patterns = section.patterns("allow_patterns");
  host.allow = read_argv_rules(section, "allow");
  host.deny = read_argv_rules(section, "deny");
  host.unknown_allowed = section.choice<bool>("unknown", unknowns).value_or(false);
  host.unlock = section.texts("unlock", problem_of_rule_id);
  if (!host.allow_patterns.empty() && !section.has("mode"))
    section.fail(section.place("allow_patterns"),
                 fmt::format("{} has no effect without a mode", section.path("allow_patterns")),
                 "add `mode: restricted` to allow nothing else");
}

Host read_host(const YamlNode& node, const std::string& file) {
  if (const auto problem = problem_of_name(node.key))
    throw Error(Fault::config_value,
                fmt::format("{}: host name {}", Place{file, node.key_line}.str(), *problem));
  const Section section(node, "hosts." + node.key, file, host_keys);
  Host host;
  host.name = node.key;
  host.place = Place{file, node.key_line};
  host.address = section.required_text("host", problem_of_address);
  host.port = static_cast<std::uint16_t>(section.number("port").value_or(22));
  host.user = section.required_text("user", problem_of_user);
  if (section.has("auth")) host.auth = read_auth(section.inner("auth", auth_keys), host.name);
  host.shell = section.choice<ShellKind>("shell", shells).value_or(ShellKind::posix);
  host.prompt_regex = section.text("prompt_regex", problem_of_prompt).value_or("");
  if (!host.prompt_regex.empty() && host.shell != ShellKind::cli)
    section.fail(section.place("prompt_regex"),
                 fmt::format("{} is only for `shell: cli`", section.path("prompt_regex")),
                 "add `shell: cli`, or remove prompt_regex");
  host.platform = section.text("platform", problem_of_platform).value_or("");
  host.description = section.text("description", problem_of_description).value_or("");
  host.groups = section.texts("groups", problem_of_name);
  read_policy(section, host);
  read_route(section, host);
  read_running(section, host);
  return host;
}

std::optional<std::chrono::seconds> seconds(const Section& section, string_view key) {
  const auto value = section.number(key);
  if (!value) return std::nullopt;
  return std::chrono::seconds(*value);
}

void read_settings(const YamlNode& node, const std::string& file, Settings& settings) {
  const Section section(node, "settings", file, settings_keys);
  settings.idle_timeout = seconds(section, "idle_timeout").value_or(settings.idle_timeout);
  settings.command_timeout = seconds(section, "command_timeout").value_or(settings.command_timeout);
  settings.keepalive_interval = seconds(section, "keepalive_interval");
  settings.audit_log = section.text("audit_log", problem_of_path).value_or("");
  settings.known_hosts = section.text("known_hosts", problem_of_path).value_or("");
  settings.system_known_hosts = section.text("system_known_hosts", problem_of_path).value_or("");
  settings.ssh_config = section.one_or_more("ssh_config", problem_of_import_pattern);
  settings.allowed_hosts = section.one_or_more("allowed_hosts", problem_of_description);
  settings.trusted_proxies = section.one_or_more("trusted_proxies", problem_of_description);
  if (section.has("oauth")) settings.oauth = read_oauth(section.inner("oauth", oauth_keys));
  settings.deny_patterns = section.patterns("deny_patterns");
  settings.host_key_checking = section.choice<HostKeyChecking>("host_key_checking", host_key_checkings)
                                   .value_or(settings.host_key_checking);
  settings.approval = section.choice<Approval>("approval", approvals).value_or(settings.approval);
  settings.approvals_needed = approvals_needed(section).value_or(settings.approvals_needed);
  settings.approver_totp = read_approver_totp(section);
  settings.approvers_group = section.text("approvers_group", problem_of_user).value_or("");
  settings.trust_elicitation = section.flag("trust_elicitation").value_or(false);
  settings.max_output_bytes =
      static_cast<std::size_t>(section.number("max_output_bytes").value_or(base::limits::output_bytes));
}

Settings default_settings() {
  Settings settings;
  settings.idle_timeout = base::limits::idle_timeout;
  settings.command_timeout = base::limits::command_timeout;
  settings.max_output_bytes = base::limits::output_bytes;
  return settings;
}

bool has_value(const YamlNode* node) {
  return node != nullptr && node->kind != YamlNode::Kind::null;
}

void read_file_tree(const YamlNode& root, const std::string& file, Snapshot& snapshot) {
  if (!has_value(&root)) return;
  const Section section(root, "", file, file_keys);
  if (const YamlNode* settings = section.find("settings"); has_value(settings))
    read_settings(*settings, file, snapshot.settings);
  const YamlNode* hosts = section.find("hosts");
  if (!has_value(hosts)) return;
  if (hosts->kind != YamlNode::Kind::mapping)
    section.fail(section.place(*hosts),
                 "hosts must be a mapping of host names, for example `web1:` and its keys "
                 "indented below");
  for (const YamlNode& host : hosts->items) snapshot.hosts.push_back(read_host(host, file));
}

}  // namespace

Snapshot read_inventory(std::string_view text, const std::filesystem::path& path,
                        const Environment& environment) {
  Snapshot snapshot;
  snapshot.path = path;
  snapshot.sources = {path};
  snapshot.digest = sha256_hex(text);
  snapshot.settings = default_settings();
  read_file_tree(read_yaml(text, path.string()), path.string(), snapshot);
  if (const auto log = environment("MCP_AUDIT_LOG"); log && !log->empty()) {
    if (const auto problem = problem_of_path(*log))
      throw Error(Fault::config_value, fmt::format("environment variable MCP_AUDIT_LOG: {}", *problem));
    snapshot.settings.audit_log = *log;
  }
  return snapshot;
}

std::expected<Snapshot, Error> parse(std::string_view text, const std::filesystem::path& path,
                                     const Environment& environment) {
  try {
    Snapshot snapshot = read_inventory(text, path, environment);
    check_routes(snapshot);
    note_scopes_without_hosts(snapshot);
    return snapshot;
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

}  // namespace mcpssh::hosts
