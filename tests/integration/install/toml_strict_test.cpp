// TOML as a strict reader has it: whatever Python's tomllib takes and we edit, it takes afterwards, and all
// but our entry says what it said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "cli/install/entry_text.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {
namespace {

using cli::EntryPlace;
using cli::FileFormat;
using Words = std::vector<std::string>;

/// Texts of everything that TOML 1.0 has, and of some that it does not have.
class TomlTexts {
 public:
  explicit TomlTexts(unsigned seed) : random_(seed) {}

  std::string text() {
    line_ = one_in(5) ? "\r\n" : "\n";
    count_ = 0;
    std::string out;
    for (std::size_t i = pick(4); i > 0; --i) out += line();
    for (std::size_t i = pick(6); i > 0; --i) {
      out += header() + end_of_line();
      for (std::size_t n = pick(4); n > 0; --n) out += line();
    }
    if (one_in(4)) out += comment();
    return out;
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t n) { return pick(n) == 0; }
  const std::string& one_of(const Words& words) { return words[pick(words.size())]; }
  std::string gap() { return one_of({"", " ", "  ", "\t", " \t "}); }
  std::string comment() { return one_of({"# [mcp_servers.ssh]", "#", "# \"\"\" '''", "#\t= ü ]"}); }
  std::string end_of_line() { return gap() + (one_in(4) ? comment() : "") + line_; }

  std::string key() {
    const std::string own = std::to_string(++count_);
    if (one_in(6)) return one_of({"mcp_servers", "\"mcp_servers\"", "'mcp_servers'"});
    if (one_in(6)) return one_of({"ssh", "'ssh'", "\"s\\u0073h\"", "\"\"", "''", "a", "ssh.a"});
    return one_of({"k" + own, own, "-" + own, "_" + own, "\"q " + own + "\"", "'l." + own + "'",
                   "\"\\U0001F600" + own + "\"", "\"# " + own + "\""});
  }
  std::string path() {
    std::string out = key();
    while (one_in(3)) out += gap() + "." + gap() + key();
    return out;
  }
  std::string header() {
    const std::string inner =
        gap() + (one_in(2) ? one_of({"mcp_servers", "\"mcp_servers\""}) + gap() + "." + gap() : "") + path() +
        gap();
    return gap() + (one_in(5) ? "[[" + inner + "]]" : "[" + inner + "]");
  }
  std::string line() {
    if (one_in(5)) return gap() + (one_in(2) ? comment() : "") + line_;
    return gap() + path() + gap() + "=" + gap() + value(0) + end_of_line();
  }

