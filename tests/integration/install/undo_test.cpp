// mcp-ssh install --undo: what install put in goes, what others put in stays, and nothing is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "install/desk.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Names of what is kept of files in the state directory.
std::vector<std::string> kept_of(const Desk& desk) {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(desk.path("state/mcp-ssh")))
    if (file.path().filename().string().starts_with("before-")) names.push_back(file.path().filename());
  return names;
}

TEST(Undo, WorksOnAFileItsClientWroteAnew) {
  const Desk desk;
  desk.write(".claude.json", "{\"a\":1}");
  ASSERT_EQ(desk.install({"claude-code", "--yes"}).exit_code, 0);
  auto document = base::json::parse(desk.text(".claude.json")).as_object();
  document["numStartups"] = 7;
  document["mcpServers"].as_object()["ssh"].as_object()["args"].emplace_array();
  desk.write(".claude.json", base::json::serialize(document));
  EXPECT_EQ(desk.install({"claude-code", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".claude.json"), R"({"a":1,"numStartups":7})");
}

TEST(Undo, RefusesWhatWasChangedSinceOrIsNotOurs) {
  const Desk desk;
  ASSERT_EQ(desk.install({"codex", "--yes"}).exit_code, 0);
  const std::string changed = desk.text(".codex/config.toml") + "startup_timeout_sec = 20\n";
  desk.write(".codex/config.toml", changed);
  const auto refused = desk.install({"codex", "--undo", "--yes"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(
      refused.err,
      HasSubstr("config.toml:1:1: `ssh` was changed since it was installed. Next: nothing was written"));
  EXPECT_EQ(desk.text(".codex/config.toml"), changed);

  desk.write(".cursor/mcp.json", "{\"mcpServers\": {\"ssh\": {\"command\": \"/usr/bin/mcp-ssh\"}}}");
  EXPECT_THAT(desk.install({"cursor", "--undo", "--yes"}).err,
              HasSubstr("was not put there by `mcp-ssh install`"));
}

TEST(Undo, BringsAReplacedEntryBackAlsoAfterAnUpdate) {
  const Desk desk;
  const std::string before = "{\"mcpServers\": {\"ssh\": {\"command\": \"npx\"}}}\n";
  desk.write(".cursor/mcp.json", before);
  ASSERT_EQ(desk.install({"cursor", "--yes", "--replace"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--yes", "--http", "https://x/mcp"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--yes", "--name", "b"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--undo", "--yes", "--name", "b"}).exit_code, 0);
  EXPECT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".cursor/mcp.json"), before);
  EXPECT_TRUE(kept_of(desk).empty());
}

TEST(Undo, SaysWhereAReplacedEntryIsWhenTheClientWroteSince) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{\"mcpServers\": {\"ssh\": {\"command\": \"npx\"}}}\n");
  ASSERT_EQ(desk.install({"cursor", "--yes", "--replace"}).exit_code, 0);
  desk.write(".cursor/mcp.json", desk.text(".cursor/mcp.json") + "\n");
  const auto undone = desk.install({"cursor", "--undo", "--yes"});
  ASSERT_EQ(kept_of(desk).size(), 1U);
  EXPECT_THAT(undone.out, HasSubstr("what it replaced is still in " +
                                    desk.path("state/mcp-ssh/" + kept_of(desk)[0]).string()));
  EXPECT_THAT(desk.text("state/mcp-ssh/" + kept_of(desk)[0]), HasSubstr("npx"));
}

TEST(Undo, KeepsNoCopyOfTheFile) {
  for (const bool by_hand : {false, true}) {
    const Desk desk;
    desk.write(".cursor/mcp.json", "{\"key\": \"sk-1\"}\n");
    ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
    EXPECT_EQ(kept_of(desk).size(), 1U);
    desk.write(".cursor/mcp.json", by_hand ? "{}\n" : desk.text(".cursor/mcp.json") + "\n");
    const auto undone = desk.install({"cursor", "--undo", "--yes"});
    EXPECT_THAT(undone.out, HasSubstr("what was kept of the file before it is gone"));
    EXPECT_TRUE(kept_of(desk).empty());
    EXPECT_THAT(desk.text("state/mcp-ssh/installed.json"), HasSubstr("\"entries\":[]"));
  }
}

TEST(Undo, KeepsCommentsAndTheFileTheyAreIn) {
  const Desk desk;
  ASSERT_EQ(desk.install({"vscode", "--yes"}).exit_code, 0);
  std::string text = desk.text(".config/Code/User/mcp.json");
  text.insert(text.find('{', 1) + 1, " // mine");
  desk.write(".config/Code/User/mcp.json", text);
  ASSERT_EQ(desk.install({"vscode", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".config/Code/User/mcp.json"), "{\n  \"servers\": { // mine\n  }\n}\n");
}

TEST(Undo, AnEntryThatIsThereAsItWouldBeWrittenCanBeTakenOut) {
  const Desk desk;
  ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  fs::remove(desk.path("state/mcp-ssh/installed.json"));
  EXPECT_THAT(desk.install({"cursor"}).out, HasSubstr("nothing to change"));
  EXPECT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".cursor/mcp.json"), "{\n  \"mcpServers\": {}\n}\n");
}

TEST(Undo, AnUpdateThatDidNotComeToWritingCanBeTakenOut) {
  const Desk desk;
  ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  const std::string before = desk.text(".cursor/mcp.json");
  auto receipts = base::json::parse(desk.text("state/mcp-ssh/installed.json")).as_object();
  auto& receipt = receipts.at("entries").as_array().at(0).as_object();
  receipt["earlier"] = receipt.at("entry");
  receipt["entry"] = base::json::object{{"url", "https://x/mcp"}};
  desk.write("state/mcp-ssh/installed.json", base::json::serialize(receipts));
  const auto undone = desk.install({"cursor", "--undo", "--yes"});
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_FALSE(desk.there(".cursor"));
}

TEST(Undo, OfTwoEntriesTakesAwayWhatTheFirstMade) {
  const Desk desk;
  ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--yes", "--name", "b"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--undo", "--yes", "--name", "b"}).exit_code, 0);
  EXPECT_FALSE(desk.there(".cursor"));
}

}  // namespace
}  // namespace mcpssh::test
