#include "cli/install/launch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/web_url.hpp"
#include "cli/house.hpp"
#include "cli/install/container.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

/// Some clients hold server and tool names together to 60 characters.
constexpr std::size_t longest_name = 32;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Error wrong(const std::string& cause, const std::string& next_move) {
  return Error(ErrorCode::invalid_argument, cause, next_move);
}

std::string checked_url(const std::string& url, bool with_token) {
  const auto parsed = base::parse_web_url(url);
  if (!parsed) throw wrong("--http: " + parsed.error(), "give it as https://host:port/mcp");
  if (!parsed->query.empty())
    throw wrong("--http: the URL has a query, which the client's file would keep in clear text",
                "put a token into a variable and name it with --token-env");
  if (parsed->path.empty() || parsed->path == "/")
    throw wrong("--http: the URL names no path, and MCP is not served at the root",
                "give it as https://host:port/mcp");
  if (with_token && !parsed->confidential())
    throw wrong("--http: the token would go to " + base::printable(parsed->host) + " unencrypted",
                "use https, or a tunnel to 127.0.0.1");
  return url;
}

std::string checked_variable(const std::string& name) {
  const bool good = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                    std::ranges::all_of(name, [](char c) { return letter_or_digit(c) || c == '_'; });
  if (!good)  // it may be the token itself: not a byte of it is shown
    throw wrong("--token-env wants the name of a variable (letters, digits, _), not what it holds",
                "export MCP_SSH_TOKEN=..., then give --token-env MCP_SSH_TOKEN");
  return name;
}

/// An argument of another program: no option, nothing that a terminal or a shell would read.
std::string checked_word(const std::string& word, const std::string& what) {
  const bool good = !word.empty() && word[0] != '-' && std::ranges::all_of(word, [](char c) {
    return letter_or_digit(c) || std::string_view("._-@:/[]%").find(c) != std::string_view::npos;
  });
  if (!good)
    throw wrong(fmt::format("--via: `{}` is no {}", base::printable(word, 80), what),
                "see `mcp-ssh print --help`");
  return word;
}

/// Where this program is, so that clients without a PATH start the same one.
fs::path own_path() {
  std::error_code failure;
  const fs::path path = fs::read_symlink("/proc/self/exe", failure);
  if (failure || !fs::exists(path, failure))
    throw Error(ErrorCode::not_found, "this program is no longer where it was started from",
                "start it again");
  return path;
}

std::string program(bool shared) {
  const fs::path path = own_path();
  const bool usual = path.parent_path() == "/usr/bin" || path.parent_path() == "/usr/local/bin";
  return shared && usual ? path.filename().string() : path.string();
}

std::string mount_option(const Mount& mount) {
  const std::string source = mount.here.string();
  if (source.find(',') != std::string::npos)
    throw wrong(fmt::format("{} has a comma, which docker cannot mount", base::printable(source, 1000)),
                "use a directory without one");
  return fmt::format("type=bind,source={},target={}{}", source, mount.there,
                     mount.read_only ? ",readonly" : "");
}

}  // namespace

void check_entry_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char c) {
    return letter_or_digit(c) || c == '_' || c == '-';
  });
  if (!good)
    throw wrong(fmt::format("`{}` cannot be the name of a server", base::printable(name, 80)),
                fmt::format("clients take letters, digits, - and _, at most {} of them here", longest_name));
}

Way::Way(const Common& common, const InstallOptions& options, const hosts::Environment& environment)
    : hosts_yaml_(fs::absolute(configuration_path(common)).lexically_normal()), environment_(environment) {
  if (hosts_yaml_ != base::expand_home("~/.config/mcp-ssh/hosts.yaml")) config_ = hosts_yaml_.string();
  if (!options.token_env.empty()) token_variable_ = checked_variable(options.token_env);
  if (!options.via.empty() && !options.url.empty())
    throw wrong("--http and --via are two ways", "give one of them");
  if (!options.via.empty()) take(options.via[0], options.via.size() > 1 ? options.via[1] : "", common);
  if (!options.url.empty()) take("http", options.url, common);
  if (kind_ != Kind::http && !token_variable_.empty())
    throw wrong("--token-env goes with --http", "give the URL too");
}