  std::string value(int depth) {
    if (depth < 3 && one_in(5)) return list(depth);
    if (depth < 3 && one_in(6)) return table(depth);
    static const Words strings{R"("a\tb\"\\ \u00fc")",
                               R"('c:\')",
                               R"("")",
                               R"("it's # no ]")",
                               R"(""""q"""")",
                               "'''\n[mcp_servers.ssh]\n''x'''",
                               "\"\"\"\n[mcp_servers.ssh]\n a \"\"\\\" \\\n   b\\\\\"\"\"",
                               R"('''''')",
                               R"("""""")",
                               R"('''it's''''')"};
    static const Words others{"+1_0",
                              "0xDEAD_beef",
                              "0o7",
                              "0b1",
                              "1e6",
                              "-0.5E-1_0",
                              "inf",
                              "-inf",
                              "true",
                              "false",
                              "1979-05-27T07:32:00Z",
                              "1979-05-27 07:32:00.5-07:00",
                              "1979-05-27",
                              "07:32:00.25",
                              "01",
                              "1 2",
                              "tru",
                              "1979-05-27 x",
                              "[1",
                              "2020-13-45"};
    return one_in(2) ? one_of(strings) : others[pick(one_in(10) ? others.size() : 14)];
  }
  std::string list(int depth) {
    std::string out = "[";
    const auto between = [&] { return one_in(4) ? gap() + comment() + line_ + gap() : gap(); };
    const std::size_t size = pick(4);
    for (std::size_t i = 0; i < size; ++i)
      out += between() + value(depth + 1) + between() + (i + 1 < size || one_in(3) ? "," : "");
    return out + between() + "]";
  }
  std::string table(int depth) {
    std::string out = "{" + gap();
    const std::size_t size = pick(3);
    for (std::size_t i = 0; i < size; ++i)
      out += path() + gap() + "=" + gap() + value(depth + 1) + gap() +
             (i + 1 < size || one_in(30) ? "," + gap() : "");
    return out + "}";
  }

  std::mt19937 random_;
  std::string line_;
  int count_ = 0;
};

/// Reads lines of JSON {before, after, out}: a text, with our entry, and without it again; or {before,
/// error}. Says what is wrong with them, and last how many it took.
constexpr std::string_view strict_reader = R"py(
import copy, json, sys, tomllib
entry, took, refused = json.loads(sys.argv[2]), 0, 0

def others(document):
    rest = copy.deepcopy(document)
    servers = rest.get("mcp_servers")
    if isinstance(servers, dict):
        servers.pop("ssh", None)
        if not servers:
            del rest["mcp_servers"]
    return rest

# Types are told apart (1, 1.0, True), the order of keys is not.
def said(document):
    return json.dumps(document, sort_keys=True, default=repr)

for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    texts = json.loads(line)
    try:
        before = tomllib.loads(texts["before"])
    except tomllib.TOMLDecodeError:
        continue
    if "after" not in texts:
        refused += 1
        if "in a way that this program does not edit" not in texts["error"]:
            print("%s\n%s" % (texts["error"], texts["before"]))
        continue
    took += 1
    for step in ("after", "out"):
        try:
            read = tomllib.loads(texts[step])
            ours = read.get("mcp_servers", {}).get("ssh")
            fine = said(others(read)) == said(others(before)) and ours == (entry if step == "after" else None)
        except (tomllib.TOMLDecodeError, AttributeError) as error:
            fine = False
            print(error)
        if not fine:
            print("--- before\n%s\n--- %s\n%s" % (texts["before"], step, texts[step]))
print("took", took, "refused", refused)
)py";

TEST(TomlStrict, WhatAStrictReaderTakesItTakesWithOurEntryAndWithoutIt) {
  const EntryPlace place{FileFormat::toml, "mcp_servers", "ssh"};
  const base::json::object entry{{"command", "/opt/it's \"here\"\\/mcp-ssh"},
                                 {"args", base::json::array{"--config", "ü\x7f"}},
                                 {"env", base::json::object{{"A B", "x"}}}};
  TempDir files;
  std::ofstream lines(files.path() / "texts");
  for (unsigned seed = 0; seed < 20000; ++seed) {
    const std::string before = TomlTexts(seed).text();
    base::json::object texts{{"before", before}};
    const auto after = with_entry(before, "f", place, entry);
    if (after) {
      const auto out = without_entry(*after, "f", place, false);
      ASSERT_TRUE(out) << out.error().message() << "\n" << *after;
      texts["after"] = *after;
      texts["out"] = *out;
    } else {
      texts["error"] = after.error().message();
    }
    lines << base::json::serialize(texts) << "\n";
  }
  lines.close();
  const auto script = files.write("read.py", strict_reader);
  Process::Options options;
  options.argv = {"/usr/bin/python3", script.string(), (files.path() / "texts").string(),
                  base::json::serialize(entry)};
  const auto told = run_to_end(std::move(options), std::chrono::seconds(120));
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, testing::MatchesRegex("took [0-9]+ refused [0-9]+\n"));
  std::size_t took = 0;
  std::istringstream(told.out.substr(told.out.rfind("took") + 4)) >> took;
  EXPECT_GT(took, 3000U) << "otherwise it compares little";
}

}  // namespace
}  // namespace mcpssh::test
