// mcp-ssh install: a client's own file gets one entry, and is what it was when that is taken out again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "install/desk.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Every client: where its file is, what a person had in it, and the entry as it must read.
struct Known {
  std::string id, file, before, entry;
};

std::string json_entry(const std::string& fields) {
  return "{" + fields + "}";
}

std::vector<Known> known_clients() {
  const std::string program = "\"" + fs::canonical(MCPSSH_BINARY).string() + "\"";
  const std::string plain = json_entry("\"command\":" + program);
  const std::string typed = json_entry("\"type\":\"stdio\",\"command\":" + program);
  return {
      {"claude-code", ".claude.json",
       "{\n  \"numStartups\": 5,\n  \"mcpServers\": {},\n  \"projects\": {}\n}", typed},
      {"claude-desktop", ".config/Claude/claude_desktop_config.json",
       "{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}\n", plain},
      {"codex", ".codex/config.toml", "model = \"x\"  # mine\n\n[mcp_servers.a]\ncommand = 'a'\n", plain},
      {"cursor", ".cursor/mcp.json", "{\r\n\t\"mcpServers\": {\r\n\t\t\"a\": {}\r\n\t}\r\n}\r\n", typed},
      {"vscode", ".config/Code/User/mcp.json",
       "\xef\xbb\xbf{\n    // mine\n    \"servers\": {\n        \"a\": {\"command\": \"a\",}, // a\n    },\n "
       "   \"inputs\": [],\n}\n",
       typed},
      {"gemini", ".gemini/settings.json", "{\n  \"theme\": \"x\" // dark\n}\n", plain},
      {"opencode", ".config/opencode/opencode.jsonc", "{ \"$schema\": \"s\", \"mcp\": { } }",
       json_entry("\"type\":\"local\",\"command\":[" + program + "],\"enabled\":true")},
  };
}

TEST(Install, WritesEachClientsOwnFormAndUndoBringsEveryByteBack) {
  for (const Known& client : known_clients()) {
    SCOPED_TRACE(client.id);
    const Desk desk;
    desk.write(client.file, client.before, 0640);
    const auto answer = desk.json({"install", client.id, "--yes", "--json"});
    EXPECT_EQ(base::json::serialize(answer.at("entry")), client.entry);
    EXPECT_EQ(answer.at("changed"), true);
    EXPECT_EQ(answer.at("file").as_string(), desk.path(client.file).string());
    EXPECT_THAT(desk.text(client.file), HasSubstr(fs::canonical(MCPSSH_BINARY).string()));
    EXPECT_EQ(desk.mode(client.file), 0640U);
    const std::string after = desk.text(client.file);
    EXPECT_THAT(desk.install({client.id}).out, HasSubstr("is there already, nothing to change"));
    EXPECT_EQ(desk.text(client.file), after);

    const auto undone = desk.install({client.id, "--undo", "--yes"});
    EXPECT_EQ(undone.exit_code, 0) << undone.err;
    EXPECT_EQ(desk.text(client.file), client.before);
    EXPECT_EQ(desk.mode(client.file), 0640U);
    EXPECT_THAT(desk.install({client.id, "--undo", "--yes"}).out, HasSubstr("nothing to take out"));
    std::vector<std::string> kept;
    for (const auto& file : fs::directory_iterator(desk.path("state/mcp-ssh")))
      kept.push_back(file.path().filename());
    EXPECT_THAT(kept, testing::UnorderedElementsAre("installed.json", "installed.json.lock"));
  }
}

