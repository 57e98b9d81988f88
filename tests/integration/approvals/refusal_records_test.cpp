// What a person's answer does not open, and what closes on the way to it: each is on record with its rule.
#include "approvals/scene.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

class RefusalRecords : public People {
 protected:
  /// Refused, or begun and not sent, under `rule`.
  static std::size_t on_record(const McpSsh& server, const std::string& rule) {
    std::size_t count = 0;
    for (const auto& record : server.records()) {
      const auto kind = base::find_string(record, "kind");
      const bool refused =
          kind == "refused" || (kind == "end" && base::find_string(record, "state") == "never_started");
      const auto* rules = record.if_contains("rules");
      if (refused && rules != nullptr && base::json::serialize(*rules).contains('"' + rule + '"')) ++count;
    }
    return count;
  }
  /// The line of known_hosts for web1 with a key it does not have.
  [[nodiscard]] std::string another_key() const {
    const auto key = (bin_.path() / "another").string();
    run_ok({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key});
    std::ifstream file(key + ".pub");
    std::string type, blob;
    file >> type >> blob;
    return "[127.0.0.1]:" + std::to_string(sshd_.port()) + " " + type + " " + blob + "\n";
  }
};

TEST_F(RefusalRecords, OfWhatANewConfigurationVoided) {
  auto server = start();
  const auto id = server.begin("ssh_run", dangerous());
  waiting_id(server);
  std::ifstream file(server.config());
  const std::string yaml{std::istreambuf_iterator<char>(file), {}};
  server.rewrite_config(yaml + "  command_timeout: 30\n");
  EXPECT_EQ(server.finish(id).fact("state"), "refused");
  EXPECT_EQ(on_record(server, "policy.changed"), 1U);
}

TEST_F(RefusalRecords, OfWhatWasApprovedForAHostWithAnotherKey) {
  auto server = start();
  EXPECT_EQ(server.call("ssh_connect", R"({"host":"web1"})").fact("state"), "connected");
  files_.write("known_hosts", another_key());
  const auto id = server.begin("ssh_run", dangerous());
  EXPECT_EQ(approver({"approve", waiting_id(server)}).exit_code, 0);
  const auto answer = server.finish(id);
  EXPECT_EQ(answer.fact("state"), "never_started") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("approved for a host with another key"));
  EXPECT_EQ(on_record(server, "approval.void"), 1U);
  EXPECT_EQ(runs(), 0U);
}

TEST_F(RefusalRecords, OfWhatFoundTheQueueFull) {
  auto server = start();
  std::vector<std::int64_t> calls;
  for (const auto* mark : {"a", "b", "c"}) calls.push_back(server.begin("ssh_run", dangerous(mark)));
  ASSERT_TRUE(comes_true(server, [&] { return pending(server).size() == 3; }));
  EXPECT_EQ(server.call("ssh_run", dangerous("d")).fact("state"), "refused");
  EXPECT_EQ(on_record(server, "pattern.user"), 1U) << "the others wait";
  for (const auto& request : pending(server))
    EXPECT_EQ(server.cli({"deny", base::find_string(request, "id").value_or("")}).exit_code, 0);
  for (const auto call : calls) EXPECT_EQ(server.finish(call).fact("state"), "refused");
  EXPECT_EQ(on_record(server, "pattern.user"), 4U);
}

TEST_F(RefusalRecords, OfAHostWhereNoPosixShellReads) {
  OpensshServer::Options with_user;
  with_user.password_user = true;
  OpensshServer sshd(with_user);
  const auto& user = sshd.password_user().name();
  run_ok({"flock", "/tmp/mcpt-users.lock", "usermod", "--shell", "/bin/cat", user});
  McpSsh::Options options;
  const auto known = files_.write("known_hosts", sshd.known_hosts());
  options.hosts_yaml = trusting(host_entry("web1", sshd.port(), user, by_key(sshd.key())), known.string());
  McpSsh server(std::move(options));
  const auto answer = server.call("ssh_run", R"({"host":"web1","command":"true"})");
  EXPECT_EQ(answer.fact("state"), "never_started") << answer.text;
  EXPECT_EQ(on_record(server, "host.login-shell"), 1U);
}

}  // namespace
}  // namespace mcpssh::test
