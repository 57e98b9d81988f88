#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::test {

/// A fenced block of a page.
struct Block {
  std::string language;  ///< "yaml"; empty: none was said
  std::string marker;    ///< of the comment right above the fence: "run"; readers do not see it
  std::string text;      ///< its lines, without the indentation of the fence
  int line = 0;          ///< of the fence
};

/// A Markdown page of the repository, as far as the tests need it.
struct Page {
  std::string name;  ///< "docs/hosts.md"
  std::string text;
  std::set<std::string> anchors;   ///< of its headings, as GitHub makes them
  std::vector<std::string> links;  ///< targets, as written
  std::vector<std::string> code;   ///< inline code, line ends made blanks
  std::vector<Block> blocks;

  [[nodiscard]] std::string place(const Block& block) const;
};

Page read_page(const std::string& name);
/// README.md, CONTRIBUTING.md, CHANGELOG.md and all of docs/.
const std::vector<Page>& all_pages();
/// Those that say what the program does now: all but CHANGELOG.md.
std::vector<const Page*> current_pages();

/// The commands a block shows: the lines behind `$ `, or all lines that begin in the first column where none
/// has that. Comments are cut off.
std::vector<std::string> commands_of(const Block& block);
/// True for blocks a person would type.
bool is_typed(const Block& block);

}  // namespace mcpssh::test
