#include "cli/install/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::string_view agent_socket = "SSH_AUTH_SOCK";
/// More than a screen of it nobody reads.
constexpr std::size_t most_shown = 20;

std::string place_text(const hosts::Place& place) {
  return hosts::Place{std::filesystem::path(place.file).filename().string(), place.line}.str();
}

void add(Needs& needs, const hosts::Host& host, const std::optional<hosts::SecretRef>& ref,
         std::string_view of, std::string_view key) {
  if (!ref || ref->source != hosts::SecretRef::Source::environment) return;
  needs.secrets.push_back({host.name, place_text(ref->place), ref->name, std::string(key), std::string(of)});
}

void add_file(Needs& needs, const hosts::Host& host, const std::optional<hosts::SecretRef>& ref,
              std::string_view key) {
  if (ref && ref->source == hosts::SecretRef::Source::file)
    needs.files.push_back({host.name, place_text(ref->place), std::string(key) + "_file", ref->name});
}

void add_files(Needs& needs, const hosts::Host& host) {
  const std::string place = place_text(host.place);
  for (const auto& path : host.auth.key_paths) needs.files.push_back({host.name, place, "key_path", path});
  if (const auto& path = host.auth.certificate_path; !path.empty())
    needs.files.push_back({host.name, place, "certificate_path", path});
  if (const auto& key = host.auth.agent_key; key.ends_with(".pub"))
    needs.files.push_back({host.name, place, "agent_key", key});
  add_file(needs, host, host.auth.password, "password");
  add_file(needs, host, host.auth.passphrase, "passphrase");
  if (host.sudo) add_file(needs, host, host.sudo->password, "password");
  if (host.proxy) add_file(needs, host, host.proxy->password, "proxy_password");
}

bool has_usual_key() {
  std::error_code ignored;
  return std::ranges::any_of(
      std::vector<std::string_view>{"id_ed25519", "id_ecdsa", "id_rsa"}, [&](auto name) {
        return std::filesystem::exists(base::expand_home("~/.ssh/" + std::string(name)), ignored);
      });
}

bool needs_agent(const hosts::Auth& auth) {
  if (auth.methods.empty()) return auth.key_paths.empty() && !auth.password && !has_usual_key();
  return std::ranges::find(auth.methods, hosts::AuthMethod::agent) != auth.methods.end();
}

bool exported(const hosts::Environment& environment, std::string_view variable) {
  return !environment(variable).value_or("").empty();
}

bool reaches(const Client& client, std::string_view variable, const hosts::Environment& environment) {
  return client.surroundings != Surroundings::desktop && exported(environment, variable);
}

std::string line_for(const SecretNeed& need, bool in_container) {
  const std::string key = need.key;
  const std::string file = fmt::format(
      "{}_file: {}/{}.{}", key, in_container ? "/etc/mcp-ssh" : "~/.config/mcp-ssh", need.host, need.key);
  const std::string head = need.of.empty() ? "      " : fmt::format("      {}:\n        ", need.of);
  const std::string or_else = need.of.empty() ? "      " : "        ";
  return fmt::format(
      "  {} ({}): ${}. In its place, instead of {}_env:\n{}{}   # one line, chmod 600\n{}# or {}_command: "
      "[pass, show, {}]\n",
      base::printable(need.host, 60), base::printable(need.place, 80), need.variable, key, head, file,
      or_else, key, need.host);
}

std::string line_for(const FileNeed& file) {
  const std::string head =
      fmt::format("  {} ({}): {} {} ", base::printable(file.host, 60), base::printable(file.place, 80),
                  file.key, base::printable(file.path, 200));
  if (file.instead.empty())
    return head + "is in no directory that is mounted. Put it into ~/.ssh, or beside hosts.yaml\n";
  return head + fmt::format("has another name there: write {}\n", base::printable(file.instead, 200));
}

/// The first lines, and how many there are more.
template <typename Need, typename Line>
std::string lines_for(const std::vector<Need>& needs, const Line& line) {
  std::string out;
  for (std::size_t i = 0; i < std::min(needs.size(), most_shown); ++i) out += line(needs[i]);
  if (needs.size() > most_shown)
    out += fmt::format("  and {} more: `--json` lists them\n", needs.size() - most_shown);
  return out;
}

}  // namespace

