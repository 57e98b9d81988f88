#include "docs/pages.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;

/// As GitHub does: lower case, blanks to dashes, everything but letters, digits, `_` and `-` left out.
std::string slug_of(std::string_view heading) {
  std::string slug;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') slug += '-';
    if (std::isalnum(byte) != 0 || c == '_' || c == '-' || byte >= 0x80)
      slug += static_cast<char>(std::tolower(byte));
  }
  return slug;
}

/// The second of two equal headings is `name-1`.
void add_anchor(Page& page, std::map<std::string, int>& seen, const std::string& heading) {
  static const std::regex link(R"(\[([^\]]*)\]\([^)]*\))");
  const std::string slug = slug_of(std::regex_replace(heading, link, "$1"));
  const int before = seen[slug]++;
  page.anchors.insert(before == 0 ? slug : slug + "-" + std::to_string(before));
}

void read_prose(Page& page, std::string prose) {
  std::ranges::replace(prose, '\n', ' ');
  static const std::regex with_backticks("``.+?``");
  prose = std::regex_replace(prose, with_backticks, "");
  static const std::regex code("`([^`]+)`"), link(R"(\]\(([^)\s]+)\))");
  for (std::sregex_iterator at(prose.begin(), prose.end(), code), end; at != end; ++at)
    page.code.push_back((*at)[1]);
  prose = std::regex_replace(prose, code, "");
  for (std::sregex_iterator at(prose.begin(), prose.end(), link), end; at != end; ++at)
    page.links.push_back((*at)[1]);
}

std::string without(std::string_view line, std::size_t indent) {
  const auto first = std::min(line.find_first_not_of(' '), line.size());
  return std::string(line.substr(std::min(indent, first)));
}

}  // namespace

std::string Page::place(const Block& block) const {
  return name + ":" + std::to_string(block.line);
}

Page read_page(const std::string& name) {
  std::ifstream file(fs::path(MCPSSH_SOURCE_DIR) / name);
  if (!file) throw std::runtime_error("cannot read " + name);
  static const std::regex fence(R"(^( *)```+ *([\w+-]*).*$)"), heading("^#{1,6} +(.*?) *$"),
      marker("^ *<!-- *(.*?) *-->$");
  Page page;
  page.name = name;
  std::map<std::string, int> seen;
  std::string prose, above;
  std::size_t indent = 0;
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    page.text += line + "\n";
    std::smatch found;
    if (std::regex_match(line, found, fence)) {
      inside = !inside;
      indent = found[1].str().size();
      if (inside) page.blocks.push_back({found[2], above, "", number});
    } else if (inside) {
      page.blocks.back().text += without(line, indent) + "\n";
    } else if (std::regex_match(line, found, heading)) {
      add_anchor(page, seen, found[1]);
      prose += "\n" + line + "\n\n";
    } else {
      prose += line + (line.empty() ? "\x01\n" : "\n");  // code does not go on in the next paragraph
    }
    above = std::regex_match(line, found, marker) ? found[1].str() : std::string();
  }
  if (inside) throw std::runtime_error(name + ": a fence is not closed");
  for (const auto paragraph : base::split(prose, '\x01')) read_prose(page, std::string(paragraph));
  return page;
}

const std::vector<Page>& all_pages() {
  static const std::vector<Page> pages = [] {
    std::vector<std::string> names{"CHANGELOG.md", "CONTRIBUTING.md", "README.md"};
    for (const auto& entry : fs::directory_iterator(fs::path(MCPSSH_SOURCE_DIR) / "docs"))
      if (entry.path().extension() == ".md") names.push_back("docs/" + entry.path().filename().string());
    std::ranges::sort(names);
    std::vector<Page> read;
    for (const auto& name : names) read.push_back(read_page(name));
    return read;
  }();
  return pages;
}

std::vector<const Page*> current_pages() {
  std::vector<const Page*> pages;
  for (const auto& page : all_pages())
    if (page.name != "CHANGELOG.md") pages.push_back(&page);
  return pages;
}

bool is_typed(const Block& block) {
  static const std::set<std::string> languages{"", "sh", "bash", "shell", "console"};
  return languages.contains(block.language);
}

std::vector<std::string> commands_of(const Block& block) {
  static const std::regex comment(R"((^|\s)#\s.*$)");
  const bool transcript = block.text.starts_with("$ ") || block.text.contains("\n$ ");
  std::vector<std::string> commands;
  for (const auto line : base::split(block.text, '\n')) {
    if (transcript ? !line.starts_with("$ ") : line.starts_with(' ')) continue;
    const auto bare = std::regex_replace(std::string(transcript ? line.substr(2) : line), comment, "");
    if (!base::trim(bare).empty()) commands.emplace_back(base::trim(bare));
  }
  return commands;
}

}  // namespace mcpssh::test