TEST(Install, MakesAFileThatIsNotThereAndUndoTakesItAway) {
  for (const Known& client : known_clients()) {
    SCOPED_TRACE(client.id);
    const Desk desk;
    const auto made = desk.install({client.id, "--yes"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("--undo"));
    const std::string file = client.id == "opencode" ? ".config/opencode/opencode.json" : client.file;
    EXPECT_EQ(desk.mode(file), 0600U);
    const auto undone = desk.install({client.id, "--undo", "--yes"});
    EXPECT_THAT(undone.out, HasSubstr("removed: ")) << undone.err;
    EXPECT_FALSE(desk.there(file));
  }
}

TEST(Install, AsksNobodyWithoutATerminalAndADryRunLeavesNoTrace) {
  const Desk desk;
  const auto refused = desk.install({"cursor"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("there is nobody to ask. Next: look with --dry-run, then give --yes"));
  const auto dry = desk.install({"cursor", "--dry-run"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  EXPECT_THAT(dry.out, AllOf(HasSubstr("+    \"ssh\": {"), HasSubstr("nothing was written (--dry-run)")));
  EXPECT_FALSE(desk.there(".cursor"));
  EXPECT_FALSE(desk.there("state"));
}

TEST(Install, APersonSeesTheChangeAndSaysYesOrNo) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{}\n");
  const auto at_a_terminal = [&](const std::string& answer) {
    Tmux screen({{MCPSSH_BINARY, "install", "cursor"}, desk.env(), 100, 40});
    EXPECT_THAT(screen.wait_for("[y/N]"), HasSubstr("+  \"mcpServers\": {"));
    screen.type(answer);
    screen.press({"Enter"});
    return screen.wait_for("ended ");
  };
  EXPECT_THAT(at_a_terminal("n"), AllOf(HasSubstr("nothing was written"), HasSubstr("ended 1")));
  EXPECT_EQ(desk.text(".cursor/mcp.json"), "{}\n");
  EXPECT_THAT(at_a_terminal("y"), AllOf(HasSubstr("written: "), HasSubstr("ended 0")));
  EXPECT_THAT(desk.text(".cursor/mcp.json"), HasSubstr("mcp-ssh"));
}

TEST(Install, StartsAgainWhenTheClientWroteItsFileMeanwhile) {
  const Desk desk;
  desk.write(".claude.json", "{\"numStartups\": 1}\n");
  Tmux screen({{MCPSSH_BINARY, "install", "claude-code"}, desk.env(), 100, 50});
  screen.wait_for("[y/N]");
  desk.write(".claude.json", "{\"numStartups\": 2}\n");
  screen.type("y");
  screen.press({"Enter"});
  screen.wait_for("was changed by another program in the meantime; once more");
  EXPECT_EQ(desk.text(".claude.json"), "{\"numStartups\": 2}\n");
  screen.wait_for("[y/N]");
  screen.type("y");
  screen.press({"Enter"});
  screen.wait_for("ended 0");
  EXPECT_THAT(desk.text(".claude.json"), AllOf(HasSubstr("\"numStartups\": 2"), HasSubstr("mcp-ssh")));
}

TEST(Install, ManyAtOnceIntoOneFileAllGetIn) {
  const Desk desk;
  desk.write(".claude.json", "{\n  \"a\": 1\n}\n");
  std::vector<Process> runs;
  for (int i = 0; i < 4; ++i) {
    Process::Options options;
    options.argv = {MCPSSH_BINARY, "install", "claude-code", "--yes", "--name", "s" + std::to_string(i)};
    options.env = desk.env();
    runs.emplace_back(std::move(options));
  }
  for (auto& run : runs) EXPECT_EQ(run.wait(30s), 0) << run.err();
  const auto servers = base::json::parse(desk.text(".claude.json")).at("mcpServers").as_object();
  EXPECT_EQ(servers.size(), 4U);
  for (int i = 3; i >= 0; --i)
    EXPECT_EQ(desk.install({"claude-code", "--undo", "--yes", "--name", "s" + std::to_string(i)}).exit_code,
              0);
  EXPECT_THAT(desk.text(".claude.json"),
              testing::AnyOf("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"mcpServers\": {}\n}\n"));
}

TEST(Install, LeavesAnotherProgramsEntryUnlessToldOtherwise) {
  const Desk desk;
  const std::string before =
      "{\n  \"mcpServers\": {\n    \"ssh\": {\"command\": \"npx\", \"args\": [\"sk-secret\"]},\n    \"z\": "
      "1\n  }\n}\n";
  desk.write(".cursor/mcp.json", before);
  const auto refused = desk.install({"cursor", "--yes"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("mcp.json:3:12: `ssh` is there already, and is `npx`"),
                                 HasSubstr("--replace"), Not(HasSubstr("sk-secret"))));
  EXPECT_EQ(desk.text(".cursor/mcp.json"), before);
  const auto replaced = desk.install({"cursor", "--yes", "--replace"});
  EXPECT_EQ(replaced.exit_code, 0) << replaced.err;
  EXPECT_THAT(replaced.out, AllOf(HasSubstr("-    \"ssh\": {\"command\": \"…\", \"args\": [\"…\"]},"),
                                  Not(HasSubstr("sk-secret"))));
  EXPECT_THAT(desk.text(".cursor/mcp.json"), Not(HasSubstr("npx")));
  EXPECT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".cursor/mcp.json"), before);
  EXPECT_EQ(desk.install({"cursor", "--yes", "--name", "ssh2"}).exit_code, 0);
  EXPECT_THAT(desk.text(".cursor/mcp.json"), AllOf(HasSubstr("npx"), HasSubstr("\"ssh2\": {")));
}

TEST(Install, ChangesItsOwnEntryWithoutBeingToldTwice) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{\n  \"a\": 1\n}\n");
  ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  ASSERT_EQ(desk.install({"cursor", "--yes", "--http", "https://box.example/mcp", "--token-env", "TOKEN"})
                .exit_code,
            0);
  EXPECT_THAT(desk.text(".cursor/mcp.json"),
              AllOf(HasSubstr("\"url\": \"https://box.example/mcp\""), HasSubstr("\"Bearer ${env:TOKEN}\""),
                    Not(HasSubstr("command"))));
  EXPECT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 0);
  EXPECT_EQ(desk.text(".cursor/mcp.json"), "{\n  \"a\": 1\n}\n");
}

