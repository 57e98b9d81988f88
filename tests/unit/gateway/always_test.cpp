// "Always allow this here": which actions have a rule of their own, and that it opens nothing else.
#include "gateway/always.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/judgement.hpp"

namespace mcpssh::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> rule(const std::string& command, const guard::Policy& policy = {},
                              hosts::ShellKind shell = hosts::ShellKind::posix) {
  hosts::Host host;
  host.name = "web1";
  host.shell = shell;
  Exec exec;
  exec.command = command;
  return always_rule(exec, host, policy);
}

TEST(AlwaysRule, IsTheWordsOfOneSimpleCommand) {
  EXPECT_THAT(rule("frobnicate restart nginx"), ElementsAre("frobnicate", "restart", "nginx"));
  EXPECT_THAT(rule("  frobnicate   restart nginx "), ElementsAre("frobnicate", "restart", "nginx"));
  EXPECT_THAT(rule("frobnicate --all=1 /srv/x"), ElementsAre("frobnicate", "--all=1", "/srv/x"));
}

TEST(AlwaysRule, ThereIsNoneForWhatIsMoreThanThat) {
  for (const char* command :
       {"frobnicate restart nginx; id", "frobnicate restart nginx && id", "frobnicate restart nginx | tee x",
        "frobnicate restart nginx > x", "frobnicate restart $X", "frobnicate restart ngin*",
        "frobnicate restart {a,b}", "frobnicate restart 'nginx'", "frobnicate restart nginx\nid",
        "frobnicate restart `id`", "frobnicate restart ~x", "frobnicate restart ng?nx",
        "! frobnicate restart nginx", "( frobnicate restart nginx )", "X=1 frobnicate restart nginx", "", " ",
        "frobnicate restart nginx &"})
    EXPECT_THAT(rule(command), IsEmpty()) << command;
}

TEST(AlwaysRule, ThereIsNoneForWhatItWouldNotOpen) {
  EXPECT_THAT(rule("mkfs.ext4 /dev/sda"), IsEmpty()) << "denied";
  EXPECT_THAT(rule("rm -rf /"), IsEmpty()) << "denied";
  EXPECT_THAT(rule("frobnicate restart nginx", {}, hosts::ShellKind::cli), IsEmpty()) << "a device";
  guard::Policy with_pattern;
  with_pattern.deny_patterns.push_back(guard::Pattern::compile("restart nginx").value());
  EXPECT_THAT(rule("frobnicate restart nginx", with_pattern), IsEmpty()) << "the owner's own pattern asks";
  guard::Policy with_deny;
  with_deny.deny.push_back({{{"frobnicate"}}, true});
  EXPECT_THAT(rule("frobnicate restart nginx", with_deny), IsEmpty()) << "the owner forbids it";
  guard::Policy readonly;
  readonly.mode = guard::Mode::readonly;
  EXPECT_THAT(rule("frobnicate restart nginx", readonly), IsEmpty());
}

TEST(AlwaysRule, ThereIsNoneForAnActionWithMoreThanACommand) {
  hosts::Host host;
  const auto with = [&](auto change) {
    Exec exec;
    exec.command = "frobnicate restart nginx";
    change(exec);
    return always_rule(exec, host, guard::Policy());
  };
  EXPECT_THAT(with([](Exec&) {}), testing::Not(IsEmpty()));
  EXPECT_THAT(with([](Exec& e) { e.input = "x"; }), IsEmpty());
  EXPECT_THAT(with([](Exec& e) { e.directory = "/srv"; }), IsEmpty());
  EXPECT_THAT(with([](Exec& e) { e.environment = {{"LANG", "C"}}; }), IsEmpty());
  EXPECT_THAT(with([](Exec& e) { e.sudo_user = "root"; }), IsEmpty());
  EXPECT_THAT(with([](Exec& e) { e.tty = true; }), IsEmpty());
  EXPECT_THAT(always_rule(ShellLine{"", "frobnicate restart nginx"}, host, guard::Policy()), IsEmpty());
}

TEST(AlwaysRule, ItOpensThisAndNothingElse) {
  guard::Policy policy;
  guard::ArgvRule made;
  for (const auto& word : rule("frobnicate restart nginx")) made.words.push_back({word});
  policy.allow.push_back(made);
  const auto decision = [&](const std::string& command) {
    Exec exec;
    exec.command = command;
    return judge_exec(exec, hosts::Host(), policy).decision;
  };
  EXPECT_EQ(decision("frobnicate restart nginx"), guard::Decision::allow);
  for (const char* command : {"frobnicate restart nginx sshd", "frobnicate restart", "frobnicate stop nginx",
                              "frobnicate restart nginx; frobnicate stop sshd", "frobnicate restart $X"})
    EXPECT_NE(decision(command), guard::Decision::allow) << command;
}

}  // namespace
}  // namespace mcpssh::gateway
