// One-time codes: who asks may approve with one, where nothing of the asker's can read the secret.
#include <regex>

#include "approvals/service_scene.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class OneTimeCodes : public ApprovedService {
 protected:
  /// Makes the secret of `user` as the service's user does.
  void make_secret(const std::string& user) {
    give_to_asker();
    Process::Options make;
    make.argv = as_asker();
    make.argv.insert(make.argv.end(), {"approver", "totp", user, "--file", file().string()});
    make.env = {{"HOME", asker_.home()}};
    made_ = run_to_end(std::move(make));
    std::smatch found;
    if (std::regex_search(made_.out, found, std::regex("secret=([A-Z2-7]{32})&"))) secret_ = found[1];
  }
  [[nodiscard]] std::filesystem::path file() const { return files_.path() / "totp"; }
  [[nodiscard]] std::string setting(const std::string& user) const {
    return "  approver_totp: {" + user + ": {secret_file: " + file().string() + "}}\n";
  }
  /// What the phone shows now, or `when` from now.
  [[nodiscard]] std::string code(const std::string& when = "0 seconds") const {
    return run_ok({"oathtool", "--totp", "--base32", "--now", when, secret_}).substr(0, 6);
  }
  /// The command with a code on its stdin.
  [[nodiscard]] Finished with_code(std::vector<std::string> args, const std::string& typed) const {
    args.insert(args.end(), {"--code", "-"});
    Process answering(as_approver(std::move(args)));
    answering.write(typed + "\n");
    answering.close_stdin();
    const int status = answering.wait(std::chrono::seconds(30)).value_or(-1);
    return {status, answering.out(), answering.err()};
  }

  Finished made_;
  std::string secret_;
};

TEST_F(OneTimeCodes, TheSecretIsMadeForItsUserAloneAndShownOnce) {
  make_secret("alice");
  EXPECT_EQ(made_.exit_code, 0) << made_.err;
  EXPECT_THAT(made_.out, HasSubstr("otpauth://totp/mcp-ssh:alice%40"));
  EXPECT_THAT(made_.err,
              AllOf(HasSubstr("alice: {secret_file: " + file().string() + "}"), Not(HasSubstr(secret_))));
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const auto first = secret_;
  make_secret("alice");
  EXPECT_EQ(made_.exit_code, 1) << "never over another one";
  EXPECT_THAT(made_.err, HasSubstr("there is a file"));
  EXPECT_EQ(secret_, first);
}

/// A service, a client of its socket, and the same user who answers.
class AskerWithPhone : public OneTimeCodes {
 protected:
  void start_service(const std::string& more = {}) {
    make_secret(approver_.name());
    const auto path = (run_.path() / "mcp.sock").string();
    auto with = options(approver_.name(), {"--socket", path, "--socket-group", approver_.name()},
                        setting(approver_.name()) + more);
    with.own_listeners = false;
    service_.emplace(std::move(with));
    auto connecting = as_approver({"connect", "--socket", path});
    connecting.pipe_stdout = true;
    client_.emplace(std::move(connecting));
    client_->write(
        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
        R"("clientInfo":{"name":"test","version":"1"}}})"
        "\n"
        R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
        "\n");
  }
  /// The id of the request that this call waits for.
  std::string ask(int id, const std::string& mark) {
    client_->write(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                   R"(,"method":"tools/call","params":{"name":"ssh_run","arguments":)" + dangerous(mark) +
                   "}}\n");
    return first_request(*service_);
  }
  std::string answer_to(int id) {
    std::string said;
    while (!said.contains("\"id\":" + std::to_string(id)))
      said = client_->read_line(std::chrono::seconds(30)).value();
    return said;
  }
  [[nodiscard]] std::string journal() const {
    std::ifstream file(service_->home.path() / "state/mcp-ssh/audit.jsonl");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::optional<RunningService> service_;
  std::optional<Process> client_;
};

TEST_F(AskerWithPhone, ApprovesWithACodeOnceAndTheRecordSaysSoWithoutTheCode) {
  start_service();
  const auto request = ask(2, "one");
  const auto bare = approver({"approve", request});
  EXPECT_EQ(bare.exit_code, 1);
  EXPECT_THAT(bare.err, HasSubstr("with a one-time code it counts"));
  const auto wrong = with_code({"approve", request}, "000000");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("not the code of now"));
  EXPECT_EQ(runs("one"), 0u);
  const auto used = code();
  const auto approved = with_code({"approve", request}, used);
  EXPECT_EQ(approved.exit_code, 0) << approved.err;
  EXPECT_THAT(answer_to(2), HasSubstr("Approved by: human:socket " + approver_.name()));
  EXPECT_EQ(runs("one"), 1u);

