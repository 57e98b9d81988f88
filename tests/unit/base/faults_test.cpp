// Every error has a code, every code an entry in docs/troubleshooting.md, and the other way round.
#include "base/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "base/text.hpp"

namespace mcpssh::base {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The sources, without the table itself.
std::map<std::string, std::string> sources() {
  std::map<std::string, std::string> texts;
  const auto root = fs::path(MCPSSH_SOURCE_DIR) / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with("faults."))
      texts[fs::relative(entry.path(), root).string()] = text_of(entry.path());
  return texts;
}

TEST(Faults, CodesAreWordsAndDiffer) {
  static const std::regex word("[a-z]+(-[a-z]+)*");
  std::set<std::string_view> seen;
  for (const auto& row : faults()) {
    EXPECT_TRUE(std::regex_match(std::string(row.code), word)) << row.code;
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_FALSE(row.meaning.empty() || row.meaning.ends_with('.')) << row.code;
    EXPECT_FALSE(row.remedy.empty() || row.remedy.ends_with('.')) << row.code;
    EXPECT_EQ(fault_named(row.code), row.fault);
  }
  EXPECT_FALSE(fault_named("no-such-code"));
  EXPECT_FALSE(fault_named(""));
}

TEST(Faults, EveryKindHasAGeneralOneOfItsName) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
    const auto kind = static_cast<ErrorCode>(i);
    std::string name(to_string(kind));
    std::ranges::replace(name, '_', '-');
    EXPECT_EQ(to_string(general_fault(kind)), name);
    EXPECT_EQ(row_of(general_fault(kind)).kind, kind);
  }
}

TEST(Faults, AnErrorShowsItsCodeAtTheEndAndItsSentenceHasNone) {
  const Error error =
      Error(Fault::key_file_open, "the key k may be read by others", "chmod 600 k").at_host("web1");
  EXPECT_STREQ(error.what(), "web1: the key k may be read by others. Next: chmod 600 k [key-file-open]");
  EXPECT_EQ(error.message(), "web1: the key k may be read by others. Next: chmod 600 k");
  EXPECT_EQ(error.code(), ErrorCode::permission_denied);
  EXPECT_STREQ(Error(ErrorCode::timed_out, "late").what(), "late [timed-out]");
}

TEST(Troubleshooting, HasOneEntryForEachCodeAndNoOther) {
  const auto page = text_of(fs::path(MCPSSH_SOURCE_DIR) / "docs/troubleshooting.md");
  static const std::regex heading("(?:^|\n)### `([^`]*)`\n([^\n]*)");
  std::map<std::string, int> entries;
  for (std::sregex_iterator at(page.begin(), page.end(), heading), end; at != end; ++at) {
    ++entries[(*at)[1]];
    EXPECT_FALSE((*at)[2].str().empty()) << "nothing is said of " << (*at)[1];
  }
  for (const auto& row : faults()) EXPECT_EQ(entries[std::string(row.code)], 1) << row.code;
  for (const auto& [code, times] : entries) EXPECT_TRUE(fault_named(code)) << code << " is no code";
}

TEST(Faults, EachIsUsed) {
  std::string all;
  for (const auto& [name, text] : sources()) all += text;
  for (const auto& row : faults()) {
    std::string name(row.code);
    std::ranges::replace(name, '-', '_');
    EXPECT_TRUE(all.contains("Fault::" + name) || all.contains("ErrorCode::" + name)) << row.code;
  }
}

/// What is wrong with a source line that shows or makes errors; empty: nothing.
std::string complaint(const std::string& line) {
  static const std::regex shown(R"re(cerr << "mcp-ssh: )re"), thrown(R"(throw std::(?!move|bad_alloc)\w+)"),
      sentence(R"((cerr|cout) <<.*\.message\(\))");
  // `told`: what became of a command, with its code where that is an error.
  const bool coded = line.contains(".what()") || line.contains("readable(told)");
  if (std::regex_search(line, shown) && !coded) return "a message without a code";
  if (std::regex_search(line, thrown)) return "throw a base::Error: it has a code";
  if (std::regex_search(line, sentence)) return "show what(), which has the code";
  return {};
}

TEST(Faults, NothingIsShownOrThrownWithoutOne) {
  for (const auto& [name, text] : sources())
    for (const auto line : split(text, '\n'))
      EXPECT_EQ(complaint(std::string(line)), "") << name << ": " << line;
  EXPECT_NE(complaint(R"(  std::cerr << "mcp-ssh: no home\n";)"), "");
  EXPECT_NE(complaint(R"(  throw std::runtime_error("x");)"), "");
  EXPECT_NE(complaint(R"(  std::cout << error.message() << "\n";)"), "");
}

}  // namespace
}  // namespace mcpssh::base
