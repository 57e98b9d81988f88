#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_log.hpp"

namespace mcpssh::test {

/// What a tool answered.
struct ToolAnswer {
  std::string text;
  bool is_error = false;
  base::json::object meta;
  base::json::object structured;

  /// `_meta["mcp-ssh/" + name]` as a string; empty when absent.
  [[nodiscard]] std::string fact(std::string_view name) const;
};

/// The real mcp-ssh binary under a small MCP client (legacy era, 2025-11-25), in a home of its own: HOME and
/// the XDG directories point into `home`, so that nothing of the machine's user is read or written.
class McpSsh {
 public:
  struct Options {
    std::string hosts_yaml;
    std::map<std::string, std::string> env;
    bool elicitation = false;         ///< declare it; the test answers with answer_elicitation
    std::vector<std::string> args{};  ///< behind `mcp-ssh serve`
    /// The program, behind what runs it as another user; empty: the one that was built.
    std::vector<std::string> program{};
    std::string owner{};  ///< of the home; empty: us
  };
  explicit McpSsh(Options options);

  /// Calls a tool and waits for its answer. `arguments` is JSON text: R"({"host":"web1"})".
  ToolAnswer call(const std::string& tool, const std::string& arguments);
  /// Sends a call without waiting; its id.
  std::int64_t begin(const std::string& tool, const std::string& arguments);
  ToolAnswer finish(std::int64_t id);
  void cancel(std::int64_t id);
  /// Waits for the server's elicitation/create and answers it: "accept", "decline" or "cancel". Returns its
  /// message.
  std::string answer_elicitation(const std::string& action);

  /// Runs `mcp-ssh args...` beside the server, with the same configuration and environment.
  [[nodiscard]] Finished cli(std::vector<std::string> args) const;
  /// Replaces hosts.yaml as an editor would and waits until the server said in its log what it made of it.
  void rewrite_config(const std::string& hosts_yaml);

  [[nodiscard]] std::filesystem::path home() const { return home_.path(); }
  [[nodiscard]] std::filesystem::path config() const { return home_.path() / "hosts.yaml"; }
  [[nodiscard]] std::filesystem::path journal() const { return home_.path() / "state/mcp-ssh/audit.jsonl"; }
  /// The journal's records, parsed.
  [[nodiscard]] std::vector<base::json::object> records() const;
  [[nodiscard]] std::string log() const { return server_->err(); }
  Process& process() { return *server_; }

  /// A home with a configuration but no server: for starts that must fail.
  static Finished try_start(const std::string& hosts_yaml);

 private:
  void say(const std::string& message);
  base::json::object receive();
  void keep(base::json::object message);
  base::json::object request(const std::string& method, const std::string& params);
  [[nodiscard]] std::map<std::string, std::string> environment() const;

  TempDir home_;
  std::map<std::string, std::string> env_;
  std::vector<std::string> program_;
  std::string owner_;
  WireLog wire_;
  std::optional<Process> server_;
  std::int64_t next_id_ = 1;
  std::map<std::int64_t, base::json::object> unread_;
  std::vector<base::json::object> requests_;
};

}  // namespace mcpssh::test
