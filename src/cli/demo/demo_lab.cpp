#include "cli/demo/demo_lab.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace mcpssh::cli {
namespace fs = std::filesystem;
namespace {

fs::path private_directory() {
  std::string name = (fs::temp_directory_path() / "mcp-ssh-demo-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw base::Error(base::ErrorCode::io_error,
                      "no directory could be made in " + fs::temp_directory_path().string());
  return name;
}

/// For YAML: $TMPDIR may be called anything.
std::string quoted(const fs::path& path) {
  std::string out = "'";
  for (const char c : path.string()) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string hosts_yaml(const fs::path& directory, std::uint16_t port) {
  return fmt::format(R"(# Made by `mcp-ssh demo`: two simulated hosts on this machine.
hosts:
  web1:
    description: a POSIX host
    host: 127.0.0.1
    port: {port}
    user: web
    auth: {{method: key, key_path: {key}}}
  switch1:
    description: a Cisco-like switch
    host: 127.0.0.1
    port: {port}
    user: switch
    auth: {{method: key, key_path: {key}}}
    shell: cli
    platform: cisco_ios
    prompt_regex: '[\w.-]+(\([\w-]+\))?[>#]\s*$'
settings:
  audit_log: {journal}
  known_hosts: {known_hosts}
)",
                     fmt::arg("port", port), fmt::arg("key", quoted(directory / "id_demo")),
                     fmt::arg("journal", quoted(directory / "audit.jsonl")),
                     fmt::arg("known_hosts", quoted(directory / "known_hosts")));
}

}  // namespace

DemoLab::DemoLab() : directory_(private_directory()) {
  for (const char* name : {"state", "config", "run"}) fs::create_directory(directory_ / name);
  fs::permissions(directory_ / "run", fs::perms::owner_all);
  const auto keys = lab::make_key_pair();
  base::replace_file(directory_ / "id_demo", keys.private_pem);
  fs::create_directory(directory_ / "home");

  lab::LabUser web;
  web.name = "web";
  web.authorized_key = keys.public_line;
  web.directory = (directory_ / "home").string();
  lab::LabUser device = web;
  device.name = "switch";
  device.personality = lab::Personality::cisco;

  lab::Server::Options options;
  options.users = {web, device};
  server_ = lab::Server::start(std::move(options));
  const std::string port = std::to_string(server_->port());
  base::replace_file(directory_ / "known_hosts", "[127.0.0.1]:" + port + " " + server_->host_key() + "\n");
  base::replace_file(directory_ / "hosts.yaml", hosts_yaml(directory_, server_->port()));
}

DemoLab::~DemoLab() {
  server_.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

}  // namespace mcpssh::cli
