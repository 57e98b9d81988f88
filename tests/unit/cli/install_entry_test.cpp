// One entry in a client's file of settings: put in, changed and taken out, with every other byte as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/install/entry_text.hpp"
#include "cli/install/server_entry.hpp"

namespace mcpssh::cli {
namespace {

using testing::HasSubstr;

const base::json::object entry{{"command", "/usr/bin/mcp-ssh"}, {"args", base::json::array{"--x"}}};

EntryPlace json_place() {
  return {FileFormat::json, "mcpServers", "ssh"};
}
EntryPlace toml_place() {
  return {FileFormat::toml, "mcp_servers", "ssh"};
}

std::string with(const std::string& text, const EntryPlace& place = json_place()) {
  const auto result = with_entry(text, "f", place, entry);
  return result ? *result : "error: " + result.error().message();
}
std::string without(const std::string& text, bool container_too = false,
                    const EntryPlace& place = json_place()) {
  const auto result = without_entry(text, "f", place, container_too);
  return result ? *result : "error: " + result.error().message();
}
std::string error_of(const std::string& text, const EntryPlace& place = json_place()) {
  const auto result = with_entry(text, "f", place, entry);
  return result ? "no error" : result.error().message();
}

TEST(JsonEntry, StandsLastInTheContainerAsTheFileIsIndented) {
  const std::string before =
      "{\n    \"a\": 1,\n    \"mcpServers\": {\n        \"x\": {\"command\": \"x\"}\n    }\n}\n";
  const std::string after =
      "{\n    \"a\": 1,\n    \"mcpServers\": {\n        \"x\": {\"command\": \"x\"},\n        \"ssh\": {\n"
      "            \"command\": \"/usr/bin/mcp-ssh\",\n            \"args\": [\"--x\"]\n        }\n    "
      "}\n}\n";
  EXPECT_EQ(with(before), after);
  EXPECT_EQ(without(after), before);
}

TEST(JsonEntry, BringsItsContainerAndTakesItAlongWhenAsked) {
  const std::string before = "{\n  \"a\": 1\n}\n";
  const std::string after = with(before);
  EXPECT_EQ(after,
            "{\n  \"a\": 1,\n  \"mcpServers\": {\n    \"ssh\": {\n      \"command\": \"/usr/bin/mcp-ssh\",\n"
            "      \"args\": [\"--x\"]\n    }\n  }\n}\n");
  EXPECT_EQ(without(after, true), before);
  EXPECT_EQ(without(after), "{\n  \"a\": 1,\n  \"mcpServers\": {}\n}\n");
}

TEST(JsonEntry, MakesADocumentOfNothing) {
  const std::string document =
      "{\n  \"mcpServers\": {\n    \"ssh\": {\n      \"command\": \"/usr/bin/mcp-ssh\",\n      \"args\": "
      "[\"--x\"]\n"
      "    }\n  }\n}\n";
  EXPECT_EQ(with(""), document);
  EXPECT_EQ(with("\xef\xbb\xbf"), "\xef\xbb\xbf" + document);
  EXPECT_EQ(with("// mine"), "// mine\n" + document);
  EXPECT_EQ(entry_document(json_place(), entry), document);
  EXPECT_EQ(with("{}"),
            "{\"mcpServers\": {\"ssh\": {\"command\": \"/usr/bin/mcp-ssh\", \"args\": [\"--x\"]}}}");
  EXPECT_EQ(without(with("{}"), true), "{}");
  EXPECT_TRUE(says_nothing("{\n}\n", "f", json_place()).value());
  EXPECT_FALSE(says_nothing("{ // why\n}\n", "f", json_place()).value());
}

TEST(JsonEntry, LeavesCommentsWithWhatTheyAreAbout) {
  const std::string before =
      "{ // top\n\t\"mcpServers\": {\n\t\t\"x\": {} // about x\n\t\t// last word\n\t}, /* end */\n}\n";
  const std::string after =
      "{ // top\n\t\"mcpServers\": {\n\t\t\"x\": {}, // about x\n\t\t\"ssh\": {\n\t\t\t\"command\": "
      "\"/usr/bin/mcp-ssh\",\n\t\t\t\"args\": [\"--x\"]\n\t\t}\n\t\t// last word\n\t}, /* end */\n}\n";
  EXPECT_EQ(with(before), after);
  EXPECT_EQ(without(after), before);
}

TEST(JsonEntry, KeepsTrailingCommasLineEndsAndOneLineFiles) {
  const std::string commas = "{\r\n  \"mcpServers\": {\r\n    \"x\": {},\r\n  },\r\n}\r\n";
  EXPECT_EQ(with(commas),
            "{\r\n  \"mcpServers\": {\r\n    \"x\": {},\r\n    \"ssh\": {\r\n      \"command\": "
            "\"/usr/bin/mcp-ssh\",\r\n      \"args\": [\"--x\"]\r\n    },\r\n  },\r\n}\r\n");
  EXPECT_EQ(without(with(commas)), commas);
  const std::string minified = R"({"a":1,"mcpServers":{"x":{"command":"x"}}})";
  EXPECT_EQ(
      with(minified),
      R"({"a":1,"mcpServers":{"x":{"command":"x"},"ssh":{"command":"/usr/bin/mcp-ssh","args":["--x"]}}})");
  EXPECT_EQ(without(with(minified)), minified);
}

TEST(JsonEntry, KeepsLinesThatEndInCarriageReturnsAlone) {
  const std::string before = "{ // c\r  \"mcpServers\": { // d\r  }\r}\r";
  const std::string after = with(before);
  EXPECT_EQ(after,
            "{ // c\r  \"mcpServers\": { // d\r    \"ssh\": {\r      \"command\": \"/usr/bin/mcp-ssh\",\r"
            "      \"args\": [\"--x\"]\r    }\r  }\r}\r");
  EXPECT_EQ(without(after), before);
  EXPECT_THAT(error_of("{\r  \"a\": 1\r  \"b\": 2\r}"), HasSubstr("f:3:3: a `,` or `}` should stand here"));
}

TEST(JsonEntry, StandsBehindACommentWithItsBlanks) {
  EXPECT_THAT(with("{// z \n}\n"), testing::StartsWith("{// z \n  \"mcpServers\": {\n"));
  EXPECT_THAT(with("{\n  \"mcpServers\": {\n    // none yet\t\n  }\n}\n"),
              HasSubstr("// none yet\t\n    \"ssh\": {\n"));
}

TEST(JsonEntry, IsReplacedInItsPlace) {
  const std::string before =
      "{\n  \"mcpServers\": {\n    \"ssh\": {\"command\": \"npx\"}, // old\n    \"z\": {}\n  }\n}\n";
  EXPECT_EQ(
      with(before),
      "{\n  \"mcpServers\": {\n    \"ssh\": {\n      \"command\": \"/usr/bin/mcp-ssh\",\n      \"args\": "
      "[\"--x\"]\n    }, // old\n    \"z\": {}\n  }\n}\n");
}

TEST(JsonEntry, IsFoundWithItsEscapedNameAndComments) {
  const auto found =
      find_entry("{\"mcpServers\": {\"s\\u0073h\": {/* c */ \"command\": \"x\",}}}", "f", json_place());
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value, (base::json::value{{"command", "x"}}));
  EXPECT_FALSE(find_entry("{\"mcpServers\": {\"other\": {\"ssh\": {}}}}", "f", json_place())->has_value());
}

TEST(JsonEntry, ABrokenFileIsAnErrorWithLineAndColumn) {
  EXPECT_THAT(error_of("{\n  \"a\": 1\n  \"b\": 2\n}"), HasSubstr("f:3:3: a `,` or `}` should stand here"));
  EXPECT_THAT(error_of("{\"a\": tru}"), HasSubstr("f:1:7: is no JSON value"));
  EXPECT_THAT(error_of("{\"a\": \"x"), HasSubstr("f:1:7: this string does not end"));
  EXPECT_THAT(error_of("{\"a\": [1, 2}"), HasSubstr("a `,` or `]`"));
  EXPECT_THAT(error_of("{\"a\": {"), HasSubstr("ends in the middle of an object"));
  EXPECT_THAT(error_of("{} x"), HasSubstr("f:1:4: something follows"));
  EXPECT_THAT(error_of("[]"), HasSubstr("f:1:1: is no JSON object"));
  EXPECT_THAT(error_of("{\"mcpServers\": []}"), HasSubstr("f:1:16: `mcpServers` is no object"));
  EXPECT_THAT(error_of("{\"mcpServers\": {}, \"mcpServers\": {}}"),
              HasSubstr("f:1:20: `mcpServers` stands here for the second time"));
  EXPECT_THAT(error_of("{\"mcpServers\": {\"ssh\": {}, \"ssh\": {}}}"),
              HasSubstr("f:1:28: `ssh` stands here"));
  EXPECT_THAT(error_of("{/* x"), HasSubstr("f:1:2: this comment does not end"));
  EXPECT_THAT(error_of("\xff\xfe{"), HasSubstr("not in UTF-8"));
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("is no JSON object"));
  EXPECT_THAT(error_of("{\"a\":" + std::string(100'000, '[')), HasSubstr("nested too deep"));
}

TEST(Masked, ShowsNoValueAndNoCommentButTheEntrysOwn) {
  const std::string text =
      "{\n  // token abc\n  \"mcpServers\": {\n    \"x\": {\"env\": {\"KEY\": \"sk-123\"}, \"n\": 5},\n"
      "    \"ssh\": {\"command\": \"mcp-ssh\"}\n  }\n}\n";
  EXPECT_EQ(masked(text, "f", json_place(), true).value(),
            "{\n  //…\n  \"mcpServers\": {\n    \"x\": {\"env\": {\"KEY\": \"…\"}, \"n\": …},\n"
            "    \"ssh\": {\"command\": \"mcp-ssh\"}\n  }\n}\n");
  EXPECT_THAT(masked(text, "f", json_place(), false).value(), HasSubstr("\"ssh\": {\"command\": \"…\"}"));
  EXPECT_EQ(masked("a = \"x\" # no\nb = '''\n1\n2'''\n[mcp_servers.ssh]\ncommand = \"c\"\n", "f",
                   toml_place(), true)
                .value(),
            "a = \"…\" #…\nb = '''\n…\n…'''\n[mcp_servers.ssh]\ncommand = \"c\"\n");
}

TEST(TomlEntry, CarriageReturnsAloneEndNoLine) {
  EXPECT_THAT(error_of("a = 1\rb = 2\r", toml_place()), HasSubstr("f:1:6: something follows on this line"));
  EXPECT_THAT(error_of("# c\r[x]\r", toml_place()), HasSubstr("a carriage return alone"));
}

TEST(TomlEntry, IsASectionOfItsOwnAtTheEnd) {
  const std::string before = "model = \"x\" # mine\n\n[mcp_servers.other]\ncommand = 'o'\n";
  const std::string after =
      before + "\n[mcp_servers.ssh]\ncommand = \"/usr/bin/mcp-ssh\"\nargs = [\"--x\"]\n";
  EXPECT_EQ(with(before, toml_place()), after);
  EXPECT_EQ(without(after, false, toml_place()), before);
  EXPECT_EQ(with("", toml_place()), "[mcp_servers.ssh]\ncommand = \"/usr/bin/mcp-ssh\"\nargs = [\"--x\"]\n");
  EXPECT_EQ(with("a = 1", toml_place()),
            "a = 1\n\n[mcp_servers.ssh]\ncommand = \"/usr/bin/mcp-ssh\"\nargs = [\"--x\"]\n");
  EXPECT_THAT(with("a = 1\r\n", toml_place()), HasSubstr("a = 1\r\n\r\n[mcp_servers.ssh]\r\n"));
}

TEST(TomlEntry, IsFoundInTheFormsOfTomlAndTakenOutOfSectionsOnly) {
  const std::string sections =
      "[a]\nb = 1\n[mcp_servers.ssh]\ncommand = \"c\"\n[mcp_servers.ssh.env]\nX = \"y\"\n\n# after\n[z]\nq = "
      "1\n";
  const auto found = find_entry(sections, "f", toml_place());
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->value, (base::json::value{{"command", "c"}, {"env", base::json::object{{"X", "y"}}}}));
  EXPECT_EQ(without(sections, false, toml_place()), "[a]\nb = 1\n\n# after\n[z]\nq = 1\n");
  for (const std::string text :
       {"mcp_servers = { ssh = { command = \"c\" } }\n", "[mcp_servers]\nssh = { command = \"c\" }\n",
        "[mcp_servers]\nssh.command = \"c\"\n", "mcp_servers.ssh.command = \"c\"\n"}) {
    const auto other = find_entry(text, "f", toml_place());
    ASSERT_TRUE(other && *other) << text;
    EXPECT_FALSE((*other)->movable) << text;
    EXPECT_EQ((*other)->value, (base::json::value{{"command", "c"}})) << text;
    EXPECT_THAT(error_of(text, toml_place()), HasSubstr("in a way that this program does not edit"));
  }
  EXPECT_THAT(error_of("mcp_servers = {}\n", toml_place()), HasSubstr("f:1:1"));
  EXPECT_THAT(error_of("[[mcp_servers]]\nx = 1\n", toml_place()), HasSubstr("f:1:1"));
}

TEST(TomlEntry, ReadsWhatTomlAllows) {
  const std::string text =
      "d = 1979-05-27 07:32:00 # x\n\"quoted key\" = '''a\n'''\nn = [ 1, # one\n  [\"]\"],\n]\n'l.1'.x = "
      "+inf\n"
      "t = { a = 1, b.c = \"\\u00e9\\\"\" }\ns = \"\"\"x\\\n   y\"\" \"\"\"\"\"\n[[list]]\n[ a . \"b.c\" ]\n";
  const auto result = with_entry(text, "f", toml_place(), entry);
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_TRUE(result->starts_with(text + "\n[mcp_servers.ssh]\n"));
}

TEST(TomlEntry, ABrokenFileIsAnErrorWithLineAndColumn) {
  EXPECT_THAT(error_of("a = \"x\nb = 1\n", toml_place()),
              HasSubstr("f:1:7: this string does not end on its line"));
  EXPECT_THAT(error_of("a 1\n", toml_place()), HasSubstr("f:1:3: a `=` should stand here"));
  EXPECT_THAT(error_of("a = 1 2 @\n", toml_place()), HasSubstr("f:1:5: is no TOML value"));
  EXPECT_THAT(error_of("\n[a\n", toml_place()), HasSubstr("f:2:3: a `]` should stand here"));
  EXPECT_THAT(error_of("a = \"\\q\"", toml_place()), HasSubstr("unknown escape"));
  EXPECT_THAT(error_of("a = ", toml_place()), HasSubstr("f:1:5: a value should stand here"));
  EXPECT_THAT(error_of("a = " + std::string(100'000, '['), toml_place()), HasSubstr("nested too deep"));
}

TEST(JsonEntry, TakesNoCommentOfAPersonAlong) {
  const std::string commented =
      "{\n  // mine\n  \"mcpServers\": {\n    // keep me\n    \"ssh\": {}\n  }\n}\n";
  EXPECT_EQ(without(commented, true), "{\n  // mine\n  \"mcpServers\": {\n    // keep me\n  }\n}\n");
  EXPECT_EQ(without("{\"mcpServers\": /* why */ {\"ssh\": {}}}", true), "{\"mcpServers\": /* why */ {}}");
  EXPECT_EQ(without("{\"mcpServers\": {\"ssh\": {/* its own */}}}", true), "{}");
}

TEST(TomlEntry, TakesNoCommentAlongThatStandsBetweenItsSections) {
  EXPECT_EQ(without("[mcp_servers.ssh]\ncommand = \"c\"\n# keep me\n\n[mcp_servers.ssh.env]\nX = \"y\"\n",
                    false, toml_place()),
            "# keep me\n");
  EXPECT_EQ(without("[mcp_servers.ssh]\ncommand = \"c\"\n[z]\nq = 1\n[mcp_servers.ssh.env]\nX = \"y\"\n",
                    false, toml_place()),
            "[z]\nq = 1\n");
}

TEST(TomlEntry, ADottedNameOfThousandsOfPartsIsRefused) {
  std::string key = "mcp_servers.ssh";
  for (int i = 0; i < 80'000; ++i) key += ".a";
  EXPECT_THAT(error_of(key + " = 1\n", toml_place()), HasSubstr("nested too deep"));
  EXPECT_THAT(error_of("[" + key + "]\nb = 1\n", toml_place()), HasSubstr("nested too deep"));
  EXPECT_THAT(error_of("a = {" + key + " = 1}\n", toml_place()), HasSubstr("nested too deep"));
}

TEST(TomlEntry, ManySectionsOfItsOwnAreQuick) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "[mcp_servers.ssh.x" + std::to_string(i) + "]\n[y]\n";
  EXPECT_EQ(without(text, false, toml_place()).size(), 40'000U * 4);
}

TEST(Masked, ShowsNeitherNumbersNorCommentsWithinTheEntry) {
  EXPECT_EQ(
      masked("{\"pin\": 1234, \"on\": true, \"l\": [1, null], \"mcpServers\": {\"ssh\": {/* x */ \"n\": "
             "7}}}",
             "f", json_place(), true)
          .value(),
      "{\"pin\": …, \"on\": …, \"l\": […, …], \"mcpServers\": {\"ssh\": {/*…*/ \"n\": 7}}}");
  EXPECT_EQ(
      masked("pin = 1234\n[mcp_servers.ssh]\n# token\nn = 7 # more\n[z]\na = 1\n[mcp_servers.ssh.b]\nc = "
             "'d'\n",
             "f", toml_place(), true)
          .value(),
      "pin = …\n[mcp_servers.ssh]\n#…\nn = 7 #…\n[z]\na = …\n[mcp_servers.ssh.b]\nc = 'd'\n");
}

TEST(SpotText, HasNothingForATerminal) {
  EXPECT_EQ(spot_text("a", "x\x1b[2J", 0), "x\\x1b[2J:1:1");
}

TEST(ProgramOf, IsTheNameOfAProgramAndNoWordMore) {
  const auto program = [](const char* command) {
    return program_of(base::json::value{{"command", command}});
  };
  EXPECT_EQ(program("/opt/bin/npx -y sk-live"), "`npx`");
  EXPECT_EQ(program("TOKEN=sk-live npx foo"), "another program");
  EXPECT_EQ(program(""), "another program");
  EXPECT_EQ(program_of(base::json::value{{"command", base::json::array{"/usr/bin/x", "sk-live"}}}), "`x`");
}

}  // namespace
}  // namespace mcpssh::cli
