// Edits of hosts.yaml: what a person wrote stays as it is, whatever way it is written.
#include "hosts/edit/yaml_edit.hpp"

#include <gmock/gmock.h>

#include "hosts/edit/hosts_file.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using ::testing::HasSubstr;

std::string after(std::string_view text, const YamlEdit& edit) {
  const auto edited = edit_yaml(text, "hosts.yaml", edit);
  return edited ? *edited : "error: " + edited.error().message();
}

YamlEdit set(std::string_view key, YamlNode value) {
  return {YamlEdit::Kind::set, host_path("web1", key), std::move(value), {}};
}
YamlEdit set(std::string_view key, std::string value) {
  return set(key, yaml_scalar(std::move(value)));
}
YamlEdit remove(std::string_view key = {}) {
  return {YamlEdit::Kind::remove, host_path("web1", key), {}, {}};
}
YamlEdit append(std::string_view key, YamlNode item) {
  return {YamlEdit::Kind::append, host_path("web1", key), std::move(item), {}};
}
YamlEdit add(const std::string& name) {
  auto fields = yaml_mapping({{"host", yaml_scalar("192.0.2.7")}, {"user", yaml_scalar("ann")}});
  return {YamlEdit::Kind::add, host_path(name), std::move(fields), {}};
}

constexpr std::string_view small = R"(# our hosts
hosts:
  # the front
  web1:            # rack 4
    host: 192.0.2.10
    port: 22       # for now
    user: deploy

  # the back
  db1: {host: 192.0.2.11, user: "postgres"}   # flow

settings:
  approval: human
)";

