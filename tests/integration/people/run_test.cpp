// mcp-ssh run on one host: what comes out, and with which status.
#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Run : public AtHome {};

TEST_F(Run, TheCommandsStreamsAndStatusAreOurs) {
  const auto ran = cli({"run", "web1", "--", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(ran.exit_code, 7);
  EXPECT_EQ(ran.out, "out\n");
  EXPECT_EQ(ran.err, "err\n");
  EXPECT_EQ(cli({"run", "web1", "--", "true"}).exit_code, 0);
  EXPECT_EQ(cli({"run", "web1", "--", "kill -9 $$"}).exit_code, 137);
}

TEST_F(Run, ItIsOnRecordAsThisPersons) {
  ASSERT_EQ(cli({"run", "web1", "--reason", "to see", "--", "uptime"}).exit_code, 0);
  const auto begun = records("kind", "begin");
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(begun[0].at("tool"), "run");
  EXPECT_EQ(begun[0].at("command"), "uptime");
  EXPECT_EQ(std::string(begun[0].at("principal").as_string()), "uid " + std::to_string(::getuid()));
  EXPECT_EQ(begun[0].at("via"), "local");
  EXPECT_EQ(begun[0].at("reason"), "to see");
  EXPECT_EQ(records("kind", "end").size(), 1U);
  EXPECT_EQ(cli({"audit", "verify"}).exit_code, 0);
}

TEST_F(Run, WordsAreJoinedAsSshDoesAndKeptWithQuote) {
  EXPECT_EQ(cli({"run", "web1", "--", "echo", "a  b", "|", "tr", "a", "x"}).out, "x b\n");
  EXPECT_EQ(cli({"run", "web1", "--quote", "--", "printf", "%s.", "a  b", "$HOME", "[x,y]", ""}).out,
            "a  b.$HOME.[x,y]..");
  EXPECT_EQ(cli({"run", "web1", "--", "echo", "--", "run", "--help"}).out, "-- run --help\n");
  EXPECT_EQ(cli({"run", "web1", "--", "[ -d /tmp ]"}).exit_code, 0);
  EXPECT_EQ(cli({"--config", (home_.path() / "hosts.yaml").string(), "run", "web1", "--", "echo", "x"}).out,
            "x\n");
  EXPECT_EQ(cli({"run", "web1", "[ -d /tmp ]"}).exit_code, 2) << "it would be taken apart";
  EXPECT_EQ(cli({"run", "web1", "rm", "--", "echo"}).exit_code, 2) << "no word is left out unseen";
  EXPECT_EQ(cli({"run", "web1", "--"}).exit_code, 2);
  EXPECT_EQ(cli({"run", "--", "uptime"}).exit_code, 2);
}

TEST_F(Run, DirectoryVariablesAndInputReachTheCommand) {
  const auto ran = cli({"run", "web1", "--cwd", "/usr", "--env", "GREETING=a b", "--stdin", "--",
                        "pwd; echo \"$GREETING\"; cat"},
                       "from here\n");
  EXPECT_EQ(ran.out, "/usr\na b\nfrom here\n") << ran.err;
  EXPECT_EQ(cli({"run", "web1", "--", "cat"}, "not handed over").out, "");
  const auto wrong = cli({"run", "web1", "--env", "GREETING", "--", "true"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("NAME=VALUE"));
  const auto large = cli({"run", "web1", "--stdin", "--", "cat"}, std::string((1U << 20U) + 1, 'x'));
  EXPECT_EQ(large.exit_code, 255);
  EXPECT_THAT(large.err, HasSubstr("1 MiB"));
  EXPECT_THAT(large.out, IsEmpty());
}

TEST_F(Run, BytesArriveAsTheyWere) {
  std::string all;
  for (int i = 0; i < 256 * 40; ++i) all += static_cast<char>((i * 7 + i / 256) % 256);
  const auto file = home_.write("bytes", all);
  EXPECT_EQ(cli({"run", "web1", "--", "cat " + file.string()}).out, all);
}

TEST_F(Run, MuchOutputForASlowReaderIsHeldBackOnTheHost) {
  const auto ran = shell(
      "cd " + home_.path().string() +
      "; mkfifo pipe; \"$m\" run web1 -- 'head -c 67108864 /dev/zero; echo end >&2; exit 5' >pipe 2>err & "
      "exec 3<pipe; head -c 30000000 <&3 >/dev/null; grep VmHWM /proc/$!/status; wc -c <&3; wait $!; echo "
      "$?; "
      "cat err");
  std::istringstream lines(ran.out);
  std::string word, unit, said;
  long kilobytes = 0, rest = 0;
  int status = -1;
  lines >> word >> kilobytes >> unit >> rest >> status >> said;
  EXPECT_EQ(unit, "kB") << ran.out << ran.err;
  EXPECT_LT(kilobytes, 64 * 1024) << "of 64 MiB that went through";
  EXPECT_LE(rest, 67108864 - 30000000);
  EXPECT_GT(rest, 0);
  EXPECT_EQ(status, 5);
  EXPECT_EQ(said, "end");
}

TEST_F(Run, AReaderWhoLeavesEndsTheCommandQuietly) {
  const auto sleep = own_sleep();
  const auto ran = shell("\"$m\" run web1 -- 'sleep " + sleep + " & yes' | head -1; echo ${PIPESTATUS[0]}");
  EXPECT_EQ(ran.out, "y\n141\n");
  EXPECT_THAT(ran.err, IsEmpty());
  EXPECT_TRUE(ends(sleep));
}

TEST_F(Run, AClosedStdoutIsNoOtherFile) {
  const auto ran = shell("\"$m\" run web1 -- 'echo mark-of-output' >&-; echo $?");
  EXPECT_EQ(ran.out, "141\n");
  EXPECT_EQ(cli({"audit", "verify"}).exit_code, 0);
  EXPECT_THAT(records("command", "echo mark-of-output"), Not(IsEmpty()));
}

TEST_F(Run, ADeadlineStopsItAndSaysWhatIsLeft) {
  const auto sleep = own_sleep();
  const auto ran = cli({"run", "web1", "--timeout", "1", "--", "echo first; sleep " + sleep});
  EXPECT_EQ(ran.exit_code, 124);
  EXPECT_EQ(ran.out, "first\n");
  EXPECT_THAT(ran.err, AllOf(HasSubstr("timed out"), HasSubstr("are gone")));
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

TEST_F(Run, WithoutALimitTheSettingForAssistantsDoesNotEndIt) {
  configure("  command_timeout: 1\n");
  EXPECT_EQ(cli({"run", "web1", "--", "sleep 1.5; echo done"}).out, "done\n");
}

TEST_F(Run, SignalsStopTheCommandOnItsHost) {
  const auto sleep = own_sleep();
  auto options = without_terminal({"run", "web1", "--", "echo first; sleep " + sleep});
  options.argv.erase(options.argv.begin(), options.argv.begin() + 2);  // setsid would take the signal
  options.pipe_stdout = true;
  Process process(std::move(options));
  EXPECT_EQ(process.read_line(), "first");
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 128 + SIGTERM);
  EXPECT_THAT(process.err(), HasSubstr("its processes on the host are gone"));
  EXPECT_FALSE(runs_on_this_machine(sleep));
}

TEST_F(Run, ASignalEndsItAlsoWhereNobodyTakesTheOutput) {
  const auto sleep = own_sleep();
  const auto ran = shell("cd " + home_.path().string() + "; mkfifo pipe; \"$m\" run web1 -- 'sleep " + sleep +
                         " & yes' >pipe & exec 3<pipe; read -r -N 1 x <&3; kill -TERM $!; wait $!; echo $?");
  EXPECT_EQ(ran.out, "143\n");
  EXPECT_THAT(ran.err, HasSubstr("its processes on the host are gone"));
  EXPECT_TRUE(ends(sleep));
}

TEST_F(Run, AHostThatCannotBeReachedIsToldFromOneThatIsNotThere) {
  const auto dead = cli({"run", "dead", "--", "true"});
  EXPECT_EQ(dead.exit_code, 255);
  EXPECT_THAT(dead.err, HasSubstr("refused by 127.0.0.1:9"));
  const auto unknown = cli({"run", "wbe1", "--", "true"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("web1"));
  EXPECT_EQ(cli({"run", "web1"}).exit_code, 2);
  home_.write("hosts.yaml", "hosts: [broken");
  EXPECT_EQ(cli({"run", "web1", "--", "true"}).exit_code, 78);
}

TEST_F(Run, WithoutATerminalWhatAsksIsRefusedAndYesConfirmsIt) {
  const auto command = dangerous(home_.write("gone", "x"));
  const auto refused = cli({"run", "web1", "--", command});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("pattern.user"), HasSubstr("--yes")));
  EXPECT_TRUE(std::filesystem::exists(home_.path() / "gone"));
  EXPECT_EQ(cli({"run", "web1", "-y", "--", command}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "gone"));
  EXPECT_EQ(records("kind", "begin").at(0).at("approved_by"), "--yes");
}

TEST_F(Run, YesOpensNothingThatIsDeniedOrAnotherPersons) {
  EXPECT_EQ(cli({"run", "web1", "--yes", "--", "rm -rf /"}).exit_code, 4);
  configure("  approval: human\n");
  const auto human = cli({"run", "web1", "--yes", "--", "rm -rf /srv/x"});
  EXPECT_EQ(human.exit_code, 3);
  EXPECT_THAT(human.err, HasSubstr("another user"));
  configure("  approval: none\n");
  EXPECT_EQ(cli({"run", "web1", "--yes", "--", "rm -rf /srv/x"}).exit_code, 3);
  EXPECT_THAT(records("kind", "begin"), IsEmpty());
}

TEST_F(Run, AFreezeHoldsForPeopleToo) {
  ASSERT_EQ(cli({"freeze"}).exit_code, 0);
  const auto frozen = cli({"run", "web1", "--", "uptime"});
  EXPECT_EQ(frozen.exit_code, 4);
  EXPECT_THAT(frozen.err, HasSubstr("frozen"));
}

}  // namespace
}  // namespace mcpssh::test
