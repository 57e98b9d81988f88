#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

/// Wrapping a command must never make its verdict milder than "not silent", nor stop what is harmless.
namespace mcpssh::guard::test {
namespace {

using Wrap = std::pair<std::string, std::function<std::string(const std::string&)>>;

std::string quoted(const std::string& text) {
  return base::shell_quote(text);
}

/// Wrappings that run the command whatever it is.
std::vector<Wrap> plain_wraps() {
  return {
      {"sh -c", [](const auto& c) { return "sh -c " + quoted(c); }},
      {"bash -xc", [](const auto& c) { return "bash -xc " + quoted(c); }},
      {"sudo sh -c", [](const auto& c) { return "sudo -n sh -c " + quoted(c); }},
      {"wrappers", [](const auto& c) { return "timeout 5 nice -n 5 env A=1 nohup sh -c " + quoted(c); }},
      {"eval", [](const auto& c) { return "eval " + quoted(c); }},
      {"group", [](const auto& c) { return "{ " + c + "\n}"; }},
      {"subshell", [](const auto& c) { return "( " + c + "\n)"; }},
      {"after a command", [](const auto& c) { return "ls -l; " + c; }},
      {"after &&", [](const auto& c) { return "true && " + c; }},
      {"after a newline", [](const auto& c) { return "# note\n\n" + c; }},
      {"if", [](const auto& c) { return "if true; then " + c + "\nfi"; }},
      {"else", [](const auto& c) { return "if true; then :; else " + c + "\nfi"; }},
      {"function", [](const auto& c) { return "f() { " + c + "\n}; f"; }},
      {"case", [](const auto& c) { return "case x in (y) ;; x|z) " + c + "\n;; esac"; }},
      {"ssh", [](const auto& c) { return "ssh -p 22 root@db1 " + quoted(c); }},
  };
}

std::vector<Wrap> hiding_wraps() {
  return {
      {"while", [](const auto& c) { return "while true; do " + c + "\ndone"; }},
      {"for", [](const auto& c) { return "for i in 1 2; do " + c + "\ndone"; }},
      {"background", [](const auto& c) { return "{ " + c + "\n} &"; }},
      {"substitution", [](const auto& c) { return "echo \"x$(" + c + "\n)\""; }},
      {"default value", [](const auto& c) { return ": \"${x:-$(" + c + "\n)}\""; }},
      {"process", [](const auto& c) { return "diff <(" + c + "\n) /dev/null"; }},
      {"here-document", [](const auto& c) { return "bash <<'END_OF_CODE'\n" + c + "\nEND_OF_CODE"; }},
      {"here-string", [](const auto& c) { return "sh <<< " + quoted(c); }},
      {"echo to sh", [](const auto& c) { return "echo " + quoted(c) + " | sh"; }},
      {"printf to sudo bash", [](const auto& c) { return "printf '%s\\n' " + quoted(c) + " | sudo bash"; }},
      {"trap", [](const auto& c) { return "trap " + quoted(c) + " EXIT"; }},
      {"alias", [](const auto& c) { return "alias ll=" + quoted(c); }},
      {"find", [](const auto& c) { return "find /tmp -exec sh -c " + quoted(c) + " \\;"; }},
      {"xargs", [](const auto& c) { return "ls | xargs -n1 sh -c " + quoted(c); }},
      {"variable", [](const auto& c) { return "X=" + quoted(c) + "; eval \"$X\""; }},
      {"pager", [](const auto& c) { return "PAGER=" + quoted(c) + " git log"; }},
      {"watch", [](const auto& c) { return "watch -n 5 " + quoted(c); }},
      {"su", [](const auto& c) { return "su - root -c " + quoted(c); }},
      {"flock", [](const auto& c) { return "flock /run/x -c " + quoted(c); }},
  };
}

/// Shell commands the guard stops, or lets run.
std::vector<std::string> commands(bool stopped) {
  std::vector<std::string> out;
  for (const Case& c : read_cases())
    if (c.dialect == Dialect::posix) out.push_back(c.command);
  std::ranges::move(unseen_commands("posix"), std::back_inserter(out));
  std::erase_if(out,
                [&](const std::string& command) { return (decision_of(command) != "allow") != stopped; });
  return out;
}

TEST(Metamorphic, NoWrappingSilencesADangerousCommand) {
  auto wraps = plain_wraps();
  for (Wrap& wrap : hiding_wraps()) wraps.push_back(std::move(wrap));
  EXPECT_GE(wraps.size(), 30u);
  int checked = 0;
  for (const std::string& command : commands(true)) {
    for (const auto& [name, wrap] : wraps) {
      ++checked;
      EXPECT_NE(decision_of(wrap(command)), "allow") << name << ": " << wrap(command);
    }
  }
  EXPECT_GT(checked, 18'000);
}

TEST(Metamorphic, TwoWrappingsDoNotEither) {
  const auto outer = plain_wraps();
  const auto inner = hiding_wraps();
  for (const std::string command :
       {"rm -fr /", "mkfs.ext4 /dev/sda", "cd / && rm -rf *", "> /dev/sda", "A=rm; $A -r /"})
    for (const auto& [outer_name, outer_wrap] : outer)
      for (const auto& [inner_name, inner_wrap] : inner)
        EXPECT_EQ(decision_of(outer_wrap(inner_wrap(command))) == "allow", false)
            << outer_name << " of " << inner_name << " of " << command;
}

TEST(Metamorphic, QuotingTheWordsOfACommandChangesNothing) {
  for (const std::string word :
       {"rm", "r''m", "\"rm\"", "\\rm", "$'rm'", "$'\\x72\\x6d'", "/bin/rm", "r\\\nm"})
    for (const std::string flags :
         {"-rf", "-r -f", "-fr", "--recursive --force", "'-rf'", "-\"rf\"", "--recur"})
      for (const std::string target : {"/", "//", "'/'", "/.", "/*", "/etc", "/./etc/", "\"/\"etc"})
        EXPECT_EQ(decision_of(word + " " + flags + " " + target), "deny")
            << word << " " << flags << " " << target;
}

TEST(Metamorphic, HarmlessWrappingsDoNotStopHarmlessCommands) {
  int stopped = 0;
  int checked = 0;
  for (const std::string& command : commands(false)) {
    if (command.contains("<<")) continue;
    for (const auto& [name, wrap] : plain_wraps()) {
      ++checked;
      stopped += decision_of(wrap(command)) == "allow" ? 0 : 1;
    }
  }
  EXPECT_LT(stopped * 50, checked) << stopped << " of " << checked;  // under 2 %
}

}  // namespace
}  // namespace mcpssh::guard::test