std::string with(std::string_view from, std::string_view to, std::string_view text = small) {
  std::string out(text);
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

TEST(EditYaml, AValueIsReplacedAndItsCommentStays) {
  EXPECT_EQ(after(small, set("port", "2222")), with("port: 22 ", "port: 2222 "));
  EXPECT_EQ(after(small, {YamlEdit::Kind::set, {"hosts", "db1", "user"}, yaml_scalar("ann"), {}}),
            with("\"postgres\"", "ann"));
  EXPECT_EQ(after(small, {YamlEdit::Kind::set, {"settings", "approval"}, yaml_scalar("auto"), {}}),
            with("approval: human", "approval: auto"));
}

TEST(EditYaml, AMissingKeyGoesBehindTheLastOfItsHost) {
  EXPECT_EQ(after(small, set("workdir", "/srv")),
            with("user: deploy\n", "user: deploy\n    workdir: /srv\n"));
  EXPECT_EQ(after(small, set("auth.method", "agent")),
            with("user: deploy\n", "user: deploy\n    auth:\n      method: agent\n"));
  EXPECT_EQ(after(small, {YamlEdit::Kind::set, {"hosts", "db1", "auth", "method"}, yaml_scalar("agent"), {}}),
            with("\"postgres\"}", "\"postgres\", auth: {method: agent}}"));
  EXPECT_EQ(after(small, {YamlEdit::Kind::set, {"settings", "known_hosts"}, yaml_scalar("~/kh"), {}}),
            std::string(small) + "  known_hosts: ~/kh\n");
}

TEST(EditYaml, AHostIsAddedBehindTheLastAndSpacedAsTheOthers) {
  EXPECT_EQ(after(small, add("new-1")),
            with("# flow\n", "# flow\n\n  new-1:\n    host: 192.0.2.7\n    user: ann\n"));
  EXPECT_THAT(after(small, add("db1")), HasSubstr("hosts.db1 is there already, on line 10"));
}

TEST(EditYaml, AHostIsRemovedAndTheCommentsAroundItStay) {
  EXPECT_EQ(after(small, remove()),
            with("  web1:            # rack 4\n    host: 192.0.2.10\n    port: 22       # for now\n"
                 "    user: deploy\n",
                 ""));
  EXPECT_THAT(after(small, {YamlEdit::Kind::remove, {"hosts", "web9"}, {}, {}}),
              HasSubstr("hosts.web9 is not there"));
}

TEST(EditYaml, AHostIsRenamedInItsPlace) {
  EXPECT_EQ(after(small, {YamlEdit::Kind::rename, {"hosts", "web1"}, {}, "front-1"}),
            with("  web1: ", "  front-1: "));
  EXPECT_THAT(after(small, {YamlEdit::Kind::rename, {"hosts", "web1"}, {}, "db1"}),
              HasSubstr("that is there already"));
}

TEST(EditYaml, AKeyIsRemovedAndAMappingThatIsLeftEmptyGoesWithIt) {
  EXPECT_EQ(after(small, remove("port")), with("    port: 22       # for now\n", ""));
  const auto deep = with("user: deploy\n", "user: deploy\n    auth:\n      method: agent  # ours\n");
  EXPECT_EQ(after(deep, remove("auth.method")), small);
  EXPECT_EQ(after(small, {YamlEdit::Kind::remove, {"hosts", "db1", "user"}, {}, {}}),
            with(", user: \"postgres\"}", "}"));
  EXPECT_EQ(after(small, {YamlEdit::Kind::remove, {"hosts", "db1", "host"}, {}, {}}),
            with("host: 192.0.2.11, ", ""));
}

TEST(EditYaml, ListsGrowInBlocksInBracketsAndFromNothing) {
  const auto rule = yaml_mapping({{"run", yaml_list({"systemctl", "restart", "nginx"})}});
  EXPECT_EQ(after(small, append("allow", rule)),
            with("user: deploy\n", "user: deploy\n    allow:\n      - run: [systemctl, restart, nginx]\n"));
  const auto block =
      with("user: deploy\n", "user: deploy\n    groups:\n    - a   # first\n    # and no more\n");
  EXPECT_EQ(after(block, append("groups", yaml_scalar("b"))),
            with("- a   # first\n", "- a   # first\n    - b\n", block));
  const auto flow = with("user: deploy\n", "user: deploy\n    groups: [a]  # one\n");
  EXPECT_EQ(after(flow, append("groups", yaml_scalar("b"))), with("[a]", "[a, b]", flow));
  const auto empty = with("user: deploy\n", "user: deploy\n    groups: []\n");
  EXPECT_EQ(after(empty, append("groups", yaml_scalar("b"))), with("[]", "[b]", empty));
  EXPECT_THAT(after(small, append("user", yaml_scalar("b"))), HasSubstr("hosts.web1.user is not a list"));
}

TEST(EditYaml, AListOrMappingGivesWayToAText) {
  const auto text = with("user: deploy\n", "user: deploy\n    groups: # all\n      - a\n      - b\n");
  EXPECT_EQ(after(text, set("groups", yaml_list({"c"}))),
            with("user: deploy\n", "user: deploy\n    groups: [c] # all\n"));
  const auto folded = with("user: deploy\n", "user: deploy\n    description: >-\n      two\n      lines\n");
  EXPECT_EQ(after(folded, set("description", "one")),
            with("user: deploy\n", "user: deploy\n    description: one\n"));
}

TEST(EditYaml, EmptyFilesAndEmptyHostsTakeTheirFirst) {
  const std::string block = "  a:\n    host: 192.0.2.7\n    user: ann\n";
  EXPECT_EQ(after("", add("a")), "hosts:\n" + block);
  EXPECT_EQ(after("# mine\n", add("a")), "# mine\nhosts:\n" + block);
  EXPECT_EQ(after("hosts:\n", add("a")), "hosts:\n" + block);
  EXPECT_EQ(after("hosts: # none yet\n  # put them here\n", add("a")),
            "hosts: # none yet\n  # put them here\n" + block);
  EXPECT_EQ(after("hosts: {}  # none\nsettings: {}\n", add("a")),
            "hosts:  # none\n" + block + "settings: {}\n");
  EXPECT_EQ(after("settings:\n  approval: auto\n", add("a")),
            "settings:\n  approval: auto\nhosts:\n" + block);
  EXPECT_EQ(after("---\nhosts:\n" + block + "...\n", add("b")),
            "---\nhosts:\n" + block + "  b:\n    host: 192.0.2.7\n    user: ann\n...\n");
  EXPECT_EQ(after("{hosts: {a: {host: h, user: u}}}", add("b")),
            "{hosts: {a: {host: h, user: u}, b: {host: 192.0.2.7, user: ann}}}");
}

TEST(EditYaml, TheLastHostLeavesAnEmptyInventory) {
  EXPECT_EQ(after("hosts:\n  web1:\n    host: h\n    user: u\n", remove()), "hosts:\n");
  EXPECT_EQ(after("hosts: {web1: {host: h, user: u}}\n", remove()), "hosts: {}\n");
}

TEST(EditYaml, LineEndsMarksAndAMissingLastLineBreakStay) {
  std::string windows;
  for (const char c : small) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(after(windows, set("port", "23")), with("port: 22 ", "port: 23 ", windows));
  EXPECT_EQ(after(windows, set("workdir", "/srv")),
            with("user: deploy\r\n", "user: deploy\r\n    workdir: /srv\r\n", windows));
  const std::string marked = "\xef\xbb\xbf" + std::string(small);
  EXPECT_EQ(after(marked, set("port", "23")), with("port: 22 ", "port: 23 ", marked));
  const std::string marked_first = "\xef\xbb\xbfhosts: {web1: {host: h, user: u}}";
  EXPECT_EQ(after(marked_first, set("user", "v")), with("user: u", "user: v", marked_first));
  EXPECT_EQ(after("hosts:\n  web1:\n    host: h\n    user: u", set("port", "23")),
            "hosts:\n  web1:\n    host: h\n    user: u\n    port: 23");
  EXPECT_EQ(after("hosts:\n  web1:\n    host: h\n    user: u", add("b")),
            "hosts:\n  web1:\n    host: h\n    user: u\n  b:\n    host: 192.0.2.7\n    user: ann");
}

TEST(EditYaml, OtherIndentationIsTaken) {
  const std::string wide = "hosts:\n    web1:\n        host: h\n        user: u\n";
  EXPECT_EQ(after(wide, add("b")), wide + "    b:\n        host: 192.0.2.7\n        user: ann\n");
  EXPECT_EQ(after(wide, set("auth.method", "agent")), wide + "        auth:\n            method: agent\n");
}

TEST(EditYaml, TextsAreQuotedWhereTheyMustBe) {
  for (const std::string text :
       {"plain",    "a: b", "x #y", "- dash", "'q'",       "\"d\"",     "",      "null",  "~",
        "{a}",      "a, b", "[x]",  "#c",     "*s",        "&a",        "!t",    "%p",    "@at",
        "`b`",      "| p",  "> g",  "? q",    "tab\there", "^rm\\b.*$", "C:\\x", "ünï ☃", "trailing ",
        " leading", "a:",   "...",  "---",    "=",         "0x1",       "it's",  "a\nb"}) {
    const auto edited = after(small, set("description", text));
    ASSERT_FALSE(edited.starts_with("error")) << text << ": " << edited;
    EXPECT_EQ(read_yaml(edited, "f").find("hosts")->find("web1")->find("description")->text, text) << edited;
    const auto in_flow =
        after(small, {YamlEdit::Kind::set, {"hosts", "db1", "description"}, yaml_scalar(text), {}});
    ASSERT_FALSE(in_flow.starts_with("error")) << text << ": " << in_flow;
    EXPECT_EQ(read_yaml(in_flow, "f").find("hosts")->find("db1")->find("description")->text, text) << in_flow;
  }
}

constexpr std::string_view shared = R"(hosts:
  base: &base
    host: h
    user: &who u
    auth: &login {method: agent}
  web1:
    <<: *base
    host: w
  web2: {host: x, user: *who, auth: *login}
)";