TEST(Install, TakesNoOtherServerAtAUrlForItsOwn) {
  const Desk desk;
  const std::string before = "{\"mcpServers\": {\"ssh\": {\"url\": \"https://other/mcp-ssh\"}}}\n";
  desk.write(".cursor/mcp.json", before);
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{}, {"--http", "https://box/mcp"}}) {
    std::vector<std::string> words{"cursor", "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_THAT(desk.install(words).err, HasSubstr("is there already, and is a server somewhere else"));
    EXPECT_EQ(desk.text(".cursor/mcp.json"), before);
  }
  EXPECT_THAT(desk.install({"--list"}).out, HasSubstr("`ssh` is a server somewhere else"));
  EXPECT_EQ(desk.install({"cursor", "--undo", "--yes"}).exit_code, 1);
  // Nor ours, once somebody let it lead elsewhere.
  desk.write(".cursor/mcp.json", "{}\n");
  ASSERT_EQ(desk.install({"cursor", "--yes", "--http", "https://box/mcp"}).exit_code, 0);
  desk.write(".cursor/mcp.json", before);
  EXPECT_THAT(desk.install({"cursor", "--yes", "--http", "https://box/mcp"}).err, HasSubstr("--replace"));
  EXPECT_THAT(desk.install({"cursor", "--undo", "--yes"}).err, HasSubstr("was changed since"));
  EXPECT_EQ(desk.text(".cursor/mcp.json"), before);
}

TEST(Install, FindsNothingToDoWhereTheClientsOwnCommandAddedIt) {
  const Desk desk;
  desk.write(".claude.json", "{\"mcpServers\":{\"ssh\":{\"type\":\"stdio\",\"command\":\"" +
                                 fs::canonical(MCPSSH_BINARY).string() + "\",\"args\":[],\"env\":{}}}}");
  EXPECT_THAT(desk.install({"claude-code"}).out, HasSubstr("nothing to change"));
}

TEST(Install, FollowsSymlinksOfDotfilesButNotOutOfAProject) {
  const Desk desk;
  desk.write("dotfiles/mcp.json", "{}\n");
  fs::create_directories(desk.path(".cursor"));
  fs::create_symlink(desk.path("dotfiles/mcp.json"), desk.path(".cursor/mcp.json"));
  EXPECT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(desk.path(".cursor/mcp.json")));
  EXPECT_THAT(desk.text("dotfiles/mcp.json"), HasSubstr("mcp-ssh"));

  fs::create_directories(desk.path("cloned"));
  fs::create_symlink(desk.path("dotfiles/mcp.json"), desk.path("cloned/.mcp.json"));
  const std::string before = desk.text("dotfiles/mcp.json");
  const auto refused = desk.install({"claude-code", "--project", desk.path("cloned").string(), "--yes"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("leads out of the project"));
  fs::create_directories(desk.path("linked"));
  fs::create_directory_symlink(desk.path("dotfiles"), desk.path("linked/.cursor"));
  EXPECT_THAT(desk.install({"cursor", "--project", desk.path("linked").string(), "--yes"}).err,
              HasSubstr("leads out of the project"));
  EXPECT_EQ(desk.text("dotfiles/mcp.json"), before);

  fs::create_directories(desk.path("mine"));
  EXPECT_EQ(desk.install({"claude-code", "--project", desk.path("mine").string(), "--yes"}).exit_code, 0);
  EXPECT_THAT(desk.text("mine/.mcp.json"), HasSubstr("\"mcpServers\""));
  EXPECT_EQ(
      desk.install({"claude-code", "--project", desk.path("mine").string(), "--undo", "--yes"}).exit_code, 0);
  EXPECT_FALSE(desk.there("mine/.mcp.json"));
}

