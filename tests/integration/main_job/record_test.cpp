// The journal as the server writes it: order, fields, secrets, and what happens when it cannot be written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "main_job/yaml.hpp"
#include "support/mcp_client.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class RecordKeeping : public testing::Test {
 protected:
  McpSsh start(const std::string& settings = {}, std::map<std::string, std::string> env = {}) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml = trusting(host_entry("web1", sshd_.port(), sshd_.user(),
                                             by_key(sshd_.encrypted_key()) + ", passphrase_env: WEB1_PASS"),
                                  known.string(), settings);
    options.env = std::move(env);
    options.env["WEB1_PASS"] = sshd_.encrypted_key().passphrase;
    return McpSsh(std::move(options));
  }
  static std::string field(const base::json::object& record, std::string_view name) {
    return base::find_string(record, name).value_or("");
  }

  OpensshServer sshd_;
  TempDir files_;
};

TEST_F(RecordKeeping, BeginAndEndCarryTheOriginalsFieldsAndTheChainVerifies) {
  auto server = start();
  server.call("ssh_run", R"({"host":"web1","command":"exit 7","reason":"to see"})");
  const base::json::object* begin = nullptr;
  const base::json::object* end = nullptr;
  const auto records = server.records();
  for (const auto& record : records) {
    if (field(record, "tool") != "ssh_run") continue;
    if (field(record, "kind") == "begin") begin = &record;
    if (field(record, "kind") == "end") end = &record;
  }
  ASSERT_TRUE(begin != nullptr && end != nullptr);
  EXPECT_EQ(field(*begin, "command"), "exit 7");
  EXPECT_EQ(field(*begin, "host"), "web1");
  EXPECT_EQ(field(*begin, "decision"), "allowed");
  EXPECT_EQ(field(*begin, "reason"), "to see");
  EXPECT_EQ(end->at("exit_code").as_int64(), 7);
  EXPECT_FALSE(end->at("timed_out").as_bool());
  EXPECT_TRUE(end->contains("ts"));
  const auto verified = server.cli({"audit", "verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_THAT(server.cli({"audit", "tail"}).out, HasSubstr("ssh_run"));
}

TEST_F(RecordKeeping, FilesArePrivate) {
  auto server = start();
  server.call("ssh_run", R"({"host":"web1","command":"true"})");
  struct stat info{};
  ASSERT_EQ(::stat(server.journal().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  ASSERT_EQ(::stat(server.journal().parent_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0700u);
}

TEST_F(RecordKeeping, SecretsNeverReachIt) {
  auto server = start();
  const std::string secret = sshd_.encrypted_key().passphrase;
  base::json::object arguments;
  arguments["host"] = "web1";
  arguments["command"] = "echo " + secret;
  arguments["reason"] = "leaking " + secret;
  server.call("ssh_run", base::json::serialize(arguments));
  const std::string journal = base::read_file(server.journal(), 10'000'000);
  EXPECT_THAT(journal, Not(HasSubstr(secret)));
  EXPECT_THAT(journal, HasSubstr("[redacted]"));
  EXPECT_THAT(server.log(), Not(HasSubstr(secret)));
}

TEST_F(RecordKeeping, NoJournalNoCommandAndTheReasonIsGiven) {
  const auto mark = files_.path() / "mark";
  const auto shared = files_.path() / "shared";
  std::filesystem::create_directory(shared);
  ::chmod(shared.c_str(), 0777);
  auto server = start("  audit_log: " + (shared / "audit.jsonl").string() + "\n");
  const auto answer = server.call("ssh_run", R"({"host":"web1","command":"touch )" + mark.string() + "\"}");
  EXPECT_EQ(answer.fact("error"), "journal_unwritable") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("chmod"));
  EXPECT_FALSE(std::filesystem::exists(mark));
  ::chmod(shared.c_str(), 0700);
  EXPECT_THAT(server.call("ssh_run", R"({"host":"web1","command":"true"})").text, HasSubstr("exit 0"))
      << "works again without a restart";
}

TEST_F(RecordKeeping, AFullDiskRefusesTheNextCommandWithThatReason) {
  auto server = start();
  server.call("ssh_run", R"({"host":"web1","command":"true"})");
  const auto size = std::filesystem::file_size(server.journal());
  rlimit before{};
  rlimit full{size, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server.process().pid(), RLIMIT_FSIZE, &full, &before), 0);
  const auto mark = files_.path() / "mark";
  const auto answer = server.call("ssh_run", R"({"host":"web1","command":"touch )" + mark.string() + "\"}");
  EXPECT_EQ(answer.fact("error"), "journal_unwritable") << answer.text;
  EXPECT_THAT(answer.text, HasSubstr("File too large")) << answer.text;
  EXPECT_FALSE(std::filesystem::exists(mark));
  ASSERT_EQ(::prlimit(server.process().pid(), RLIMIT_FSIZE, &before, nullptr), 0);
  EXPECT_THAT(server.call("ssh_run", R"({"host":"web1","command":"true"})").text, HasSubstr("exit 0"));
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

TEST_F(RecordKeeping, AKilledServersOpenCommandIsRecordedAsOrphanedByTheNext) {
  auto server = start();
  server.call("ssh_connect", R"({"host":"web1"})");
  server.begin("ssh_run", R"({"host":"web1","command":"sleep 30"})");
  const auto begun = [&] {
    for (const auto& record : server.records())
      if (field(record, "kind") == "begin" && field(record, "command") == "sleep 30") return true;
    return false;
  };
  while (!begun()) server.call("ssh_list_sessions", "{}");
  server.process().signal(SIGKILL);
  server.process().wait();
  // `hosts test` opens the journal as the next server would.
  EXPECT_EQ(server.cli({"hosts", "test", "web1"}).exit_code, 0);
  bool orphaned = false;
  for (const auto& record : server.records()) orphaned = orphaned || field(record, "kind") == "orphaned";
  EXPECT_TRUE(orphaned);
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace mcpssh::test