Needs needs_of(const hosts::Snapshot& snapshot) {
  Needs needs;
  for (const auto& host : snapshot.hosts) {
    add(needs, host, host.auth.password, "auth", "password");
    add(needs, host, host.auth.passphrase, "auth", "passphrase");
    if (host.sudo) add(needs, host, host.sudo->password, "sudo", "password");
    if (host.proxy) add(needs, host, host.proxy->password, "", "proxy_password");
    if (needs_agent(host.auth)) needs.agent.push_back(host.name);
    add_files(needs, host);
  }
  for (const auto& [key, path] : {std::pair("known_hosts", snapshot.settings.known_hosts),
                                  std::pair("system_known_hosts", snapshot.settings.system_known_hosts)})
    if (!path.empty()) needs.files.push_back({"settings", "hosts.yaml", key, path});
  return needs;
}

std::vector<std::string> passed_on(const Client& client, const Needs& needs,
                                   const hosts::Environment& environment) {
  if (client.surroundings != Surroundings::named) return {};
  std::set<std::string> names;
  for (const auto& need : needs.secrets)
    if (exported(environment, need.variable)) names.insert(need.variable);
  // Also without a host that needs it today.
  if (exported(environment, agent_socket)) names.insert(std::string(agent_socket));
  return {names.begin(), names.end()};
}

Unreached unreached(const Client& client, const Needs& needs, const hosts::Environment& environment) {
  Unreached missing;
  for (const auto& need : needs.secrets)
    if (!reaches(client, need.variable, environment)) missing.secrets.push_back(need);
  if (!reaches(client, agent_socket, environment)) missing.agent = needs.agent;
  return missing;
}

std::vector<std::string> variables_of(const Unreached& missing) {
  std::set<std::string> names;
  for (const auto& need : missing.secrets) names.insert(need.variable);
  return {names.begin(), names.end()};
}

std::string advice(const Client& client, const Unreached& missing) {
  if (missing.secrets.empty() && missing.agent.empty() && missing.files.empty()) return {};
  std::string out =
      missing.in_container
          ? fmt::format(
                "The container has no SSH agent, the files that are mounted, and of the variables what {} "
                "has. Out of reach there:\n",
                client.title)
      : client.surroundings == Surroundings::desktop
          ? fmt::format("{} starts its servers without what your shell exports. Out of reach there:\n",
                        client.title)
          : fmt::format("Not exported here, so {} started from this terminal has nothing to pass on:\n",
                        client.title);
  out += lines_for(missing.secrets,
                   [&](const SecretNeed& need) { return line_for(need, missing.in_container); });
  out += lines_for(missing.files, [](const FileNeed& file) { return line_for(file); });
  if (!missing.agent.empty())
    out += fmt::format(
        "  {}: the SSH agent ($SSH_AUTH_SOCK). In its place a key file, and passphrase_file or "
        "passphrase_command\n"
        "      where it has a passphrase:\n      auth:\n        key_path: ~/.ssh/id_ed25519\n",
        base::printable(base::join(missing.agent, ", "), 300));
  return out;
}

base::json::array json_of(const Unreached& missing) {
  base::json::array out;
  for (const auto& need : missing.secrets)
    out.push_back(base::json::object{{"host", need.host},
                                     {"place", need.place},
                                     {"variable", need.variable},
                                     {"instead", need.key + "_file or " + need.key + "_command"}});
  for (const auto& host : missing.agent)
    out.push_back(base::json::object{{"host", host}, {"variable", agent_socket}, {"instead", "key_path"}});
  for (const auto& file : missing.files)
    out.push_back(base::json::object{{"host", base::to_utf8(file.host)},
                                     {"place", base::to_utf8(file.place)},
                                     {"file", base::to_utf8(file.path)},
                                     {"instead", base::to_utf8(file.instead)}});
  return out;
}

}  // namespace mcpssh::cli