TEST(Install, ABrokenOrStrangeFileIsLeftAloneWithLineAndColumn) {
  const Desk desk;
  const std::map<std::string, std::string> broken{
      {"{\n  \"a\": 1\n  \"b\": 2\n}", ":3:3: a `,` or `}` should stand here"},
      {"[]", ":1:1: is no JSON object"},
      {"{\"mcpServers\": 5}", ":1:16: `mcpServers` is no object"},
      {"{\"mcpServers\": {\x1b[2J}}", ":1:17: a name in double quotes"}};
  for (const auto& [text, message] : broken) {
    desk.write(".cursor/mcp.json", text);
    const auto refused = desk.install({"cursor", "--yes"});
    EXPECT_EQ(refused.exit_code, 78) << refused.out;
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr(message), HasSubstr("nothing was written"), Not(HasSubstr("\x1b"))));
    EXPECT_EQ(desk.text(".cursor/mcp.json"), text);
  }
  fs::remove(desk.path(".cursor/mcp.json"));
  ASSERT_EQ(::mkfifo(desk.path(".cursor/mcp.json").c_str(), 0600), 0);
  EXPECT_THAT(desk.install({"cursor", "--yes"}).err, HasSubstr("is not a regular file"));
  fs::remove(desk.path(".cursor/mcp.json"));
  fs::create_symlink("nowhere", desk.path(".cursor/mcp.json"));
  EXPECT_THAT(desk.install({"cursor", "--yes"}).err, HasSubstr("leads nowhere"));
}

TEST(Install, SaysWhatIsWrongWithItsArguments) {
  const Desk desk;
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"claude-cod"}, "did you mean `claude-code`?"},
      {{"--list", "boat"}, "no client is called `boat`"},
      {{"cursor", "--name", "a b"}, "cannot be the name of a server"},
      {{"cursor", "--name", std::string(33, 'x')}, "at most 32"},
      {{"cursor", "--http", "ftp://x"}, "--http: "},
      {{"cursor", "--http", "https://x/mcp?token=sk-1"}, "has a query"},
      {{"cursor", "--http", "https://user:sk-1@x/mcp"}, "--http: "},
      {{"cursor", "--http", "http://192.0.2.1/mcp", "--token-env", "T"}, "unencrypted"},
      {{"cursor", "--http", "https://x/mcp", "--token-env", "sk-1"}, "wants the name of a variable"},
      {{"cursor", "--http", "https://x"}, "names no path"},
      {{"cursor", "--via", "http"}, "--http: "},
      {{"cursor", "--via", "wsl", "--token-env", "T"}, "goes with --http"},
      {{"cursor", "--token-env", "T"}, "goes with --http"},
      {{"cursor", "--via", "ssh"}, "wants the machine"},
      {{"cursor", "--via", "ssh", "box;id"}, "is no host of ssh"},
      {{"cursor", "--via", "boat"}, "there is no way `boat`"},
      {{"claude-desktop", "--http", "https://x/mcp"}, "only as connectors"},
      {{"claude-desktop", "--project", "."}, "reads no settings of a project"},
      {{"cursor", "--project", "/nowhere"}, "is no directory"},
  };
  for (const auto& [words, message] : wrong) {
    const auto refused = desk.install(words);
    EXPECT_EQ(refused.exit_code, 1) << message << refused.out;
    EXPECT_THAT(refused.err, AllOf(HasSubstr(message), Not(HasSubstr("sk-1"))));
  }
  EXPECT_EQ(desk.install({}).exit_code, 2);
  EXPECT_FALSE(desk.there(".cursor"));
}

TEST(Install, ShowsNoOtherServersSecrets) {
  const Desk desk;
  desk.write(
      ".cursor/mcp.json",
      "{\n  // old token: sk-1\n  \"mcpServers\": {\n    \"a\": {\n      \"env\": {\"KEY\": \"sk-2\"},\n"
      "      \"url\": \"https://x/?k=sk-3\"\n    }\n  }\n}\n");
  for (const bool json : {false, true}) {
    std::vector<std::string> words{"cursor", "--dry-run"};
    if (json) words.emplace_back("--json");
    const auto shown = desk.install(words);
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, AllOf(HasSubstr("KEY"), Not(HasSubstr("sk-"))));
  }
}

