// The house plan, held to the #include lines: which room may use which (docs/architecture.md, "The house").
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "base/text.hpp"

namespace mcpssh {
namespace {
namespace fs = std::filesystem;

using Rooms = std::map<std::string, std::set<std::string>>;

const Rooms& plan() {
  static const Rooms rooms{
      {"cli",
       {"control", "tools", "transport", "mcp", "gateway", "approvals", "outputs", "guard", "audit", "hosts",
        "lab", "base"}},
      {"control", {"gateway", "approvals", "audit", "hosts", "base"}},
      {"tools", {"gateway", "guard", "hosts", "mcp", "base"}},
      {"transport", {"mcp", "base"}},
      {"mcp", {"base"}},
      {"gateway", {"guard", "hosts", "audit", "approvals", "outputs", "device", "ssh", "base"}},
      {"approvals", {"guard", "base"}},
      {"outputs", {"base"}},
      {"device", {"base"}},
      {"ssh", {"base"}},
      {"guard", {"base"}},
      {"audit", {"base"}},
      {"hosts", {"base"}},
      {"lab", {"base"}},
      {"base", {}},
  };
  return rooms;
}

/// What is wrong with the #include lines of `text`, which stands at src/`path`. Empty: nothing.
std::vector<std::string> complaints(const std::string& path, const std::string& text) {
  static const std::regex quoted(R"re(^\s*#\s*include\s+"([^"]+)")re");
  static const std::regex libssh(R"re(^\s*#\s*include\s+<libssh/)re");
  const bool in_a_room = path.find('/') != std::string::npos;  // src/main.cpp stands before the house
  const std::string room = path.substr(0, path.find('/'));
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, libssh) && room != "ssh" && room != "lab")
      found.push_back("src/" + path + ": only ssh/ and lab/ include libssh");
    if (!std::regex_search(line, match, quoted)) continue;
    const std::string header = match[1];
    const std::string other = header.substr(0, header.find('/'));
    if (!plan().contains(other) || header.find('/') == std::string::npos) {
      found.push_back("src/" + path + ": \"" + header + "\" names no room; write \"room/file.hpp\"");
    } else if (in_a_room && other != room && !plan().at(room).contains(other)) {
      found.push_back(
          "src/" + path + ": " + room + " -> " + other + " (\"" + header + "\"): " + room + " may use " +
          base::join(std::vector<std::string>(plan().at(room).begin(), plan().at(room).end()), ", "));
    } else if (!in_a_room && other != "cli") {
      found.push_back("src/" + path + ": the main file opens only the door of cli/");
    }
  }
  return found;
}

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path source_root() {
  return fs::path(MCPSSH_SOURCE_DIR) / "src";
}

TEST(Rooms, IncludeOnlyWhatThePlanAllows) {
  std::vector<std::string> found;
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source_root())) {
    const auto extension = entry.path().extension();
    if (extension != ".hpp" && extension != ".cpp") continue;
    ++files;
    for (auto& complaint : complaints(fs::relative(entry.path(), source_root()), content(entry.path())))
      found.push_back(std::move(complaint));
  }
  EXPECT_GT(files, 30) << "looked in the wrong place: " << source_root();
  EXPECT_TRUE(found.empty()) << base::join(found, "\n");
}

/// Folders inside a room, for what would hide the rest of it: "room/folder".
const std::set<std::string>& alcoves() {
  static const std::set<std::string> known{
      "cli/completion",    "cli/demo",          "cli/manual",      "cli/run",        "cli/doctor",
      "cli/hosts",         "cli/hosts/manager", "cli/install",     "cli/service",    "cli/operator",
      "gateway/operators", "gateway/perform",   "gateway/rights",  "guard/effects",  "guard/network",
      "guard/programs",    "guard/shell",       "hosts/edit",      "hosts/import",   "mcp/lists",
      "mcp/peer",          "mcp/task",          "mcp/wire",        "ssh/exec",       "ssh/login",
      "ssh/pool",          "ssh/session",       "ssh/survey",      "ssh/trust",      "ssh/tunnel",
      "ssh/way",           "transport/http",    "transport/local", "transport/oauth"};
  return known;
}

