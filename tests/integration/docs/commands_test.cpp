// Every command the pages show is one that the program, or ./dev, has.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/text.hpp"
#include "docs/command_tree.hpp"
#include "docs/pages.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

/// `hosts add|edit` is two calls, `[--json]` may be there.
std::vector<std::vector<std::string>> meant_by(const std::vector<std::string>& call) {
  std::vector<std::vector<std::string>> all{{}};
  for (std::string word : call) {
    std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
    if (word.empty()) continue;
    const bool choice = word.contains('|');
    std::vector<std::vector<std::string>> longer;
    for (const auto& so_far : all)
      for (const auto one : base::split(word, choice ? '|' : '\n')) {
        longer.push_back(so_far);
        longer.back().emplace_back(one);
      }
    all = std::move(longer);
  }
  return all;
}

std::size_t check_line(const std::string& line, const std::string& place) {
  std::size_t checked = 0;
  for (const auto& call : calls_in(line))
    for (const auto& words : meant_by(call)) {
      ++checked;
      EXPECT_EQ(complaint_about(words), "") << place << ": " << line;
    }
  return checked;
}

TEST(Docs, EveryCommandIsOneTheProgramTakes) {
  std::size_t checked = 0;
  for (const Page* page : current_pages()) {
    for (const auto& block : page->blocks)
      if (is_typed(block))
        for (const auto& line : commands_of(block)) checked += check_line(line, page->place(block));
    for (const auto& code : page->code) checked += check_line(code, page->name);
  }
  EXPECT_GT(checked, 100U);
}

TEST(Docs, TheCheckKnowsWhatTheProgramDoesNotTake) {
  EXPECT_EQ(complaint_about({"hosts", "list", "--json"}), "");
  EXPECT_EQ(complaint_about({"--config", "x.yaml", "hosts", "test", "web1"}), "");
  EXPECT_EQ(complaint_about({"serve", "--http", "0.0.0.0:80", "--admin", "x.sock", "--access-log", "-"}), "");
  EXPECT_EQ(complaint_about({"hosts", "list", "--josn"}), "unknown option --josn");
  EXPECT_EQ(complaint_about({"host", "list"}), "unknown command host");
  EXPECT_EQ(complaint_about({"hosts", "tets", "web1"}), "unknown command tets");
  EXPECT_EQ(complaint_about({"demo", "web1"}), "takes no word like web1");
  EXPECT_EQ(calls_in("sudo -u mcp-ssh env HOME=/x mcp-ssh hosts trust --all | tee log"),
            (std::vector<std::vector<std::string>>{{"hosts", "trust", "--all"}}));
  EXPECT_EQ(calls_in("install -o mcp-ssh -g mcp-ssh x; apt install mcp-ssh"),
            std::vector<std::vector<std::string>>());
}

TEST(Docs, EveryDevCommandIsThere) {
  std::set<std::string> known;
  static const std::regex row(R"(^  ([a-z][a-z-]*)( |$))"), named(R"(\./dev ([a-z][a-z-]*))");
  const auto help = run_ok({MCPSSH_SOURCE_DIR "/dev", "help"});
  for (const auto line : base::split(help, '\n')) {
    std::cmatch found;
    if (std::regex_search(line.begin(), line.end(), found, row)) known.insert(found[1]);
  }
  known.insert("help");
  ASSERT_TRUE(known.contains("test") && known.contains("lint")) << help;
  for (const Page* page : current_pages())
    for (std::sregex_iterator at(page->text.begin(), page->text.end(), named), end; at != end; ++at)
      EXPECT_TRUE(known.contains((*at)[1])) << page->name << ": ./dev " << (*at)[1];
}

/// The options in the first cell of a table's row, as in docs/http.md, are of some command.
TEST(Docs, EveryOptionInATableIsOneOfSomeCommand) {
  std::set<std::string> known;
  const auto collect = [&known](const auto& self, const Syntax& syntax) -> void {
    for (const auto& [name, value] : syntax.options) known.insert(name);
    for (const auto& [name, inner] : syntax.commands) self(self, inner);
  };
  collect(collect, program_syntax());
  static const std::regex cell(R"(^\| *((?:`--[a-z-]+[^`]*`[, ]*)+)\|)"), option("--[a-z-]+");
  for (const Page* page : current_pages())
    for (const auto line : base::split(page->text, '\n')) {
      std::cmatch found;
      if (!std::regex_search(line.begin(), line.end(), found, cell)) continue;
      const std::string cells = found[1];
      for (std::sregex_iterator at(cells.begin(), cells.end(), option), end; at != end; ++at)
        EXPECT_TRUE(known.contains(at->str())) << page->name << ": " << at->str();
    }
}

}  // namespace
}  // namespace mcpssh::test