TEST(Install, ShowsTheEntryBelowADifferenceOfOneEndlessLine) {
  const Desk desk;
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  desk.write(".cursor/mcp.json", "{" + many + "\"mcpServers\":{}}");
  const auto shown = desk.install({"cursor", "--dry-run"});
  EXPECT_LT(shown.out.size(), 3000U);
  EXPECT_THAT(shown.out, AllOf(HasSubstr("The entry:\n{\n  \"mcpServers\": {\n    \"ssh\": {"),
                               HasSubstr("\"command\": ")));
}

TEST(Install, APathThatIsNotUtf8IsRefusedBeforeAnythingIsWritten) {
  const Desk desk;
  ASSERT_EQ(desk.install({"codex", "--yes"}).exit_code, 0);
  fs::create_directories(desk.path("repo"));
  fs::create_directory(desk.path("repo/cfg\377"));
  fs::create_directory_symlink("cfg\377", desk.path("repo/.cursor"));
  const auto refused = desk.install({"cursor", "--project", desk.path("repo").string(), "--yes"});
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_THAT(refused.err, AllOf(HasSubstr("is not in UTF-8"), HasSubstr("nothing was written")));
  EXPECT_TRUE(fs::is_empty(desk.path("repo/cfg\377")));
  EXPECT_EQ(desk.install({"codex", "--undo", "--yes"}).exit_code, 0);
}

TEST(Install, NothingOfAPathReachesTheTerminalRaw) {
  const Desk desk;
  const std::string file = desk.write("a\x1b]0;x\x07/mcp.json", "{}\n").string();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"cursor", "--dry-run"},
                                             {"cursor"},
                                             {"cursor", "--yes"},
                                             {"cursor", "--yes"},
                                             {"cursor", "--undo", "--yes"},
                                             {"cursor", "--undo", "--yes"},
                                             {"codex", "--yes"}}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--file", file});
    const auto answer = desk.install(all);
    EXPECT_THAT(answer.out + answer.err,
                AllOf(HasSubstr("a\\x1b]0;x\\x07/mcp.json"), Not(HasSubstr("\x1b"))));
  }
  EXPECT_THAT(desk.install({"cursor", "--yes", "--file", desk.path("\x1b[2J").string() + "/x/\x1b"}).out,
              Not(HasSubstr("\x1b")));
}

TEST(Install, SaysWhereASymlinkLeads) {
  const Desk desk;
  desk.write("dotfiles/mcp.json", "{}\n");
  fs::create_directories(desk.path(".cursor"));
  fs::create_symlink(desk.path("dotfiles/mcp.json"), desk.path(".cursor/mcp.json"));
  const std::string both =
      desk.path(".cursor/mcp.json").string() + " (leads to " + desk.path("dotfiles/mcp.json").string() + ")";
  const auto written = desk.install({"cursor", "--yes"});
  EXPECT_THAT(written.out, AllOf(HasSubstr("+++ " + both), HasSubstr("written: " + both)));
  EXPECT_THAT(desk.install({"cursor", "--undo", "--yes"}).out, HasSubstr("taken out of " + both));
  fs::create_directories(desk.path("repo"));
  desk.write("repo/real.json", "{}\n");
  fs::create_symlink("real.json", desk.path("repo/.mcp.json"));
  EXPECT_THAT(desk.install({"claude-code", "--project", desk.path("repo").string(), "--yes"}).err,
              HasSubstr("is a symlink, to "));
  EXPECT_EQ(desk.text("repo/real.json"), "{}\n");
}

TEST(Install, AFileOfSeveralNamesIsLeftAlone) {
  const Desk desk;
  desk.write(".cursor/mcp.json", "{}\n");
  fs::create_hard_link(desk.path(".cursor/mcp.json"), desk.path("other"));
  EXPECT_THAT(desk.install({"cursor", "--yes"}).err, HasSubstr("has 2 names (hard links)"));
  EXPECT_EQ(desk.text("other"), "{}\n");
  EXPECT_FALSE(desk.there("state/mcp-ssh/installed.json"));
}

