// The guard's parser beside two that are known to be right: what bash takes the guard can read, and no
// command that shfmt sees is hidden from it.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "guard/explain.hpp"
#include "guard/judge.hpp"
#include "guard/labelled_lines.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

/// Scripts of nested compounds, quotes and substitutions, the same ones for the same seed.
class ScriptMaker {
 public:
  explicit ScriptMaker(unsigned seed) : random_(seed) {}

  std::string list(int depth) {
    std::string out = command(depth);
    for (int i = pick(3); i > 0; --i)
      out += one_of({"; ", "\n", " && ", " || ", " | ", " & "}) + command(depth);
    return out;
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string one_of(const std::vector<std::string>& choices) {
    return choices[static_cast<std::size_t>(pick(static_cast<int>(choices.size())))];
  }

  std::string word(int depth) {
    switch (pick(depth > 0 ? 14 : 8)) {
      case 0:
        return "'a b; c'";
      case 1:
        return "\"x $HOME y\"";
      case 2:
        return "a\\ b";
      case 3:
        return "$'\\x41\\n'";
      case 4:
        return "{a,b}c";
      case 5:
        return "*.log";
      case 6:
        return "--opt=1";
      case 7:
        return "\"\"";
      case 8:
        return "$(" + list(depth - 1) + ")";
      case 9:
        return "\"$(" + list(depth - 1) + ")\"";
      case 10:
        return "${x:-$(" + simple(depth - 1) + ")}";
      case 11:
        return "<(" + list(depth - 1) + ")";
      case 12:
        return "$((1 + $(" + simple(depth - 1) + ")))";
      default:
        return "`" + simple(0) + "`";
    }
  }

  std::string simple(int depth) {
    std::string out = one_of({"", "", "A=1 ", "LC_ALL=C B='x y' "});
    out += one_of({"ls", "rm", "cat", "grep", "systemctl", "curl", "dd", "find", "sed"});
    for (int i = pick(4); i > 0; --i) out += " " + word(depth);
    return out +
           one_of({"", "", "", " > /tmp/out", " 2>&1", " < /etc/hosts", " >> log 2> err", " <<< 'text'"});
  }

  std::string command(int depth) {
    if (depth <= 0) return simple(0);
    const int inner = depth - 1;
    switch (pick(12)) {
      case 0:
        return "if " + list(inner) + "\nthen " + list(inner) + "\nelse " + list(inner) + "\nfi";
      case 1:
        return "for i in a " + word(inner) + "; do " + list(inner) + "\ndone";
      case 2:
        return "while " + simple(inner) + "; do " + list(inner) + "\ndone";
      case 3:
        return "case " + word(inner) + " in a|b) " + list(inner) + " ;; *) " + list(inner) + "\n;; esac";
      case 4:
        return "{ " + list(inner) + "\n}";
      case 5:
        return "( " + list(inner) + "\n)";
      case 6:
        return "f() { " + list(inner) + "\n}";
      case 7:
        return "[[ -n " + word(inner) + " && $x == a* ]]";
      case 8:
        return "! " + simple(inner);
      case 9:
        return simple(inner) + " <<EOF\ntext $(" + simple(0) + ")\nEOF\n";
      default:
        return simple(inner);
    }
  }

  std::mt19937 random_;
};

std::vector<std::string> scripts() {
  auto out = labelled_lines();
  for (unsigned seed = 1; seed <= 400; ++seed) out.push_back(ScriptMaker(seed).list(3));
  return out;
}

Finished fed(std::vector<std::string> argv, const std::string& input) {
  Process::Options options;
  options.argv = std::move(argv);
  Process process(std::move(options));
  process.write(input);
  process.close_stdin();
  Finished out;
  out.exit_code = process.wait(10s).value();
  out.out = process.out();
  out.err = process.err();
  return out;
}

bool reads(const std::string& script) {
  const auto verdict = guard::judge(guard::Command{script}, {}, {}).verdict;
  for (const auto& found : verdict.findings)
    if (found.rule == "shell.unreadable") return false;
  return true;
}

/// The names of the simple commands in shfmt's tree that stand there as plain words.
void collect(const boost::json::value& node, std::map<std::string, int>& names) {
  if (const auto* list = node.if_array())
    for (const auto& item : *list) collect(item, names);
  const auto* object = node.if_object();
  if (object == nullptr) return;
  for (const auto& [key, value] : *object) collect(value, names);
  const auto* type = object->if_contains("Type");
  const auto* args = object->if_contains("Args");
  if (type == nullptr || *type != "CallExpr" || args == nullptr || !args->is_array() ||
      args->as_array().empty())
    return;
  const auto& parts = args->as_array()[0].as_object().at("Parts").as_array();
  if (parts.size() != 1 || parts[0].as_object().at("Type") != "Lit") return;
  const std::string name(parts[0].as_object().at("Value").as_string());
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-./") == std::string::npos) ++names[name];
}

/// How many commands of that name the guard's tree has.
std::map<std::string, int> commands_in(const std::string& drawing) {
  std::map<std::string, int> out;
  for (const std::string_view line : base::split(drawing, '\n')) {
    const auto at = line.find("command: ");
    if (at == std::string_view::npos) continue;
    for (const std::string_view word : base::split(line.substr(at + 9), ' ')) ++out[std::string(word)];
  }
  return out;
}

TEST(ParserOracle, WhatBashTakesTheGuardReads) {
  int taken = 0;
  for (const std::string& script : scripts()) {
    const auto bash = fed({"bash", "--norc", "--noprofile", "-n"}, script);
    if (bash.exit_code != 0 || !bash.err.empty()) continue;
    ++taken;
    EXPECT_TRUE(reads(script)) << script;
  }
  EXPECT_GT(taken, 800);
}

TEST(ParserOracle, NoCommandShfmtSeesIsHiddenFromTheGuard) {
  boost::json::parse_options deep;
  deep.max_depth = 4000;
  int compared = 0;
  for (const std::string& script : scripts()) {
    const auto shfmt = fed({"shfmt", "-tojson", "-ln", "bash"}, script);
    if (shfmt.exit_code != 0) continue;
    std::map<std::string, int> names;
    collect(boost::json::parse(shfmt.out, {}, deep), names);
    const auto ours = commands_in(guard::explain(script));
    for (const auto& [name, count] : names) {
      ++compared;
      const auto found = ours.find(name);
      EXPECT_GE(found == ours.end() ? 0 : found->second, count) << name << " in\n"
                                                                << script << "\n"
                                                                << guard::explain(script);
    }
  }
  EXPECT_GT(compared, 1500);
}

}  // namespace
}  // namespace mcpssh::test
