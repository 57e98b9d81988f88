// mcp-ssh doctor without a host: what is wrong with this machine, and that looking leaves no trace.
#include "doctor/patient.hpp"
#include "ssh/agent.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string web1(const std::string& auth) {
  return Patient::entry("web1", 22, "ann", auth);
}

class House : public testing::Test {
 protected:
  /// A configuration with nothing wrong in it.
  void healthy() {
    const auto key = make_client_key(patient_.home().path() / "key");
    patient_.configure(web1(Patient::by_key(key.path)), "127.0.0.1 " + key.public_line + "\n");
  }
  Patient patient_;
};

TEST_F(House, ThatIsHealthyHasNothingToMendAndIsLeftAsItWas) {
  healthy();
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 0) << found.text;
  EXPECT_THAT(found.checks("warn"), IsEmpty()) << found.text;
  EXPECT_THAT(found.checks("fail"), IsEmpty()) << found.text;
  EXPECT_EQ(found.json.at("version"), 1);
  EXPECT_EQ(found.json.at("ok"), true);
  EXPECT_FALSE(std::filesystem::exists(patient_.path("state")));
  EXPECT_FALSE(std::filesystem::exists(patient_.path("run")));
}

TEST_F(House, IsShownToPeopleOneLineACheck) {
  healthy();
  const auto shown = patient_.run({"doctor"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, StartsWith("this machine\n  ok    configuration    " + patient_.path("hosts.yaml") +
                                    ", 1 host\n"));
  EXPECT_THAT(shown.out, HasSubstr(", 0 warnings, 0 failed\n"));
  EXPECT_THAT(shown.out, Not(HasSubstr("\x1b"))) << "no terminal, no colours";
}

TEST_F(House, WithoutAConfigurationSaysHowToBegin) {
  patient_.env.erase("MCP_SSH_CONFIG");
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 0) << found.text;
  EXPECT_THAT(found.of("configuration"), AllOf(StartsWith("warn: "), HasSubstr("mcp-ssh hosts add")));
}

TEST_F(House, ABrokenConfigurationIsSaidWithItsLineAndTheRestIsStillLookedAt) {
  patient_.home().write("hosts.yaml", "hosts:\n  web1:\n    hots: 192.0.2.1\n");
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 78);
  EXPECT_THAT(found.of("configuration"), AllOf(StartsWith("fail: "), HasSubstr("hosts.yaml:3")));
  EXPECT_THAT(found.of("program"), StartsWith("ok: "));
  EXPECT_THAT(patient_.run({"doctor", "web1"}).out, HasSubstr("fail  configuration"));
}

TEST_F(House, AnUnknownHostIsAnErrorBeforeAnythingIsLookedAt) {
  healthy();
  const auto finished = patient_.run({"doctor", "web2"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("web1"));
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(patient_.run({"doctor", "web1", "web2"}).exit_code, 2);
}

TEST_F(House, AKeyThatOthersCanReadIsAFailureThatItsFixMends) {
  const auto key = make_client_key(patient_.home().path() / "key");
  std::filesystem::permissions(key.path, std::filesystem::perms(0644));
  patient_.configure(web1(Patient::by_key(key.path)), "127.0.0.1 " + key.public_line + "\n");
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("keys and secrets"), AllOf(StartsWith("fail: web1: "), HasSubstr("mode 0644")));
  run_ok({"sh", "-c", found.fix("keys and secrets").substr(std::string("run ").size())});
  EXPECT_EQ(patient_.diagnose().exit_code, 0);
}

TEST_F(House, AVariableThatIsNotSetIsNamedAndOneThatIsKeepsItsValueToItself) {
  patient_.configure(web1("method: password, password_env: DOCTOR_TEST_PASSWORD"), "");
  EXPECT_THAT(patient_.diagnose().of("keys and secrets"),
              AllOf(StartsWith("warn: web1: "), HasSubstr("DOCTOR_TEST_PASSWORD is not set")));
  patient_.env["DOCTOR_TEST_PASSWORD"] = "swordfish-4711";
  const auto set = patient_.diagnose();
  EXPECT_THAT(set.of("keys and secrets"), StartsWith("ok: "));
  EXPECT_THAT(set.text, Not(HasSubstr("swordfish")));
}

TEST_F(House, ASecretsCommandThatIsNotInstalledIsAFailure) {
  patient_.configure(web1("method: password, password_command: no-such-program-here show web1"), "");
  const auto found = patient_.diagnose();
  EXPECT_THAT(found.of("keys and secrets"), AllOf(StartsWith("fail: "), HasSubstr("no-such-program-here")));
  EXPECT_THAT(found.text, Not(HasSubstr("show web1"))) << "arguments may be secrets";
}

TEST_F(House, AnAgentThatIsGoneIsAFailureWhereItIsTheOnlyWayIn) {
  patient_.configure(web1("method: agent"), "");
  EXPECT_THAT(patient_.diagnose().of("agent"),
              AllOf(StartsWith("fail: "), HasSubstr("SSH_AUTH_SOCK is not set")));
  patient_.env["SSH_AUTH_SOCK"] = patient_.path("gone");
  EXPECT_THAT(patient_.diagnose().of("agent"), AllOf(StartsWith("fail: "), HasSubstr(patient_.path("gone"))));
}

