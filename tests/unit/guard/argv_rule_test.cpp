// Rules of the owner about the words of commands.
#include "guard/argv_rule.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

ArgvRule rule(std::vector<std::vector<std::string>> words, bool more = false) {
  return {std::move(words), more};
}

Policy allowing(ArgvRule allowed) {
  Policy policy;
  policy.allow = {std::move(allowed)};
  return policy;
}

const ArgvRule tool_status = rule({{"mytool"}, {"status", "list"}, {}});
const ArgvRule any_tool = rule({{"mytool"}}, true);

TEST(ArgvRules, AnAllowedCommandRunsWithoutAQuestion) {
  EXPECT_EQ(decision_of("mytool status x"), "ask");
  for (const char* command :
       {"mytool status x", "sudo -n mytool list y", "nohup timeout 5 mytool status 'a b'",
        "/usr/local/bin/mytool status x", "my\"tool\" status x", "T=mytool; $T status x",
        "sh -c 'mytool status x'", "cd /srv && mytool status x | head -5"})
    EXPECT_EQ(decision_of(command, allowing(tool_status)), "allow") << command;
}

TEST(ArgvRules, OnlyWhatItSaysIsAllowed) {
  for (const char* command : {"mytool status", "mytool status x y", "mytool delete x", "mytool status $X",
                              "mytool status $(cat f)", "/tmp/mytool status x", "./mytool status x",
                              "mytool status x; othertool", "mytool status x | othertool", "mytool status *",
                              "LD_PRELOAD=/tmp/x.so mytool status x", "$T status x"})
    EXPECT_NE(decision_of(command, allowing(tool_status)), "allow") << command;
}

TEST(ArgvRules, AWildEndTakesAnyWords) {
  for (const char* command : {"mytool", "mytool a b c"})
    EXPECT_EQ(decision_of(command, allowing(any_tool)), "allow") << command;
  EXPECT_NE(decision_of("mytool $X", allowing(any_tool)), "allow");
}

TEST(ArgvRules, AnAllowNeverOpensABuiltInDenial) {
  EXPECT_EQ(decision_of("mkfs.ext4 /dev/sdb1", allowing(rule({{"mkfs.ext4"}}, true))), "deny");
  EXPECT_EQ(decision_of("rm -rf /", allowing(rule({{"rm"}}, true))), "deny");
  EXPECT_EQ(decision_of("rm -rf /srv/cache/x", allowing(rule({{"rm"}}, true))), "allow");
  EXPECT_EQ(decision_of("rm -rf /srv/cache/x; rm -rf /", allowing(rule({{"rm"}}, true))), "deny");
}

TEST(ArgvRules, AnAllowForOneCommandDoesNotSpeakForTheOthers) {
  const auto policy = allowing(rule({{"rm"}, {"-f"}, {"/srv/a"}}));
  EXPECT_EQ(decision_of("rm -f /srv/a", policy), "allow");
  EXPECT_EQ(decision_of("rm -f /srv/a; rm -f /srv/b", policy), "ask");
  EXPECT_EQ(decision_of("rm -f /srv/b; rm -f /srv/a", policy), "ask");
  EXPECT_EQ(decision_of("rm -f /srv/a > /dev/sda", policy), "deny");
}

TEST(ArgvRules, OnAReadOnlyHostTrustIsNoProofOfARead) {
  auto policy = allowing(any_tool);
  policy.mode = Mode::readonly;
  EXPECT_EQ(decision_of("mytool status x", policy), "deny");
}

TEST(ArgvRules, AForbiddenCommandNeverRuns) {
  Policy policy;
  policy.deny = {rule({{"systemctl"}, {"restart", "stop"}, {"nginx"}})};
  policy.unlock = {"user.deny"};
  for (const Mode mode : {Mode::standard, Mode::full}) {
    policy.mode = mode;
    for (const char* command : {"systemctl restart nginx", "sudo systemctl stop nginx",
                                "/tmp/systemctl stop nginx", "systemctl restart $X", "systemctl $X nginx",
                                "systemctl $X", "sh -c 'systemctl stop nginx'", "systemctl stop ngin?"})
      EXPECT_EQ(decision_of(command, policy), "deny") << command;
    EXPECT_EQ(decision_of("systemctl restart php-fpm", policy), "allow");
    EXPECT_EQ(decision_of("echo systemctl stop nginx", policy), "allow");
  }
}

TEST(ArgvRules, AForbiddenCommandIsAlsoAWrapperAShellOrABuiltin) {
  for (const auto& [name, command] :
       std::initializer_list<std::pair<const char*, const char*>>{{"sudo", "sudo ls"},
                                                                  {"bash", "bash -c ls"},
                                                                  {"sh", "echo ls | sh"},
                                                                  {"ssh", "ssh db1 uptime"},
                                                                  {"xargs", "echo a | xargs ls"},
                                                                  {"parallel", "parallel ls ::: a"},
                                                                  {"find", "find /srv -name x"},
                                                                  {"source", "source /etc/profile"},
                                                                  {".", ". /etc/profile"},
                                                                  {"timeout", "timeout 5 ls"},
                                                                  {"eval", "eval ls"},
                                                                  {"cd", "cd /srv"},
                                                                  {"sudo", "nohup sudo ls"},
                                                                  {"anything", "$X -l"}}) {
    Policy policy;
    policy.deny = {rule({{name}}, true)};
    EXPECT_EQ(decision_of(command, policy), "deny") << name << ": " << command;
    EXPECT_EQ(decision_of("ls; echo " + std::string(name), policy), "allow") << name;
  }
}