void Way::take(const std::string& way, const std::string& detail, const Common& common) {
  detail_ = detail;
  if (way == "http") {
    kind_ = Kind::http;
    url_ = checked_url(detail, !token_variable_.empty());
  } else if (way == "wsl") {
    kind_ = Kind::wsl;
    if (detail_.empty()) detail_ = environment_("WSL_DISTRO_NAME").value_or("");
    if (!detail_.empty()) checked_word(detail_, "distribution");
  } else if (way == "ssh") {
    kind_ = Kind::ssh;
    if (detail.empty()) throw wrong("--via ssh wants the machine that has mcp-ssh", "give it: --via ssh box");
    checked_word(detail, "host of ssh");
    config_ = common.config ? std::optional(common.config->string()) : std::nullopt;  // the other machine's
  } else if (way == "docker") {
    kind_ = Kind::docker;
    detail_ = checked_word(detail.empty() ? "mcp-ssh:local" : detail, "image");
  } else {
    throw wrong(fmt::format("--via: there is no way `{}`", base::printable(way, 40)),
                "there are wsl, ssh HOST, docker and http URL");
  }
}

Client Way::seen_by(Client client) const {
  if (kind_ == Kind::wsl) client.surroundings = Surroundings::desktop;
  return client;
}

Unreached Way::missing(const Client& client, const Needs& needs) const {
  Unreached out = unreached(client, needs, environment_);
  if (kind_ != Kind::docker) return out;
  out.agent = needs.agent;
  out.files = unmounted(needs.files, mounts_for(hosts_yaml_));
  out.in_container = true;
  return out;
}

std::vector<std::string> Way::docker(const Needs& needs) const {
  std::vector<std::string> command{"docker",           "run",         "-i",         "--rm", "--init",
                                   "--no-healthcheck", "--read-only", "--cap-drop", "ALL"};
  // The image's own user is 1000; the keys are those of whoever asks.
  if (::getuid() != 1000)
    command.insert(command.end(), {"--user", fmt::format("{}:{}", ::getuid(), ::getgid())});
  command.insert(command.end(), {"-e", "MCP_TRANSPORT=stdio"});
  if (hosts_yaml_.filename() != "hosts.yaml")
    command.insert(command.end(), {"-e", "MCP_SSH_CONFIG=/etc/mcp-ssh/" + hosts_yaml_.filename().string()});
  std::set<std::string> names;
  for (const auto& need : needs.secrets) names.insert(need.variable);
  for (const auto& name : names) command.insert(command.end(), {"-e", name});
  for (const Mount& mount : mounts_for(hosts_yaml_))
    command.insert(command.end(), {"--mount", mount_option(mount)});
  command.push_back(detail_);
  return command;
}

ServerLaunch Way::launch(const Client& client, const Needs& needs, bool shared) const {
  ServerLaunch launch;
  launch.url = url_;
  launch.token_variable = token_variable_;
  switch (kind_) {
    case Kind::http:
      break;
    case Kind::command:
      launch.command = {program(shared)};
      if (config_) launch.values = {{"MCP_SSH_CONFIG", *config_}};
      break;
    case Kind::wsl:
      launch.command = {"wsl.exe"};
      if (!detail_.empty()) launch.command.insert(launch.command.end(), {"--distribution", detail_});
      launch.command.insert(launch.command.end(), {"--exec", own_path().string()});
      if (config_) launch.command.insert(launch.command.end(), {"--config", *config_});
      break;
    case Kind::ssh:
      launch.command = {"ssh", "-T", "-o", "BatchMode=yes", detail_, "mcp-ssh"};
      if (config_) launch.command.insert(launch.command.end(), {"--config", base::shell_quote(*config_)});
      break;
    case Kind::docker:
      launch.command = docker(needs);
      break;
  }
  if (here()) launch.references = passed_on(client, needs, environment_);
  return launch;
}

Needs needs_here(const Common& common, const hosts::Environment& environment, std::string& note) {
  const fs::path path = configuration_path(common);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    note = fmt::format("there is no {} yet: `mcp-ssh hosts` makes one", path.string());
    return {};
  }
  const auto snapshot = hosts::load(path, environment);
  if (snapshot) return needs_of(*snapshot);
  note = snapshot.error().message();
  return {};
}

}  // namespace mcpssh::cli
