#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/openssh_server.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

/// A person's home with a hosts.yaml in it, and `mcp-ssh doctor` run there.
class Patient {
  TempDir home_;  ///< first: the variables name it

 public:
  /// Variables of this home; an empty one counts as not set.
  std::map<std::string, std::string> env{{"HOME", path("")},
                                         {"XDG_STATE_HOME", path("state")},
                                         {"XDG_CONFIG_HOME", path("config")},
                                         {"XDG_RUNTIME_DIR", path("run")},
                                         {"SSH_AUTH_SOCK", ""},
                                         {"MCP_TRANSPORT", ""},
                                         {"MCP_SSH_CONFIG", path("hosts.yaml")}};

  [[nodiscard]] const TempDir& home() const { return home_; }
  [[nodiscard]] std::string path(const std::string& name) const { return (home_.path() / name).string(); }
  [[nodiscard]] std::string journal() const { return path("state/mcp-ssh/audit.jsonl"); }

  /// hosts.yaml with these entries; known_hosts is ours, and no other file counts.
  void configure(const std::string& hosts, const std::string& known_hosts,
                 const std::string& settings = {}) const {
    const auto known = home_.write("known_hosts", known_hosts);
    home_.write("hosts.yaml", "hosts:\n" + hosts + "settings:\n  known_hosts: " + known.string() +
                                  "\n  system_known_hosts: " + path("none") + "\n" + settings);
  }
  /// An entry for a server on loopback. `auth` is the YAML inside the braces.
  static std::string entry(const std::string& name, std::uint16_t port, const std::string& user,
                           const std::string& auth, const std::string& more = {}) {
    return "  " + name + ":\n    host: 127.0.0.1\n    port: " + std::to_string(port) + "\n    user: " + user +
           "\n    auth: {" + auth + "}\n" + more;
  }
  static std::string by_key(const std::filesystem::path& key) {
    return "method: key, key_path: " + key.string();
  }

  [[nodiscard]] Process::Options program(std::vector<std::string> words) const {
    Process::Options options;
    options.argv = {MCPSSH_BINARY};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.env = env;
    return options;
  }
  [[nodiscard]] Finished run(std::vector<std::string> words) const {
    return run_to_end(program(std::move(words)), std::chrono::seconds(60));
  }

  /// What `doctor --json WORDS...` said.
  struct Diagnosed {
    int exit_code = -1;
    base::json::object json;
    std::string text;  ///< the same as it was printed

    /// "STATE: DETAIL / CAUSE / FIX" of the first finding of `check` that is not ok, else of the first one.
    [[nodiscard]] std::string of(const std::string& check) const {
      std::string first;
      for (const auto& found : all())
        if (text_of(found, "check") == check) {
          const auto line = described(found);
          if (!line.starts_with("ok:")) return line;
          if (first.empty()) first = line;
        }
      return first.empty() ? "no such check in " + text : first;
    }
    [[nodiscard]] std::string fix(const std::string& check) const {
      for (const auto& found : all())
        if (text_of(found, "check") == check && found.contains("fix")) return text_of(found, "fix");
      return {};
    }
    /// The checks that are `state`.
    [[nodiscard]] std::vector<std::string> checks(const std::string& state) const {
      std::vector<std::string> names;
      for (const auto& found : all())
        if (text_of(found, "state") == state) names.push_back(text_of(found, "check"));
      return names;
    }

   private:
    static std::string text_of(const base::json::object& found, std::string_view key) {
      return base::find_string(found, key).value_or("");
    }
    [[nodiscard]] std::vector<base::json::object> all() const {
      std::vector<base::json::object> found;
      for (const auto& each : json.at("house").at("checks").as_array()) found.push_back(each.as_object());
      for (const auto& host : json.at("hosts").as_array())
        for (const auto& each : host.at("checks").as_array()) found.push_back(each.as_object());
      return found;
    }
    static std::string described(const base::json::object& found) {
      std::string line = text_of(found, "state") + ": " + text_of(found, "detail");
      for (const char* more : {"cause", "fix"})
        if (found.contains(more)) line += " / " + text_of(found, more);
      return line;
    }
  };
  [[nodiscard]] Diagnosed diagnose(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {"doctor", "--json"});
    return read(run(std::move(words)));
  }
  static Diagnosed read(const Finished& finished) {
    Diagnosed read;
    read.exit_code = finished.exit_code;
    read.text = finished.out + finished.err;
    const auto parsed = base::parse_json(finished.out);
    EXPECT_TRUE(parsed && parsed->is_object()) << read.text;
    if (parsed && parsed->is_object()) read.json = parsed->as_object();
    return read;
  }
};

}  // namespace mcpssh::test