  const auto next = ask(3, "two");
  const auto replayed = with_code({"approve", next}, used);
  EXPECT_EQ(replayed.exit_code, 1);
  EXPECT_THAT(replayed.err, HasSubstr("was used already"));
  EXPECT_EQ(runs("two"), 0u);
  EXPECT_EQ(approver({"deny", next}).exit_code, 0);
  answer_to(3);

  EXPECT_THAT(journal(),
              AllOf(HasSubstr(R"("human_factor":"totp")"), HasSubstr(request + ": that is not the code"),
                    Not(HasSubstr(used)), Not(HasSubstr(secret_))));
  EXPECT_THAT(service_->process().err(), AllOf(Not(HasSubstr(used)), Not(HasSubstr(secret_))));
}

TEST_F(AskerWithPhone, ThawsWithACode) {
  start_service();
  const auto socket = socket_of(*service_);
  const auto request = ask(2, "one");
  EXPECT_EQ(approver({"deny", request}).exit_code, 0);
  answer_to(2);
  EXPECT_EQ(approver({"freeze", "--socket", socket}).exit_code, 0);
  const auto bare = approver({"thaw", "--socket", socket});
  EXPECT_EQ(bare.exit_code, 1);
  EXPECT_THAT(bare.err, HasSubstr("may be the asker"));
  EXPECT_EQ(with_code({"thaw", "--socket", socket}, "000000").exit_code, 1);
  EXPECT_THAT(approver({"pending", "--socket", socket}).out, HasSubstr("FROZEN"));
  const auto thawed = with_code({"thaw", "--socket", socket}, code());
  EXPECT_EQ(thawed.exit_code, 0) << thawed.err;
  EXPECT_THAT(approver({"pending", "--socket", socket}).out, Not(HasSubstr("FROZEN")));
}

TEST_F(AskerWithPhone, ASecretThatWasReplacedIsWorthNothing) {
  start_service();
  const auto old = code("30 seconds");
  std::filesystem::remove(file());
  make_secret(approver_.name());
  const auto request = ask(2, "one");
  EXPECT_EQ(with_code({"approve", request}, old).exit_code, 1);
  EXPECT_EQ(with_code({"approve", request}, code()).exit_code, 0);
  EXPECT_THAT(answer_to(2), HasSubstr("Approved by"));
}

TEST_F(AskerWithPhone, ASecretThatOthersCanReadCountsForNothingAndTheLogSaysWhy) {
  start_service();
  ASSERT_EQ(::chmod(file().c_str(), 0644), 0);
  const auto request = ask(2, "one");
  const auto tried = with_code({"approve", request}, code());
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("the server's log says why"));
  EXPECT_THAT(service_->process().err(), HasSubstr("is open to everyone"));
  EXPECT_EQ(runs("one"), 0u);
  EXPECT_EQ(approver({"deny", request}).exit_code, 0);
  answer_to(2);
}

TEST_F(AskerWithPhone, IsOnePersonWhereTwoAreNeeded) {
  start_service("  approvals_needed: 2\n");
  const auto request = ask(2, "one");
  const auto first = with_code({"approve", request}, code());
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("1 of 2"));
  EXPECT_EQ(runs("one"), 0u);
  const auto second = run({program().string(), "approve", request, "--socket", socket_of(*service_)});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  const auto answer = answer_to(2);
  EXPECT_THAT(answer, HasSubstr("human:socket root (0)"));
  EXPECT_EQ(runs("one"), 1u) << answer;
  EXPECT_THAT(journal(), HasSubstr(R"("human_factor":"other_user,totp")"));
}

TEST_F(OneTimeCodes, CountForNothingOverStdioAndTheRefusalSaysWhy) {
  make_secret(asker_.name());
  auto server = start({.settings = setting(asker_.name())});
  EXPECT_THAT(server.log(), HasSubstr("over stdio no one-time code"));
  const auto id = server.begin("ssh_run", dangerous());
  const auto request = waiting_id(server);
  Process::Options answer = as(asker_.name(), {"approve", request, "--code", "-"});
  Process answering(std::move(answer));
  answering.write(code() + "\n");
  answering.close_stdin();
  EXPECT_EQ(answering.wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(answering.err(), HasSubstr("may run as the server's own user, who can read the secret"));
  EXPECT_EQ(runs(), 0u);
  EXPECT_EQ(server.cli({"deny", request}).exit_code, 0);
  server.finish(id);
}

TEST_F(OneTimeCodes, AreNeverTakenAsAnArgument) {
  const auto tried = approver({"approve", "ap-0123456789", "--code", "042137"});
  EXPECT_EQ(tried.exit_code, 2);
}

}  // namespace
}  // namespace mcpssh::test
