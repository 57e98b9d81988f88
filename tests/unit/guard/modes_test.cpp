#include <gtest/gtest.h>

#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

Policy in_mode(Mode mode) {
  Policy policy;
  policy.mode = mode;
  return policy;
}

TEST(ReadOnly, ProvedReadsRun) {
  const Policy policy = in_mode(Mode::readonly);
  for (const std::string command : {"ls -la /var/log",
                                    "cat /etc/hosts | grep -v '^#' | sort -u",
                                    "head -n 5 *.log",
                                    "tail -f /var/log/syslog",
                                    "df -h",
                                    "du -sh /srv",
                                    "free -m",
                                    "uptime",
                                    "uname -a",
                                    "id root",
                                    "whoami",
                                    "hostname",
                                    "hostname -f",
                                    "date",
                                    "date +%F",
                                    "date -d yesterday",
                                    "ps aux",
                                    "ss -tlnp",
                                    "netstat -an",
                                    "ip addr show",
                                    "ip -br a",
                                    "ip route",
                                    "ip route get 1.1.1.1",
                                    "systemctl status nginx",
                                    "systemctl is-active nginx",
                                    "systemctl list-units",
                                    "systemctl",
                                    "journalctl -u nginx -n 50 --no-pager",
                                    "dmesg -T",
                                    "stat /etc/passwd",
                                    "wc -l < /etc/passwd",
                                    "pwd; whoami",
                                    "echo hi >/dev/null",
                                    "ls 2>&1",
                                    "true && false || echo x",
                                    "find /etc -name '*.conf'",
                                    "find . -type f -follow",
                                    "sudo -n cat /var/log/auth.log",
                                    "timeout 5 df",
                                    "/usr/bin/ls /",
                                    "cd /tmp && ls",
                                    "for i in a b; do echo $i; done",
                                    "if test -f /x; then cat /x; fi",
                                    "cat $(which ls)",
                                    "cat `id`",
                                    "diff <(ls) x",
                                    "find . -exec ls {} +",
                                    "A=1",
                                    "A=1 ls",
                                    "sh -c ls",
                                    "xargs ls",
                                    "env ls",
                                    "eval ls",
                                    "less x",
                                    "awk 1 x",
                                    "export A=1",
                                    "ls $DIR",
                                    "sort *",
                                    "cat \"$F\"",
                                    "taskset -p 1234",
                                    "chrt -p 1234",
                                    "ionice -p 1",
                                    "prlimit --pid 1",
                                    "ip a s"})
    EXPECT_EQ(decision_of(command, policy), "allow") << command;
}

TEST(ReadOnly, SettingsOfARunningProcessAreNoRead) {
  for (const std::string command :
       {"chrt -p -f 99 1", "ionice -c 3 -p 1", "ionice -c3 -p1", "taskset -p 1 1234",
        "prlimit --pid 1 --nofile=1:1", "watch --shotsdir /etc ls"})
    EXPECT_EQ(decision_of(command, in_mode(Mode::readonly)), "deny") << command;
}

TEST(ReadOnly, WhatIsNotProvedIsDenied) {
  const Policy policy = in_mode(Mode::readonly);
  for (const std::string command : {"touch x",
                                    "mytool status",
                                    "./ls",
                                    "/tmp/ls",
                                    "ls > out",
                                    "ls >> out",
                                    "ls | tee out",
                                    "hostname web2",
                                    "hostname -b x",
                                    "date -s now",
                                    "date --se now",
                                    "date 010112002026",
                                    "dmesg -C",
                                    "dmesg -c",
                                    "dmesg --clear",
                                    "ip link set eth0 down",
                                    "ip netns exec x sh",
                                    "ip -b file",
                                    "systemctl restart nginx",
                                    "systemctl stop nginx",
                                    "systemctl -H web2 status",
                                    "journalctl --vacuum-size=1M",
                                    "journalctl --rot",
                                    "find . -delete",
                                    "find . -ok rm {} \\;",
                                    "find . -fprint x",
                                    "find . -fls x",
                                    "sort -o x y",
                                    "sort --compress-program=sh x",
                                    "sort --outp=x y",
                                    "ss -K dst 1.2.3.4",
                                    "uniq a b",
                                    "LD_PRELOAD=x ls",
                                    "alias ls=x",
                                    "f() { touch x; }",
                                    "while true; do touch x; done",
                                    "if touch x; then :; fi",
                                    "{ ls; } > out",
                                    "(ls) > out",
                                    "ls &> out",
                                    "exec 3> x",
                                    "cat <<EOF > x\ny\nEOF",
                                    "reboot",
                                    "rm x",
                                    "echo 'open",
                                    "python3 x.py"})
    EXPECT_EQ(decision_of(command, policy), "deny") << command;
}