TEST(Install, RootMakesNothingOfItsOwnInAnothersHome) {
  if (::geteuid() != 0) return;  // only root can give a directory away
  const Desk desk;
  fs::create_directories(desk.path("home"));
  ASSERT_EQ(::chown(desk.path("home").c_str(), 12345, 12346), 0);
  const std::string file = desk.path("home/.config/Code/mcp.json").string();
  ASSERT_EQ(desk.install({"vscode", "--yes", "--file", file}).exit_code, 0);
  for (const char* name : {"home/.config", "home/.config/Code", "home/.config/Code/mcp.json"}) {
    struct stat info{};
    ASSERT_EQ(::stat(desk.path(name).c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 12345U) << name;
    EXPECT_EQ(info.st_gid, 12346U) << name;
  }
  desk.write("roots.json", "{}\n");
  fs::create_symlink(desk.path("roots.json"), desk.path("home/link.json"));
  ASSERT_EQ(::lchown(desk.path("home/link.json").c_str(), 12345, 12346), 0);
  EXPECT_THAT(desk.install({"vscode", "--yes", "--file", desk.path("home/link.json").string()}).err,
              HasSubstr("is a symlink of another user"));
  EXPECT_EQ(desk.text("roots.json"), "{}\n");
}

TEST(Install, RootFollowsNoChainThroughAnothersSymlink) {
  if (::geteuid() != 0) return;  // only root can give a symlink away
  const Desk desk;
  desk.write("real/roots.json", "{}\n");
  fs::create_directories(desk.path("home/sub"));
  const auto link = [&](const fs::path& to, const std::string& name, uid_t owner) {
    fs::create_symlink(to, desk.path(name));
    ASSERT_EQ(::lchown(desk.path(name).c_str(), owner, owner), 0);
  };
  link(desk.path("real/roots.json"), "home/theirs.json", 12345);
  link("home/theirs.json", "chain.json", 0);
  link("../real", "home/dir", 12345);
  link("home/sub/../dir", "by-dir", 0);
  link("home/sub/./../dir", "by-dot", 0);
  link("home/sub/", "sub", 0);
  link("sub/../dir", "by-slash", 0);
  for (const std::string name :
       {"chain.json", "by-dir/roots.json", "by-dir/new.json", "by-dot/roots.json", "by-slash/roots.json"}) {
    EXPECT_THAT(desk.install({"vscode", "--yes", "--file", desk.path(name).string()}).err,
                HasSubstr("is a symlink of another user"))
        << name;
  }
  EXPECT_EQ(desk.text("real/roots.json"), "{}\n");
  EXPECT_FALSE(desk.there("real/new.json"));
  link("real/roots.json", "ours.json", 0);
  link("ours.json", "also-ours.json", 0);
  EXPECT_EQ(desk.install({"vscode", "--yes", "--file", desk.path("also-ours.json").string()}).exit_code, 0);
}

TEST(InstallList, OfAProjectLeavesOutWhoReadsNone) {
  const Desk desk;
  fs::create_directories(desk.path("repo"));
  const auto list = desk.install({"--list", "--project", desk.path("repo").string()});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("claude-code"), Not(HasSubstr("claude-desktop  "))));
}

TEST(InstallList, GoesOnBehindWhatCannotBeLookedAt) {
  const Desk desk;
  fs::create_directory_symlink(".cursor", desk.path(".cursor"));
  const auto list = desk.install({"--list"});
  EXPECT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("cannot look at "), HasSubstr("opencode")));
}

TEST(InstallList, SaysWhichClientsAreHereAndWhatTheyHave) {
  const Desk desk{.home = TempDir(), .more = {{"PATH", "/nowhere"}}};
  desk.write(".gemini/settings.json", "{\"mcpServers\": {\"ssh\": {\"command\": \"npx\"}}}");
  desk.write(".codex/config.toml", "a = \n");
  ASSERT_EQ(desk.install({"cursor", "--yes"}).exit_code, 0);
  std::map<std::string, std::pair<bool, std::string>> rows;
  for (const auto& row : desk.json({"install", "--list", "--json"}).at("clients").as_array()) {
    const auto& fields = row.as_object();
    rows[std::string(fields.at("client").as_string())] = {fields.at("found").as_bool(),
                                                          std::string(fields.at("entry").as_string())};
  }
  EXPECT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows["cursor"], std::pair(true, std::string("installed")));
  EXPECT_EQ(rows["gemini"], std::pair(true, std::string("other")));
  EXPECT_EQ(rows["codex"], std::pair(true, std::string("unreadable")));
  EXPECT_EQ(rows["vscode"], std::pair(false, std::string("none")));
  EXPECT_THAT(desk.install({"--list"}).out, AllOf(HasSubstr("`ssh` is installed"),
                                                  HasSubstr("`ssh` is `npx`"), HasSubstr("not found here")));
}

}  // namespace
}  // namespace mcpssh::test