TEST(ArgvRules, AnAllowedShellMayRunItsScriptAndNothingElse) {
  const auto policy = allowing(rule({{"bash"}, {"/opt/x.sh"}}));
  EXPECT_EQ(decision_of("bash /opt/x.sh"), "ask");
  EXPECT_EQ(decision_of("bash /opt/x.sh", policy), "allow");
  EXPECT_EQ(decision_of("sudo bash /opt/x.sh", policy), "allow");
  EXPECT_EQ(decision_of("bash /opt/y.sh", policy), "ask");
  EXPECT_EQ(decision_of("sh /opt/x.sh", policy), "ask");
  // What an allowed shell runs speaks for itself.
  const auto any_shell = allowing(rule({{"bash", "eval", "sudo", "xargs", "find"}}, true));
  for (const char* command : {"bash -c 'mytool x'", "bash -c 'mytool x > /etc/passwd'", "eval 'mytool x'",
                              "sudo mytool x", "xargs mytool", "find /srv -exec mytool {} +",
                              "bash -c 'if true'", "bash -c '$X'", "bash -c 'LD_PRELOAD=/tmp/x ls'"})
    EXPECT_NE(decision_of(command, any_shell), "allow") << command;
}

TEST(ArgvRules, AWordThatSplitsMayBeTheWholeForbiddenCommand) {
  Policy policy;
  policy.deny = {rule({{"systemctl"}, {"stop"}, {"nginx"}})};
  for (const char* command : {"$X", "$X nginx", "sys$X", "/usr/bin/sys$X", "systemctl sto*$X",
                              "systemctl stop *", "systemctl $X $Y", "systemctl stop nginx $X"})
    EXPECT_EQ(decision_of(command, policy), "deny") << command;
  for (const char* command :
       {"journalctl$X", "systemctl stop php*", "systemctl restart *", "ls *", "systemctl stop nginx x"})
    EXPECT_NE(decision_of(command, policy), "deny") << command;
}

TEST(ArgvRules, AHomeMayBeTheForbiddenDirectory) {
  Policy policy;
  policy.deny = {rule({{"ls"}, {"/root/keys"}})};
  for (const char* command : {"ls ~/keys", "ls $HOME/keys", "ls \"$HOME\"/k*", "cd /; ls ~root/keys"})
    EXPECT_EQ(decision_of(command, policy), "deny") << command;
  for (const char* command : {"ls ~/other", "ls /srv/keys", "ls '~/keys'"})
    EXPECT_NE(decision_of(command, policy), "deny") << command;
}

TEST(ArgvRules, WhatCouldNotBeReadToItsEndIsForbiddenWhereAnythingIs) {
  std::string commands;
  for (int i = 0; i < 5000; ++i) commands += "id;";
  Policy policy;
  policy.deny = {rule({{"systemctl"}}, true)};
  for (const Mode mode : {Mode::standard, Mode::full}) {
    policy.mode = mode;
    for (const std::string& text : {commands + "systemctl stop x", std::string("echo 'open"),
                                    std::string("sh -c 'if true'"), "sh -c '" + commands + "'"})
      EXPECT_EQ(decision_of(text, policy), "deny") << text.substr(0, 40);
  }
  Policy full;
  full.mode = Mode::full;
  EXPECT_EQ(decision_of(commands, full), "ask");
  EXPECT_EQ(decision_of("sh -c 'if true'", full), "ask");
}

TEST(ArgvRules, OnADeviceWordsMayBeShortenedAndStandBehindOthers) {
  Policy policy;
  policy.deny = {rule({{"write"}, {"memory"}}), rule({{"interface"}, {"Gi0/1"}}),
                 rule({{"no"}, {"shutdown"}}), rule({{"ip"}, {"service"}, {"set", "print"}}, true)};
  const auto on = [&](const char* platform, const char* line) {
    const Verdict verdict = verdict_of(line, policy, Dialect::cli, platform);
    return verdict.decision == Decision::deny && first_rule(verdict) == "user.deny";
  };
  for (const char* line : {"write memory", "wr mem", "do wr m", "configure terminal\ndo write memory",
                           "no shut", "interface Gi0/1", "interface range Gi0/1 - 2\nint Gi0/1"})
    EXPECT_TRUE(on("cisco_ios", line)) << line;
  for (const char* line : {"write terminal", "show memory", "interface Gi0/10", "no ip http server",
                           "interface Gi0/2\ndescription write memory"})
    EXPECT_FALSE(on("cisco_ios", line)) << line;
  EXPECT_TRUE(on("mikrotik_routeros", "/ip/service/print"));
  EXPECT_TRUE(on("mikrotik_routeros", "/ip service set ssh port=22"));
  EXPECT_FALSE(on("mikrotik_routeros", "/ip address print"));
  // Nobody knows what the words of a device without a platform mean, so they may mean this.
  EXPECT_TRUE(on("", "wr mem"));
}

TEST(ArgvRules, AreWordedForPeople) {
  EXPECT_EQ(to_string(tool_status), "mytool status|list *");
  EXPECT_EQ(to_string(any_tool), "mytool **");
}

}  // namespace
}  // namespace mcpssh::guard::test
