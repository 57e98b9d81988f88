#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"
#include "support/openssh_server.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {

/// A person with the real program, a configuration of their own and real servers: web1, web2 and web3 are one
/// sshd, `dead` is nobody.
class AtHome : public testing::Test {
 protected:
  AtHome() { configure(); }

  void configure(const std::string& settings = {}, const std::string& more_hosts = {}) const {
    const auto known = home_.write("known_hosts", sshd_.known_hosts());
    std::string hosts;
    for (const auto* name : {"web1", "web2", "web3"})
      hosts += host_entry(name, sshd_.port(), sshd_.user(), by_key(sshd_.key()), "    groups: [web]\n");
    hosts += host_entry("dead", 9, sshd_.user(), by_key(sshd_.key()));
    home_.write("hosts.yaml", trusting(hosts + more_hosts, known.string(),
                                       "  deny_patterns: ['launch-\\w+']\n" + settings));
  }

  [[nodiscard]] std::map<std::string, std::string> env() const {
    const auto path = home_.path().string();
    return {{"HOME", path},
            {"XDG_STATE_HOME", path + "/state"},
            {"XDG_CONFIG_HOME", path + "/config"},
            {"XDG_RUNTIME_DIR", path + "/run"},
            {"SSH_AUTH_SOCK", ""},
            {"LC_ALL", "C.UTF-8"},
            {"MCP_SSH_CONFIG", path + "/hosts.yaml"}};
  }
  /// `mcp-ssh words...` with no terminal anywhere, and `input` on stdin.
  [[nodiscard]] Finished cli(std::vector<std::string> words, std::string_view input = {}) const {
    Process process(without_terminal(std::move(words)));
    if (!input.empty()) process.write(input);
    process.close_stdin();
    const auto status = process.wait(std::chrono::seconds(60));
    if (!status) throw std::runtime_error("mcp-ssh does not end: " + process.err());
    return {*status, process.out(), process.err()};
  }
  [[nodiscard]] Process::Options without_terminal(std::vector<std::string> words) const {
    Process::Options options;
    options.argv = {"setsid", "--wait", MCPSSH_BINARY};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.env = env();
    return options;
  }
  /// A line of sh with the program as $m.
  [[nodiscard]] Finished shell(const std::string& line) const {
    Process::Options options;
    options.argv = {"setsid", "--wait", "bash", "-c", "m=" + base::shell_quote(MCPSSH_BINARY) + "; " + line};
    options.env = env();
    return run_to_end(std::move(options), std::chrono::seconds(90));
  }
  [[nodiscard]] Tmux::Options on_a_terminal(std::vector<std::string> words) const {
    Tmux::Options options;
    options.argv = {MCPSSH_BINARY};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.env = env();
    return options;
  }

  /// A command that asks, and removes the file.
  [[nodiscard]] static std::string dangerous(const std::filesystem::path& file) {
    return "rm -f " + file.string() + "; echo went; : launch-missiles";
  }

  /// The journal's records whose `key` is `value`.
  [[nodiscard]] std::vector<base::json::object> records(std::string_view key, std::string_view value) const {
    std::vector<base::json::object> found;
    std::ifstream file(home_.path() / "state/mcp-ssh/audit.jsonl");
    for (std::string line; std::getline(file, line);) {
      auto record = base::json::parse(line).as_object();
      if (base::find_string(record, key).value_or("") == value) found.push_back(std::move(record));
    }
    return found;
  }

  OpensshServer sshd_;
  TempDir home_;
};

/// A sleep nobody else on this machine sleeps is gone, within a few seconds.
inline bool ends(const std::string& sleep) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  while (runs_on_this_machine(sleep))
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

}  // namespace mcpssh::test