TEST(ReadOnly, OnDevicesOnlyShowingCommandsRun) {
  const Policy policy = in_mode(Mode::readonly);
  const auto decide = [&](const std::string& text, const char* platform) {
    return decision_of(text, policy, Dialect::cli, platform);
  };
  for (const std::string line :
       {"show version", "sh run | include interface", "show run | sec bgp", "terminal length 0",
        "ping 10.0.0.1", "traceroute 10.0.0.1", "show a\nshow b"})
    EXPECT_EQ(decide(line, "cisco_ios"), "allow") << line;
  EXPECT_EQ(decide("display current-configuration", "huawei"), "allow");
  EXPECT_EQ(decide("get system status", "fortinet"), "allow");
  EXPECT_EQ(decide("/interface print", "mikrotik_routeros"), "allow");
  for (const std::string line : {"configure terminal", "show run | redirect flash:x", "show run > x",
                                 "show run | tee x", "show a ; reload", "show a\nwrite memory", "no shutdown",
                                 "clear counters", "show run | append x", "s", "copy run start"})
    EXPECT_EQ(decide(line, "cisco_ios"), "deny") << line;
  EXPECT_EQ(decide("/export file=x", "mikrotik_routeros"), "deny");
  EXPECT_EQ(decide("/interface print file=x", "mikrotik_routeros"), "deny");
}

TEST(ReadOnly, TheRuleIsNamed) {
  EXPECT_EQ(first_rule(verdict_of("touch x", in_mode(Mode::readonly))), "mode.readonly");
}

TEST(Restricted, EveryCommandMustMatchAnAllowPatternWhole) {
  Policy policy = in_mode(Mode::restricted);
  policy.allow_patterns.push_back(pattern("systemctl (status|restart) nginx"));
  policy.allow_patterns.push_back(pattern("uptime"));
  policy.allow_patterns.push_back(pattern("sudo systemctl restart nginx"));
  policy.allow_patterns.push_back(pattern("cat .*"));
  for (const std::string command :
       {"uptime", "systemctl  restart 'nginx'", "uptime; systemctl status nginx", "uptime && uptime",
        "sudo systemctl restart nginx", "cat /etc/hosts | cat -n"})
    EXPECT_EQ(decision_of(command, policy), "allow") << command;
  for (const std::string command :
       {"ls", "uptime -p", "uptime; ls", "systemctl restart nginx; id", "uptime > x",
        "systemctl restart \"$X\"", "cat $(id)", "cat `id`", "sh -c uptime", "sudo uptime", "A=1 uptime",
        "f() { ls; }", "cat /x > /y", "{ uptime; } > x", "echo 'open"})
    EXPECT_NE(decision_of(command, policy), "allow") << command;
  EXPECT_EQ(first_rule(verdict_of("ls", policy)), "mode.restricted");
}

TEST(Restricted, AnAllowPatternDoesNotOpenABuiltInRule) {
  Policy policy = in_mode(Mode::restricted);
  policy.allow_patterns.push_back(pattern(".*"));
  EXPECT_EQ(decision_of("rm -rf /", policy), "deny");
  EXPECT_EQ(decision_of("reboot", policy), "ask");
}

TEST(Restricted, WithoutPatternsNothingRuns) {
  EXPECT_EQ(decision_of("ls", in_mode(Mode::restricted)), "deny");
}