TEST_F(House, AnAgentIsAskedHowManyKeysItHolds) {
  patient_.configure(web1("method: agent"), "");
  {
    const Agent empty(patient_.home(), {});
    patient_.env["SSH_AUTH_SOCK"] = empty.socket();
    EXPECT_THAT(patient_.diagnose().of("agent"),
                AllOf(StartsWith("fail: "), HasSubstr("holds no key"), HasSubstr("ssh-add")));
  }
  std::filesystem::remove(patient_.path("agent"));
  const auto key = make_client_key(patient_.home().path() / "key");
  const Agent agent(patient_.home(), {key.path});
  EXPECT_THAT(patient_.diagnose().of("agent"), AllOf(StartsWith("ok: "), HasSubstr(", 1 key")));
}

TEST_F(House, HostsWhoseKeyIsUnknownAreNamedWithTheCommand) {
  const auto key = make_client_key(patient_.home().path() / "key");
  patient_.configure(web1(Patient::by_key(key.path)), "");
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 0) << "a person has still to do something, but nothing is broken";
  EXPECT_THAT(found.of("known hosts"), AllOf(StartsWith("warn: "), HasSubstr("mcp-ssh hosts trust 'web1'")));
}

/// As root permissions stop nobody, but a file system that is mounted read-only does.
TEST_F(House, AJournalThatCannotBeWrittenIsAFailure) {
  const auto key = make_client_key(patient_.home().path() / "key");
  const auto disk = patient_.path("disk");
  std::filesystem::create_directory(disk);
  patient_.configure(web1(Patient::by_key(key.path)), "127.0.0.1 " + key.public_line + "\n",
                     "  audit_log: " + disk + "/audit.jsonl\n");
  auto options = patient_.program({"doctor", "--json"});
  const std::vector<std::string> read_only{
      "unshare", "--mount", "sh", "-c", "mount -t tmpfs -o ro tmpfs '" + disk + "' && exec \"$@\"", "sh"};
  options.argv.insert(options.argv.begin(), read_only.begin(), read_only.end());
  const auto found = Patient::read(run_to_end(std::move(options)));
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("record"), AllOf(StartsWith("fail: "), HasSubstr("nothing would run"),
                                        HasSubstr("Read-only file system")));
}

TEST_F(House, ABrokenChainIsAFailureAndAWholeOneIsCounted) {
  healthy();
  ASSERT_EQ(patient_.run({"hosts", "test", "web1"}).exit_code, 1)
      << "nobody listens there, and that is on record";
  const auto whole = patient_.diagnose();
  EXPECT_THAT(whole.of("record chain"), AllOf(StartsWith("ok: "), HasSubstr("unbroken")));
  run_ok({"sed", "-i", "0,/web1/s//web2/", patient_.journal()});
  const auto broken = patient_.diagnose();
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.of("record chain"), AllOf(StartsWith("fail: "), HasSubstr("mcp-ssh audit verify")));
  const auto fix = broken.fix("record chain");
  run_ok({"sh", "-c", fix.substr(fix.rfind('\n') + 1)});
  EXPECT_THAT(patient_.diagnose().of("record chain"), Not(StartsWith("fail: ")));
  EXPECT_THAT(fix, HasSubstr("\nmv -n ")) << "evidence of before is not written over";
}

TEST_F(House, AFreezeIsAFailureThatNamesWhoAndWhy) {
  healthy();
  ASSERT_EQ(patient_.run({"freeze", "--reason", "looks wrong"}).exit_code, 0);
  const auto found = patient_.diagnose();
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("freeze"),
              AllOf(HasSubstr("looks wrong"), HasSubstr("ask who froze it; then mcp-ssh thaw")));
}

TEST_F(House, ApprovalByAPersonWithoutAWayToOneIsSaid) {
  const auto key = make_client_key(patient_.home().path() / "key");
  patient_.configure(web1(Patient::by_key(key.path)), "127.0.0.1 " + key.public_line + "\n",
                     "  approval: human\n");
  EXPECT_THAT(patient_.diagnose().of("approval"),
              AllOf(StartsWith("warn: "), HasSubstr("no way to a person")));
  patient_.configure(web1(Patient::by_key(key.path)), "", "  approvers_group: no-such-group-here\n");
  EXPECT_THAT(patient_.diagnose().of("approval"),
              AllOf(StartsWith("fail: "), HasSubstr("groupadd --system no-such-group-here")));
}

TEST_F(House, AServiceWithoutATokenIsAFailure) {
  healthy();
  patient_.env["MCP_TRANSPORT"] = "http";
  patient_.env["MCP_AUTH_TOKEN"] = "";
  EXPECT_THAT(patient_.diagnose().of("tokens"),
              AllOf(StartsWith("fail: "), HasSubstr("MCP_AUTH_TOKEN is not set")));
  patient_.env["MCP_AUTH_TOKEN"] = "0123456789abcdef0123456789abcdef";
  const auto set = patient_.diagnose();
  EXPECT_THAT(set.of("tokens"), StartsWith("ok: "));
  EXPECT_THAT(set.text, Not(HasSubstr("0123456789abcdef")));
  patient_.env["MCP_TRANSPORT"] = "carrier-pigeon";
  EXPECT_THAT(patient_.diagnose().of("tokens"), HasSubstr("carrier-pigeon"));
}

}  // namespace
}  // namespace mcpssh::test