TEST(Rooms, EveryFolderIsARoomOfThePlanAndFlatButForKnownAlcoves) {
  for (const auto& entry : fs::directory_iterator(source_root())) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(plan().contains(entry.path().filename())) << entry.path() << " is not in the plan";
    for (const auto& inner : fs::recursive_directory_iterator(entry.path())) {
      if (inner.is_directory()) {
        EXPECT_TRUE(alcoves().contains(fs::relative(inner.path(), source_root())))
            << inner.path() << ": is not in the plan";
      }
    }
  }
}

TEST(Rooms, LinkWhatTheyIncludeAndTheBuildFileSaysTheSame) {
  const std::string build = content(fs::path(MCPSSH_SOURCE_DIR) / "CMakeLists.txt");
  static const std::regex line(R"(mcpssh_room\(\s*(\w+)([^)]*)\))");
  std::size_t seen = 0;
  for (std::sregex_iterator it(build.begin(), build.end(), line), end; it != end; ++it, ++seen) {
    const std::string room = (*it)[1];
    std::set<std::string> uses;
    bool in_uses = false;
    std::istringstream words((*it)[2]);
    for (std::string word; words >> word;) {
      if (word == "USES" || word == "LIBRARIES")
        in_uses = word == "USES";
      else if (in_uses)
        uses.insert(word);
    }
    ASSERT_TRUE(plan().contains(room)) << room << " is built but is not in the plan";
    for (const auto& other : uses)
      EXPECT_TRUE(plan().at(room).contains(other)) << "CMakeLists.txt: " << room << " -> " << other;
    for (const auto& other : plan().at(room))
      EXPECT_TRUE(uses.contains(other) || !fs::exists(source_root() / other))
          << "CMakeLists.txt does not link " << room << " -> " << other;
    EXPECT_TRUE(fs::is_directory(source_root() / room)) << room;
  }
  EXPECT_GE(seen, 14u);
}

TEST(Rooms, ThePlanHasNoCircles) {
  // Each round takes out the rooms that use nothing left; a circle would stay.
  Rooms left = plan();
  for (bool moved = true; moved;) {
    moved = false;
    for (auto it = left.begin(); it != left.end();) {
      const bool free =
          std::ranges::none_of(it->second, [&](const auto& used) { return left.contains(used); });
      it = free ? left.erase(it) : std::next(it);
      moved = moved || free;
    }
  }
  EXPECT_TRUE(left.empty());
}

TEST(Rooms, OnlyTheGatewayReachesSshAndDevice) {
  for (const auto& [room, uses] : plan())
    EXPECT_EQ(room == "gateway", uses.contains("ssh") || uses.contains("device")) << room;
}

TEST(Rooms, AForbiddenArrowIsSeen) {
  const auto found = complaints("tools/run.cpp", "#include <string>\n#include \"ssh/pool.hpp\"\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("src/tools/run.cpp: tools -> ssh"), std::string::npos) << found[0];
  EXPECT_EQ(complaints("guard/judge.cpp", "# include \"hosts/host.hpp\"").size(), 1u);
  EXPECT_EQ(complaints("gateway/door.cpp", "#include <libssh/libssh.h>").size(), 1u);
  EXPECT_EQ(complaints("mcp/server.cpp", "#include \"server.hpp\"").size(), 1u);
  EXPECT_EQ(complaints("main.cpp", "#include \"gateway/gateway.hpp\"").size(), 1u);
  EXPECT_TRUE(complaints("ssh/pool.cpp", "#include <libssh/libssh.h>\n#include \"base/task.hpp\"").empty());
}

}  // namespace
}  // namespace mcpssh
