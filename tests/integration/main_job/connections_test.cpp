// What calls need of connections: few channels, others' commands, jump hosts, the key an approval was given
// for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

OpensshServer::Options with(std::string line) {
  OpensshServer::Options options;
  options.config = {std::move(line)};
  return options;
}

class Connections : public testing::Test {
 protected:
  McpSsh start(const OpensshServer& sshd, const std::string& more_hosts = {}, const std::string& lines = {},
               const std::string& settings = {}) {
    McpSsh::Options options;
    known_hosts_ = files_.write("known_hosts", sshd.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd.port(), sshd.user(), by_key(sshd.key()), lines) + more_hosts,
                 known_hosts_.string(), settings);
    return McpSsh(std::move(options));
  }

  TempDir files_;
  std::filesystem::path known_hosts_;
};

TEST_F(Connections, AHostWithFewChannelsRunsEverythingAllTheSame) {
  const OpensshServer sshd(with("MaxSessions 2"));
  auto server = start(sshd);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 12; ++i)
    ids.push_back(
        server.begin("ssh_run", R"({"host":"web1","command":"echo number )" + std::to_string(i) + "\"}"));
  for (int i = 0; i < 12; ++i)
    EXPECT_THAT(server.finish(ids[static_cast<std::size_t>(i)]).text,
                HasSubstr("number " + std::to_string(i) + "\n"));
}

TEST_F(Connections, DisconnectingCutsNoCommandThatRuns) {
  const OpensshServer sshd;
  auto server = start(sshd);
  const auto gate = files_.path() / "gate";
  const std::string mark = own_sleep();
  const auto id = server.begin("ssh_run", R"({"host":"web1","command":": )" + mark + "; until test -e " +
                                              gate.string() + R"(; do sleep 0.1; done; echo finished"})");
  ASSERT_TRUE(comes_true(server, [&] { return runs_on_this_machine(mark); }));
  const auto closed = server.call("ssh_disconnect", R"({"host":"web1"})");
  EXPECT_THAT(closed.text, StartsWith("web1: disconnected"));
  EXPECT_THAT(closed.text, HasSubstr("close behind them"));
  files_.write("gate", "");
  EXPECT_THAT(server.finish(id).text, HasSubstr("finished"));
}

TEST_F(Connections, JumpHostsAreRecordedAndNamed) {
  const OpensshServer sshd;
  auto server = start(sshd, host_entry("bastion", sshd.port(), sshd.user(), by_key(sshd.key())),
                      "    jump: [bastion]\n");
  const auto answer = server.call("ssh_connect", R"({"host":"web1"})");
  EXPECT_THAT(answer.text, HasSubstr("bastion")) << answer.text;
  std::string details;
  for (const auto& record : records_with(server, "kind", "connect"))
    details += base::find_string(record, "host").value_or("") + ": " +
               base::find_string(record, "detail").value_or("") + "\n";
  EXPECT_THAT(details, HasSubstr("bastion: "));
  EXPECT_THAT(details, HasSubstr("as jump host for web1"));
  EXPECT_THAT(details, HasSubstr("web1: "));
}

TEST_F(Connections, AnApprovalHoldsForTheKeyThatWasOnRecord) {
  const OpensshServer sshd;
  auto server = start(sshd, "", "", "  deny_patterns: ['launch-\\w+']\n");
  const std::string launch = R"({"host":"web1","command":"echo launch-missiles","confirm_dangerous":true})";
  EXPECT_EQ(server.call("ssh_run", launch).fact("state"), "exited");
  // The connection stays open; meanwhile the owner puts another key on record for the host.
  const auto other = make_client_key(files_.path() / "other");
  base::replace_file(known_hosts_,
                     "[127.0.0.1]:" + std::to_string(sshd.port()) + " " + other.public_line + "\n");
  const auto answer = server.call("ssh_run", launch);
  EXPECT_EQ(answer.fact("state"), "never_started") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("another key"));
  EXPECT_EQ(server.call("ssh_run", R"({"host":"web1","command":"true"})").fact("state"), "exited")
      << "what needs no approval is about the connection alone";
}

}  // namespace
}  // namespace mcpssh::test