TEST(EditYaml, WhatOtherHostsShareIsRefusedAndTheRestIsNot) {
  EXPECT_THAT(after(shared, {YamlEdit::Kind::set, {"hosts", "base", "port"}, yaml_scalar("23"), {}}),
              HasSubstr("hosts.web1.port would not come out right"));
  EXPECT_THAT(after(shared, {YamlEdit::Kind::remove, {"hosts", "base"}, {}, {}}),
              HasSubstr("no longer be YAML"));
  EXPECT_THAT(after(shared, remove("user")), HasSubstr("comes from a merge"));
  EXPECT_THAT(after(shared, set("auth.agent_key", "x")), HasSubstr("would not come out right"));
  EXPECT_THAT(
      after(shared, {YamlEdit::Kind::set, {"hosts", "web2", "auth", "method"}, yaml_scalar("key"), {}}),
      HasSubstr("behind an alias"));
  EXPECT_EQ(after(shared, set("user", "own")), with("host: w\n", "host: w\n    user: own\n", shared));
  EXPECT_EQ(after(shared, {YamlEdit::Kind::set, {"hosts", "web2", "user"}, yaml_scalar("own"), {}}),
            with("user: *who", "user: own", shared));
  EXPECT_EQ(after(shared, remove()), with("  web1:\n    <<: *base\n    host: w\n", "", shared));
}

TEST(EditYaml, UnusualFormsAreRefusedAndNamed) {
  EXPECT_THAT(after("hosts:\n  ? web1\n  : {host: h, user: u}\n", remove()), HasSubstr("hosts.yaml:2: "));
  EXPECT_THAT(after("hosts:\r  web1: {host: h, user: u}\r", remove()), HasSubstr("carriage return alone"));
  EXPECT_THAT(after("hosts:\n\tweb1: {host: h, user: u}\n", remove()), HasSubstr("YAML takes no tabs"));
  EXPECT_THAT(after("a: b: c", remove()), HasSubstr("not valid YAML"));
}

TEST(EditYaml, FlowTextWithQuotesBracketsAndCommentsIsNotMistaken) {
  const std::string text =
      "hosts:\n  web1: {host: h, # it's a , comment }\n         description: 'a, } b', user: \"u]\\\"\",\n"
      "         env: {A: it's, B: [x}\n]}}\n";
  EXPECT_THAT(after(text, set("port", "23")), HasSubstr("error"));  // [x} is not YAML
  const std::string sound =
      "hosts:\n  web1: {host: h, # it's a , comment }\n         description: 'a, } b', user: \"u]\\\"\",\n"
      "         env: {A: it's, B: x}}\n";
  EXPECT_EQ(after(sound, set("port", "23")), with("B: x}}", "B: x}, port: 23}", sound));
  EXPECT_EQ(after(sound, set("description", "c")), with("'a, } b'", "c", sound));
  EXPECT_EQ(after(sound, remove("env.B")), with(", B: x", "", sound));
}

}  // namespace
}  // namespace mcpssh::hosts
