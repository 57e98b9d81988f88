// ~/.ssh/config's hosts as ours.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/inventory.hpp"
#include "hosts/route_values.hpp"
#include "hosts/ssh_config_read.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;

std::string login_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

bool is_none(std::string_view word) {
  return word == "none" || word == "None" || word == "NONE";
}

class Import {
 public:
  Import(Snapshot& snapshot, const SshConfig& config, fs::path home, const Environment& environment)
      : snapshot_(snapshot),
        config_(config),
        home_(std::move(home)),
        environment_(environment),
        own_name_(login_name()) {
    for (const auto& alias : aliases_of(config.file)) aliases_.insert(alias.name);
  }

  void run() {
    for (const auto& alias : aliases_of(config_.file))
      if (selected(alias.name)) take(alias.name, alias.place);
  }

 private:
  [[nodiscard]] bool selected(std::string_view alias) const {
    return std::ranges::any_of(snapshot_.settings.ssh_config,
                               [&](const std::string& pattern) { return matches_pattern(alias, pattern); });
  }

  void leave_out(std::string_view alias, const Place& place, std::string_view why) {
    snapshot_.notes.push_back(
        fmt::format("{}: host `{}` is left out: {}", place.str(), base::printable(alias, 80), why));
  }

  /// True when `alias` is a host of the snapshot afterwards.
  bool take(const std::string& alias, const Place& place) {
    if (snapshot_.find(alias) != nullptr) return true;
    SshConfigHop as_written;
    as_written.host = alias;
    return add(alias, as_written, place);
  }

  /// Adds a host called `name`: what the file says of `hop.host`, with the hop's own user and port.
  bool add(const std::string& name, const SshConfigHop& hop, const Place& place) {
    if (const auto problem = problem_of_name(name)) return refused(name, place, *problem);
    if (!under_way_.insert(name).second) return refused(name, place, "its ProxyJump leads in a circle");
    const bool added = add_new(name, hop, place);
    under_way_.erase(name);
    return added;
  }

  bool add_new(const std::string& name, const SshConfigHop& hop, const Place& place) {
    const auto answer = ask_ssh_config(config_.file, hop.host);
    if (!answer) throw base::Error(answer.error());
    Host host;
    host.name = name;
    host.place = place;
    host.address = answer->hostname;
    host.port = hop.port ? *hop.port : answer->port.value_or(22);
    host.user = !hop.user.empty() ? hop.user : !answer->user.empty() ? answer->user : own_name_;
    if (const auto problem = problem_of_address(host.address))
      return refused(name, place, "HostName " + *problem);
    if (const auto problem = problem_of_user(host.user)) return refused(name, place, "User " + *problem);
    if (answer->proxy_command)
      return refused(name, place,
                     "it uses ProxyCommand, which is not taken from there; add it to hosts.yaml with "
                     "`proxy_command`");
    if (!add_keys(*answer, host) || !add_jumps(*answer, host)) return false;
    if (!answer->host_key_alias.empty() || !answer->user_known_hosts_file.empty())
      snapshot_.notes.push_back(fmt::format(
          "{}: host `{}`: HostKeyAlias and UserKnownHostsFile are not obeyed; its key is looked up under "
          "its address in settings.known_hosts",
          place.str(), name));
    if (!hop.user.empty() || hop.port || !aliases_.contains(name) || !selected(name))
      close_for_commands(host);
    snapshot_.hosts.push_back(std::move(host));
    return true;
  }

  bool refused(std::string_view name, const Place& place, std::string_view why) {
    leave_out(name, place, why);
    return false;
  }

  /// Nobody asked for this host; it is there because the way to another one leads through it.
  static void close_for_commands(Host& host) {
    host.description = "Only a way to other hosts (ProxyJump in ~/.ssh/config): runs nothing";
    host.mode = Mode::restricted;
  }

  bool add_keys(const SshConfigAnswer& answer, Host& host) {
    const bool none = !answer.identity_files.empty() && std::ranges::all_of(answer.identity_files, is_none);
    std::vector<std::string> files = expanded(answer.identity_files, host);
    // ssh passes over key files that are not there.
    std::vector<std::string> existing;
    for (const auto& file : files)
      if (std::error_code ignored; fs::exists(file, ignored)) existing.push_back(file);
    if (!existing.empty()) files = std::move(existing);
    if (none) host.auth.methods = {AuthMethod::agent};
    if (files.empty() && answer.identities_only)
      return refused(host.name, host.place, "IdentitiesOnly without an IdentityFile that exists");
    if (files.empty()) return true;
    host.auth.methods = {AuthMethod::agent, AuthMethod::key};
    if (answer.identities_only) restrict_agent(files, host);
    host.auth.key_paths = std::move(files);
    const auto certificates = expanded(answer.certificate_files, host);
    if (!certificates.empty()) host.auth.certificate_path = certificates.front();
    return true;
  }

