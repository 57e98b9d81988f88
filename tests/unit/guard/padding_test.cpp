// What is denied stays denied behind more than the guard reads: past the limits a text is at least a
// question, and never less than what it says in plain words.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "base/limits.hpp"
#include "examples.hpp"

namespace mcpssh::guard::test {
namespace {

/// `command` with so much of something around it. One is an everyday line; `many` is past a limit.
struct Padding {
  std::string name;
  int many;
  std::function<std::string(const std::string& command, int times)> around;
};

std::string repeated(const std::string& part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

Padding wrapper(const std::string& words, int many) {
  return {words, many, [words](const std::string& command, int n) { return repeated(words, n) + command; }};
}

Padding before(const std::string& code, int many) {
  return {"before: " + code, many,
          [code](const std::string& command, int n) { return repeated(code, n) + command; }};
}

Padding nested(const std::string& open, const std::string& close, int many) {
  return {open + close, many, [open, close](const std::string& command, int n) {
            return repeated(open, n) + command + "\n" + repeated(close, n);
          }};
}

/// Words that cost more than the guard expands, which a variable makes of few.
std::string many_words(const std::string& command, int n) {
  return "v='" + repeated("a ", 5000) + "'; " + repeated(": $v $v; ", n) + command;
}

std::vector<Padding> paddings() {
  return {
      wrapper("sudo ", 17),
      wrapper("sudo -n ", 2000),
      wrapper("sudo -u root ", 40),
      wrapper("env A=1 ", 200),
      wrapper("timeout 5 nice -n 5 nohup ", 50),
      wrapper("command ", 100),
      wrapper("xargs ", 40),
      wrapper("eval ", 20),
      wrapper("ssh db1 ", 20),
      wrapper("sudo ssh db1 env ", 30),
      before("id; ", 1500),
      before("id\n", 1500),
      before("ls -l /tmp && ", 1500),
      before("x=5; ", 2500),
      before("(true); ", 1000),
      {"many different ones", 1500,
       [](const std::string& command, int n) {
         std::string out;
         for (int i = 0; i < n; ++i) out += "e " + std::to_string(i) + ";";
         return out + command;
       }},
      {"words", 30, many_words},
      {"braces", 1,
       [](const std::string& command, int) { return repeated(": {1..200}{1..200}; ", 60) + command; }},
      {"loops", 20,
       [](const std::string& command, int n) {
         return repeated("for a in 1 2 3 4 5 6 7 8; do ", n) + "id; " + repeated("done; ", n) + command;
       }},
      nested("( ", ") ", 70),
      nested("{ ", "} ", 70),
      nested("if true; then ", "fi; ", 70),
      nested("while sleep 1; do ", "done; ", 70),
      nested("echo $( ", ") ", 12),
      nested("echo \"$( ", ")\" ", 12),
      {"sh -c", 10,
       [](const std::string& command, int n) {
         std::string out = command;
         for (int i = 0; i < n; ++i) {
           std::string quoted;
           for (const char c : out)
             quoted += std::string_view("\"\\$`").contains(c) ? std::string("\\") + c : std::string(1, c);
           out = "sh -c \"" + quoted + "\"";
         }
         return out;
       }},
  };
}

/// Shell commands that are denied, each once.
std::set<std::string> denied_commands() {
  std::set<std::string> out;
  for (const Example& example : all_examples())
    if (example.platform.empty()) out.insert(example.command);
  for (const Case& c : read_cases())
    if (c.dialect == Dialect::posix) out.insert(c.command);
  std::erase_if(out, [](const std::string& command) { return decision_of(command) != "deny"; });
  return out;
}

TEST(Padding, MakesNoQuestionOfADenial) {
  std::map<std::string, int> checked;
  for (const std::string& command : denied_commands()) {
    for (const Padding& padding : paddings()) {
      const std::string text = padding.around(command, padding.many);
      if (text.size() > base::limits::command_bytes) continue;
      // "sudo cd / && rm -rf *" is another command than the one denied; so what counts is what one says.
      if (decision_of(padding.around(command, 1)) != "deny") continue;
      ++checked[padding.name];
      EXPECT_EQ(decision_of(text), "deny") << padding.name << " around " << command;
    }
  }
  for (const Padding& padding : paddings()) EXPECT_GT(checked[padding.name], 50) << padding.name;
}

TEST(Padding, OfWhatIsHarmlessIsAQuestion) {
  for (const Padding& padding : paddings())
    for (const std::string command : {"uptime", "ls -l /srv", "rm -f /tmp/x"}) {
      const std::string decision = decision_of(padding.around(command, padding.many));
      EXPECT_EQ(decision, "ask") << padding.name << " around " << command;
    }
}

TEST(Padding, OfMentionsAndOfWhatGoesEveryDayIsAQuestionToo) {
  const std::string padding = repeated("id; ", 1500);
  for (const std::string command :
       {"last reboot", "journalctl -b | grep -c shutdown", "# do not reboot\nls", "rm -rf /tmp/x",
        "for f in a b; do rm -rf /tmp/$f; done", "if [ -d /tmp/x ]; then rm -rf /tmp/x; fi",
        "case $1 in a) rm -rf /tmp/b;; esac", "echo 'mkfs is a word'"})
    EXPECT_EQ(decision_of(padding + command), "ask") << command;
}

TEST(Padding, HidesNothingInCompoundCommandsAndSubshells) {
  const std::string padding = repeated("id; ", 1500);
  for (const std::string command :
       {"for\tx in /; do rm -rf $x; done", "cd /; (cd /tmp); find . -delete", "x=/; (x=/tmp); rm -rf $x",
        "function f { f|f& }; f", "f() if :; then f|f& fi; f", "select x in /; do rm -rf $x; done",
        "for x in /; do for y in a; do rm -rf $x; done; done", "for x in /; do echo done; rm -rf $x; done",
        "(cd /; rm -rf *)", "{ cd /; }; rm -rf *", "coproc X { rm -rf /; }", "case a in a) rm -rf /;; esac"})
    EXPECT_EQ(decision_of(padding + command), "deny") << command;
}

TEST(Padding, OfADevicesLinesMakesNoQuestionOfADenialEither) {
  const auto verdict = [](const std::string& text, const std::string& platform) {
    return decision_of(text, {}, Dialect::cli, platform);
  };
  const std::string lines = repeated("show clock\n", 5000);
  EXPECT_EQ(verdict(lines + "write erase", "cisco_ios"), "deny");
  EXPECT_EQ(verdict(lines + "request system zeroize", "juniper_junos"), "deny");
  EXPECT_EQ(
      verdict(repeated("/ip address print\n", 3000) + "/system reset-configuration", "mikrotik_routeros"),
      "deny");
  EXPECT_EQ(verdict(lines + "bash mkfs /dev/sda", "arista_eos"), "deny");
  EXPECT_EQ(verdict(repeated("id; ", 1500) + "find / -delete", "linux"), "deny");
  EXPECT_EQ(verdict("bash " + repeated("sudo ", 17) + "find / -delete", "arista_eos"), "deny");
}

TEST(Padding, LeavesWhatIsQuotedAMention) {
  for (const Padding& padding : {wrapper("sudo ", 17), before("id; ", 1500), nested("( ", ") ", 70)})
    EXPECT_EQ(decision_of(padding.around("echo 'find / -delete' > /dev/null", padding.many)), "ask")
        << padding.name;
}

TEST(Padding, LeavesWhatIsUnlockedAQuestion) {
  Policy policy;
  policy.unlock = {"fs.remove-root"};
  const std::string padding = repeated("id; ", 1500);
  EXPECT_EQ(decision_of(padding + "find / -delete", policy), "ask");
  EXPECT_EQ(decision_of("find / -delete; " + padding + "chmod -R 000 /", policy), "deny");
}

}  // namespace
}  // namespace mcpssh::guard::test
