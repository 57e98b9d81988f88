// mcp-ssh run where another person has to approve: their answer counts, nobody's terminal and no --yes.
#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class RunForApprovers : public People {
 protected:
  /// `mcp-ssh run web1` as the asker's user, without a terminal.
  [[nodiscard]] Process::Options run_as_asker(std::vector<std::string> words) const {
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    const auto hosts = trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_)), known.string(),
                                std::string(pattern) + "  approvers_group: " + approver_.name() + "\n");
    const auto file = files_.write("hosts.yaml", hosts);
    give_to_asker();
    Process::Options options;
    options.argv = {"setsid", "--wait"};
    for (const auto& word : as_asker()) options.argv.push_back(word);
    options.argv.insert(options.argv.end(), {"run", "web1"});
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    const auto home = files_.path().string();
    options.env = {{"HOME", home},
                   {"XDG_STATE_HOME", home + "/state"},
                   {"XDG_RUNTIME_DIR", run_.path().string()},
                   {"SSH_AUTH_SOCK", ""},
                   {"MCP_SSH_CONFIG", file.string()}};
    options.directory = "/";
    return options;
  }
  /// The id of the request that is open, as the approver sees it.
  [[nodiscard]] std::string pending_id() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto told = base::json::parse(approver({"pending", "--json"}).out).as_object();
      for (const auto& server : told.at("servers").as_array())
        if (const auto* requests = server.as_object().if_contains("requests"))
          for (const auto& request : requests->as_array())
            return base::find_string(request.as_object(), "id").value_or("");
    }
    return "";
  }
  [[nodiscard]] std::string command() const {
    return "echo x >> " + (files_.path() / "mark").string() + "; : launch-missiles";
  }
};

TEST_F(RunForApprovers, AnApproverElsewhereLetsItRun) {
  Process process(run_as_asker({"--yes", "--", command()}));
  const auto id = pending_id();
  EXPECT_EQ(runs(), 0U) << "--yes takes nobody's place";
  EXPECT_THAT(approver({"approve", id}).out, HasSubstr("approved"));
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 0) << process.err();
  EXPECT_EQ(runs(), 1U);
  EXPECT_THAT(process.err(), HasSubstr("mcp-ssh approve " + id));
}

TEST_F(RunForApprovers, AnApproverElsewhereRefusesIt) {
  Process process(run_as_asker({"--", command()}));
  const auto id = pending_id();
  EXPECT_EQ(approver({"deny", id}).exit_code, 0);
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 3);
  EXPECT_EQ(runs(), 0U);
}

}  // namespace
}  // namespace mcpssh::test
