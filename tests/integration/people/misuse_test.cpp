// What a person is told who types it wrong, has no configuration, or lets the output go nowhere.
#include <csignal>

#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Misuse : public AtHome {};

TEST_F(Misuse, AMistypedWordIsNamedWithTheNearestOne) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"instal"}, "mcp-ssh: there is no command `instal`; did you mean install? [usage]"},
      {{"hosts", "tets"}, "mcp-ssh: hosts has no command `tets`; did you mean test?"},
      {{"sessions", "web1"}, "mcp-ssh: sessions takes no further word, and `web1` is one"},
      {{"pending", "--wtach"}, "mcp-ssh: pending has no option --wtach; did you mean --watch?"},
      {{"check", "rm", "-rf", "/"}, "a command goes in quotes"}};
  for (const auto& [words, said] : wrong) {
    const auto told = cli(words);
    EXPECT_EQ(told.exit_code, 2);
    EXPECT_THAT(told.err, AllOf(HasSubstr(said), HasSubstr(" --help for more information.")));
    EXPECT_THAT(told.out, IsEmpty());
  }
}

TEST_F(Misuse, AConfigurationThatIsNotThereIsItsOwnStatus) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "web1", "--", "true"}, {"hosts", "list"}, {"doctor"}}) {
    auto all = words;
    all.insert(all.begin(), {"--config", "/nowhere/hosts.yaml"});
    const auto told = cli(all);
    EXPECT_EQ(told.exit_code, 78) << words.front();
    EXPECT_THAT(told.out + told.err, AllOf(HasSubstr("/nowhere/hosts.yaml"), HasSubstr("[config-missing]")));
  }
}

TEST_F(Misuse, AConfigurationThatOthersCanWriteIsTheSameStatus) {
  std::filesystem::permissions(home_.path() / "hosts.yaml", std::filesystem::perms(0666));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "web1", "--", "true"}, {"hosts", "list"}, {"doctor"}}) {
    const auto told = cli(words);
    EXPECT_EQ(told.exit_code, 78) << words.front();
    EXPECT_THAT(told.out + told.err, HasSubstr("[config-open]"));
  }
}

TEST_F(Misuse, AConfigurationThatCannotBeReadIsTheSameStatus) {
  const auto file = home_.path() / "hosts.yaml";
  std::filesystem::remove(file);
  std::filesystem::create_symlink("/proc/self/mem", file);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "web1", "--", "true"}, {"hosts", "list"}, {"doctor"}}) {
    const auto told = cli(words);
    EXPECT_EQ(told.exit_code, 78) << words.front();
    EXPECT_THAT(told.out + told.err, HasSubstr("[config-unreadable]")) << words.front();
  }
  const auto forbidden = shell("setpriv --reuid 65534 --regid 65534 --clear-groups $m hosts list");
  EXPECT_EQ(forbidden.exit_code, 78);
  EXPECT_THAT(forbidden.err, AllOf(HasSubstr("Permission denied"), HasSubstr("[config-unreadable]")));
}

TEST_F(Misuse, WithoutAServerOperatorsAreToldSo) {
  EXPECT_THAT(cli({"stop", "call_1"}).err, HasSubstr("no mcp-ssh server that you can reach runs. Next: name "
                                                     "its socket with --socket [no-server]"));
  EXPECT_THAT(cli({"stop", "--all"}).out, HasSubstr("nothing was stopped"));
  EXPECT_THAT(cli({"sessions"}).out, HasSubstr("no mcp-ssh server that you can reach runs"));
  EXPECT_THAT(cli({"pending"}).out, HasSubstr("no mcp-ssh server that you can reach runs"));
}

TEST_F(Misuse, HelpSaysWhatACommandTakes) {
  EXPECT_THAT(cli({"run", "--help"}).out,
              AllOf(HasSubstr("--limit N=32 "), HasSubstr("--timeout SECONDS "), HasSubstr("124 timed out"),
                    HasSubstr("Every command also takes --config and --log-level.")));
}

TEST_F(Misuse, OutputThatDoesNotArriveIsAFailure) {
  for (const std::string words : {"hosts list", "print cursor", "sessions", "check true", "completion bash",
                                  "--help", "hosts --help", "--version"}) {
    for (const std::string nowhere : {">/dev/full", ">&-"}) {
      const auto told = shell("$m " + words + " " + nowhere);
      EXPECT_EQ(told.exit_code, 1) << words << nowhere;
      EXPECT_THAT(told.err, HasSubstr("cannot write to stdout")) << words << nowhere;
    }
    const auto left = shell("set -o pipefail; ($m " + words + ") | true");
    EXPECT_THAT(left.err, IsEmpty()) << words;
  }
}

TEST_F(Misuse, AReaderWhoClosedItsSocketIsToldNothing) {
  const auto told = shell(
      "exec python3 -c 'import socket, subprocess, sys; near, far = socket.socketpair(); far.close(); "
      "sys.exit(subprocess.run(sys.argv[1:], stdout=near).returncode)' $m hosts list");
  EXPECT_EQ(told.exit_code, 128 + SIGPIPE);
  EXPECT_THAT(told.err, IsEmpty());
}

}  // namespace
}  // namespace mcpssh::test