TEST(Full, DenialsBecomeQuestionsAndPatternsStillHold) {
  Policy policy = in_mode(Mode::full);
  EXPECT_EQ(decision_of("rm -rf /", policy), "ask");
  EXPECT_EQ(decision_of("write erase", policy, Dialect::cli), "ask");
  EXPECT_FALSE(verdict_of("rm -rf /", policy).unlocked);
  EXPECT_EQ(decision_of("ls \u202e", policy), "deny");
  policy.deny_patterns.push_back(pattern("vault"));
  EXPECT_EQ(decision_of("vault read x", policy), "ask");
  EXPECT_EQ(decision_of("ls", policy), "allow");
}

TEST(Full, MostQuestionsAreAllowedAndTheGravestStay) {
  const Policy policy = in_mode(Mode::full);
  for (const char* command : {"rm -rf /srv/www", "systemctl stop sshd", "apt-get remove nginx",
                              "frobnicate --all", "python3 -c 'print(1)'", "crontab -r", "cat /etc/shadow"}) {
    EXPECT_EQ(decision_of(command), "ask") << command;
    EXPECT_EQ(decision_of(command, policy), "allow") << command;
  }
  for (const char* command : {"userdel alice", "reboot", "iptables -F", "rmmod nf_tables",
                              "python3 -c 'os.system(\"mkfs.ext4 /dev/sda\")'", "frobnicate 'rm -rf /'"})
    EXPECT_EQ(decision_of(command, policy), "ask") << command;
}

TEST(UnknownAllowed, LetsUnknownProgramsRunAndNothingElse) {
  Policy policy;
  policy.unknown_allowed = true;
  EXPECT_EQ(decision_of("frobnicate --all"), "ask");
  EXPECT_EQ(decision_of("sudo frobnicate --all | head", policy), "allow");
  for (const char* command :
       {"systemctl frobnicate x", "bash x.sh", "frobnicate; rm -rf /srv/www", "$X --all"})
    EXPECT_EQ(decision_of(command, policy), "ask") << command;
  policy.mode = Mode::readonly;
  EXPECT_EQ(decision_of("frobnicate --all", policy), "deny");
}

TEST(Unlock, TurnsADenialIntoAQuestionForAHuman) {
  Policy policy;
  policy.unlock = {"disk.mkfs"};
  const Verdict verdict = verdict_of("mkfs.ext4 /dev/sdb1", policy);
  EXPECT_EQ(verdict.decision, Decision::ask);
  EXPECT_TRUE(verdict.unlocked);
  EXPECT_EQ(verdict.findings.at(0).rule, "disk.mkfs");
}

TEST(Unlock, OpensOnlyTheRuleItNames) {
  Policy policy;
  policy.unlock = {"disk.mkfs", "text.invisible", "mode.readonly"};
  EXPECT_EQ(decision_of("mkfs.ext4 /dev/sdb1; rm -rf /", policy), "deny");
  EXPECT_FALSE(verdict_of("mkfs.ext4 /dev/sdb1; rm -rf /", policy).unlocked);
  EXPECT_EQ(decision_of("ls \u202e", policy), "deny");
  EXPECT_FALSE(verdict_of("reboot", policy).unlocked);
  policy.mode = Mode::readonly;
  EXPECT_EQ(decision_of("touch x", policy), "deny");
}

TEST(UnknownDialect, AsksAboutEverythingAndProvesNothing) {
  for (const char* command : {"hostname", "dir", "Remove-Item -Recurse C:\\", "echo harmless"}) {
    const Verdict verdict = verdict_of(command, {}, Dialect::other);
    EXPECT_EQ(verdict.decision, Decision::ask) << command;
    EXPECT_EQ(first_rule(verdict), "shell.unknown-dialect");
  }
  Policy readonly;
  readonly.mode = Mode::readonly;
  EXPECT_EQ(decision_of("hostname", readonly, Dialect::other), "deny");
  Policy restricted;
  restricted.mode = Mode::restricted;
  restricted.allow_patterns = {pattern("hostname")};
  EXPECT_EQ(decision_of("hostname", restricted, Dialect::other), "deny") << "its words may mean more there";
}

}  // namespace
}  // namespace mcpssh::guard::test
