#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"
#include "support/system_user.hpp"

namespace mcpssh::test {

/// The real program under a user of its own, the asker's, and another user of the machine who may approve.
/// The asker's user is in the approvers' group, as it has to be to give its socket to the group.
class People : public testing::Test {
 protected:
  People() {
    ::chmod(run_.path().c_str(), 0755);
    ::chmod(bin_.path().c_str(), 0755);
    std::filesystem::copy_file(MCPSSH_BINARY, program());
    ::chmod(program().c_str(), 0755);
    key_.path = files_.path() / "key";
    std::filesystem::copy_file(sshd_.key().path, key_.path);
    ::chmod(files_.path().c_str(), 0755);
    give_to_asker();
  }
  void give_to_asker() const {
    run_ok({"chown", "-R", asker_.name(), files_.path().string(), run_.path().string()});
  }
  /// mcp-ssh as the asker's user.
  [[nodiscard]] std::vector<std::string> as_asker() const {
    const auto& user = asker_.name();
    return {"setpriv", "--reuid", user, "--regid", user, "--init-groups", program().string()};
  }
  McpSsh start_as_asker(McpSsh::Options options) const {
    give_to_asker();
    options.env["XDG_RUNTIME_DIR"] = run_.path().string();
    options.program = as_asker();
    options.owner = asker_.name();
    return McpSsh(std::move(options));
  }

  struct With {
    std::string settings{};
    std::string host_lines{};
    bool elicitation = false;
    std::vector<std::string> args{};
    bool approvers = true;
  };
  McpSsh start(With with) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    const auto group = "  approvers_group: " + approver_.name() + "\n";
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_), with.host_lines),
                 known.string(), pattern + with.settings + (with.approvers ? group : ""));
    options.elicitation = with.elicitation;
    options.args = std::move(with.args);
    return start_as_asker(std::move(options));
  }
  McpSsh start() { return start(With()); }

  /// Leaves a mark for each time it ran, and needs approval.
  [[nodiscard]] std::string dangerous(const std::string& mark = "mark", const std::string& more = {}) const {
    return R"({"host":"web1","command":"echo x >> )" + (files_.path() / mark).string() +
           R"(; : launch-missiles")" + more + "}";
  }
  [[nodiscard]] std::size_t runs(const std::string& mark = "mark") const {
    std::ifstream file(files_.path() / mark);
    std::size_t count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
  }

  [[nodiscard]] Process::Options as_approver(std::vector<std::string> args) const {
    return as(approver_.name(), std::move(args));
  }
  [[nodiscard]] Process::Options as(const std::string& user, std::vector<std::string> args) const {
    Process::Options options;
    options.argv = {"setpriv", "--reuid", user, "--regid", user, "--init-groups", program().string()};
    options.argv.insert(options.argv.end(), args.begin(), args.end());
    options.env = {{"HOME", approver_.home()}, {"XDG_RUNTIME_DIR", run_.path().string()}};
    options.directory = "/";
    return options;
  }
  [[nodiscard]] Finished approver(std::vector<std::string> args) const {
    return run_to_end(as_approver(std::move(args)), std::chrono::seconds(60));
  }

  /// What `mcp-ssh pending --json` says is open, as the asker's own user sees it.
  static std::vector<base::json::object> pending(const McpSsh& server) {
    std::vector<base::json::object> open;
    const auto told = server.cli({"pending", "--json"});
    const auto parsed = base::json::parse(told.out).as_object();
    for (const auto& one : parsed.at("servers").as_array())
      for (const auto& request : one.as_object().at("requests").as_array())
        open.push_back(request.as_object());
    return open;
  }
  /// The id of the one request that is open, as soon as one is.
  static std::string waiting_id(McpSsh& server) {
    std::vector<base::json::object> open;
    EXPECT_TRUE(comes_true(server, [&] {
      open = pending(server);
      return !open.empty();
    }));
    return open.empty() ? "" : base::find_string(open.front(), "id").value_or("");
  }
  [[nodiscard]] std::filesystem::path socket_of(McpSsh& server) const {
    return run_.path() / "mcp-ssh" / (std::to_string(server.process().pid()) + ".sock");
  }
  [[nodiscard]] std::filesystem::path program() const { return bin_.path() / "mcp-ssh"; }

  static constexpr const char* pattern = "  deny_patterns: ['launch-\\w+']\n";

  OpensshServer sshd_;
  ClientKey key_ = sshd_.key();  ///< the asker's copy
  TempDir files_, run_, bin_;
  SystemUser approver_;
  SystemUser asker_{{approver_.name()}};
};

}  // namespace mcpssh::test