  /// IdentitiesOnly: of the agent's keys only the one named here, where its public half can be read.
  static void restrict_agent(const std::vector<std::string>& files, Host& host) {
    const std::string half = files.front() + ".pub";
    std::error_code ignored;
    if (files.size() == 1 && fs::exists(half, ignored))
      host.auth.agent_key = half;
    else
      host.auth.methods = {AuthMethod::key};
  }

  /// The names without "none", tokens and variables replaced; those that hold others are left out.
  std::vector<std::string> expanded(const std::vector<std::string>& written, const Host& host) {
    std::vector<std::string> files;
    for (const auto& name : written) {
      if (is_none(name)) continue;
      if (auto file = expand(name, host); file && !problem_of_path(*file))
        files.push_back(*std::move(file));
      else
        snapshot_.notes.push_back(
            fmt::format("{}: host `{}`: the file `{}` is left out: its name cannot be read", host.place.str(),
                        host.name, base::printable(name, 80)));
    }
    return files;
  }

  [[nodiscard]] std::optional<std::string> expand(std::string_view text, const Host& host) const {
    std::string out;
    if (text == "~" || text.starts_with("~/")) {
      out = home_.string();
      text.remove_prefix(1);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with("${")) {
        const auto close = text.find('}', i);
        const auto value =
            close == std::string_view::npos ? std::nullopt : environment_(text.substr(i + 2, close - i - 2));
        if (!value) return std::nullopt;
        out += *value;
        i = close;
      } else if (text[i] != '%') {
        out += text[i];
      } else if (const auto token = ++i < text.size() ? token_of(text[i], host) : std::nullopt) {
        out += *token;
      } else {
        return std::nullopt;
      }
    }
    return out;
  }

  /// ssh_config(5), TOKENS, as far as they are known before connecting.
  [[nodiscard]] std::optional<std::string> token_of(char token, const Host& host) const {
    switch (token) {
      case '%':
        return "%";
      case 'd':
        return home_.string();
      case 'h':
        return host.address;
      case 'i':
        return std::to_string(::geteuid());
      case 'n':
        return host.name;
      case 'p':
        return std::to_string(host.port);
      case 'r':
        return host.user;
      case 'u':
        return own_name_;
      default:
        return std::nullopt;
    }
  }

  bool add_jumps(const SshConfigAnswer& answer, Host& host) {
    if (answer.proxy_jump.empty()) return true;
    const auto hops = hops_of_jump(answer.proxy_jump);
    if (!hops) return refused(host.name, host.place, "its ProxyJump cannot be read");
    for (const SshConfigHop& hop : *hops) {
      const auto name = jump_host(hop, host.place);
      if (!name) return refused(host.name, host.place, "a host of its ProxyJump was left out");
      host.jump.push_back(*name);
    }
    return true;
  }

  /// The name of the host that stands for one hop.
  std::optional<std::string> jump_host(const SshConfigHop& hop, const Place& place) {
    const bool plain = hop.user.empty() && !hop.port;
    if (plain && snapshot_.find(hop.host) != nullptr) return hop.host;
    if (plain && aliases_.contains(hop.host))
      return take(hop.host, place) ? std::optional(hop.host) : std::nullopt;
    std::string name = fmt::format("jump-{}{}{}", hop.user.empty() ? "" : hop.user + "-", hop.host,
                                   hop.port ? fmt::format("-{}", *hop.port) : "");
    std::ranges::replace_if(
        name, [](unsigned char c) { return !std::isalnum(c) && c != '-' && c != '.' && c != '_'; }, '-');
    const auto exact = std::tuple(hop.user, hop.host, hop.port.value_or(0));
    if (const auto made = made_.find(name); made != made_.end() && made->second == exact) return name;
    if (snapshot_.find(name) != nullptr) {
      refused(name, place, "another host has that name already");
      return std::nullopt;
    }
    if (!add(name, hop, place)) return std::nullopt;
    made_.emplace(name, exact);
    return name;
  }

  Snapshot& snapshot_;
  const SshConfig& config_;
  fs::path home_;
  const Environment& environment_;
  std::string own_name_;
  std::set<std::string> aliases_;
  std::set<std::string> under_way_;
  std::map<std::string, std::tuple<std::string, std::string, int>> made_;  ///< hosts that stand for hops
};

}  // namespace

void import_ssh_config(Snapshot& snapshot, const Environment& environment,
                       const std::optional<fs::path>& file) {
  if (snapshot.settings.ssh_config.empty()) return;
  const auto home_variable = environment("HOME");
  const fs::path home =
      home_variable && home_variable->starts_with('/') ? fs::path(*home_variable) : base::expand_home("~");
  const SshConfig config = read_ssh_config(file.value_or(home / ".ssh" / "config"), home);
  for (const auto& source : config.sources) snapshot.sources.push_back(source);
  snapshot.digest = sha256_hex(snapshot.digest + "\n" + config.bytes);
  for (auto& note : unread_blocks(config.file)) snapshot.notes.push_back(std::move(note));
  Import(snapshot, config, home, environment).run();
}

}  // namespace mcpssh::hosts
