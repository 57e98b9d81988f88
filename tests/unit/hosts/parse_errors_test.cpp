#include <gmock/gmock.h>

#include "hosts/yaml_tree.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::bad;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::web1_with;

struct Golden {
  std::string text;
  std::string message;
};

void expect(const std::vector<Golden>& cases) {
  for (const Golden& golden : cases) EXPECT_EQ(bad(golden.text), golden.message) << golden.text;
}

TEST(ParseErrors, UnknownKeysNameTheLineAndTheNearestKey) {
  expect({
      {web1_with("    auth:\n      method: password\n      pasword_env: WEB1"),
       "hosts.yaml:7: unknown key `pasword_env` under hosts.web1.auth; did you mean `password_env`?"},
      {web1_with("    prot: 22"), "hosts.yaml:5: unknown key `prot` under hosts.web1; did you mean `port`?"},
      {"hosts:\n  w:\n    hostname: a\n",
       "hosts.yaml:3: unknown key `hostname` under hosts.w; did you mean `host`?"},
      {"host:\n", "hosts.yaml:1: `host` does not belong at the top; it goes into a host"},
      {web1_with("    key_path: ~/.ssh/id"),
       "hosts.yaml:5: `key_path` does not belong under hosts.web1; it goes into the host's auth"},
      {web1_with("    idle_timeout: 5"),
       "hosts.yaml:5: `idle_timeout` does not belong under hosts.web1; it goes into settings"},
      {"defaults: {}\n", "hosts.yaml:1: unknown key `defaults` at the top; known are hosts, settings"},
      {"settings:\n  comand_timeout: 5\n",
       "hosts.yaml:2: unknown key `comand_timeout` under settings; did you mean `command_timeout`?"},
  });
}

TEST(ParseErrors, KeysThatWouldNotBeObeyedAreRefused) {
  for (const char* key : {"enable_password_env", "record"})
    EXPECT_EQ(bad(web1_with("    " + std::string(key) + ": x")),
              "hosts.yaml:5: `" + std::string(key) +
                  "` under hosts.web1 is not supported by this version. Next: remove it: nothing may stand "
                  "here that "
                  "would not be obeyed");
  for (const char* key : {"output_budget", "tokens", "approvers"})
    EXPECT_THAT(bad("settings:\n  " + std::string(key) + ": x\n"),
                StartsWith("hosts.yaml:2: `" + std::string(key) + "` under settings is not supported"));
}

TEST(ParseErrors, ALiteralSecretIsRefusedAndNotRepeated) {
  const std::string message = bad(web1_with("    auth:\n      method: password\n      password: hunter2"));
  EXPECT_EQ(
      message,
      "hosts.yaml:7: `password` under hosts.web1.auth: secrets do not go into this file. Next: put the "
      "secret into "
      "an environment variable and name that variable in `password_env` or `passphrase_env` under auth");
  EXPECT_THAT(bad(web1_with("    password: hunter2")), HasSubstr("secrets do not go into this file"));
  const std::string misplaced =
      bad(web1_with("    auth:\n      method: password\n      password_env: hunter2!"));
  EXPECT_EQ(misplaced,
            "hosts.yaml:7: hosts.web1.auth.password_env: is not the name of an environment variable "
            "(letters, digits "
            "and `_`); secrets do not go into this file");
  EXPECT_THAT(bad(web1_with("    auth: hunter2")), Not(HasSubstr("hunter2")));
}

TEST(ParseErrors, MissingKeysAreNamed) {
  expect({
      {"hosts:\n  web1:\n    host: a\n", "hosts.yaml:2: hosts.web1.user is missing. Next: add `user:` there"},
      {"hosts:\n  web1:\n    user: a\n    host:\n",
       "hosts.yaml:4: hosts.web1.host is missing. Next: add `host:` there"},
      {web1_with("    auth: {key_path: ~/k}"),
       "hosts.yaml:5: hosts.web1.auth.method is missing. Next: add `method: key`, `method: password` or "
       "`method: agent` there"},
      {web1_with("    auth:\n      method: key"),
       "hosts.yaml:6: hosts.web1.auth.key_path is missing (method: key). Next: name the private key's file, "
       "for "
       "example `key_path: ~/.ssh/id_ed25519`"},
      {web1_with("    auth:\n      method: password"),
       "hosts.yaml:6: hosts.web1.auth.password_env is missing (method: password). Next: name the environment "
       "variable that holds the password (or give `password_file`, `password_command` or "
       "`password_credential`)"},
  });
}

TEST(ParseErrors, WrongKindsAreNamed) {
  expect({
      {"- a\n", "hosts.yaml:1: the file must be a mapping (`key: value` lines), not a list"},
      {"hosts: [a]\n",
       "hosts.yaml:1: hosts must be a mapping of host names, for example `web1:` and its keys indented "
       "below"},
      {"hosts:\n  web1: 10.0.0.1\n",
       "hosts.yaml:2: hosts.web1 must be a mapping (`key: value` lines), not a text"},
      {"hosts:\n  web1:\n", "hosts.yaml:2: hosts.web1 must be a mapping (`key: value` lines), not nothing"},
      {"settings: 5\n", "hosts.yaml:1: settings must be a mapping (`key: value` lines), not a text"},
      {"hosts:\n  web1:\n    host: [a]\n    user: u\n",
       "hosts.yaml:3: hosts.web1.host must be a text, not a list"},
      {web1_with("    groups: web"), "hosts.yaml:5: hosts.web1.groups must be a list, not a text"},
      {web1_with("    groups: [[a]]"),
       "hosts.yaml:5: hosts.web1.groups: every item must be a text, not a list"},
      {web1_with("    mode:"),
       "hosts.yaml:5: hosts.web1.mode must be one of standard, unrestricted, readonly, restricted, full, not "
       "nothing"},
      {web1_with("    shell: bash"), "hosts.yaml:5: hosts.web1.shell must be one of posix, cli, not `bash`"},
      {web1_with("    auth: {method: kerberos}"),
       "hosts.yaml:5: hosts.web1.auth.method must be one of key, password, agent, keyboard-interactive, "
       "none, "
       "gssapi, not `kerberos`"},
      {"settings: {approval: never}\n",
       "hosts.yaml:1: settings.approval must be one of auto, human, model, none, not `never`"},
  });
}

TEST(ParseErrors, NumbersAreWholeAndInRange) {
  for (const char* value :
       {"0", "65536", "-1", "22.0", "0x16", "022", "+22", "ssh", "''", "99999999999999999999"})
    EXPECT_THAT(bad(web1_with("    port: " + std::string(value))),
                StartsWith("hosts.yaml:5: hosts.web1.port must be a whole number from 1 to 65535, not `"));
  expect({
      {web1_with("    port: [22]"),
       "hosts.yaml:5: hosts.web1.port must be a whole number from 1 to 65535, not a list"},
      {"settings: {idle_timeout: 15m}\n",
       "hosts.yaml:1: settings.idle_timeout must be a whole number from 1 to 2592000, not `15m`"},
      {"settings: {command_timeout: 0}\n",
       "hosts.yaml:1: settings.command_timeout must be a whole number from 1 to 86400, not `0`"},
      {"settings: {max_output_bytes: 1}\n",
       "hosts.yaml:1: settings.max_output_bytes must be a whole number from 256 to 67108864, not `1`"},
  });
}

TEST(ParseErrors, HostNamesAreNamesOnly) {
  const std::string body = ": {host: a, user: u}\n";
  expect({
      {"hosts:\n  -x" + body, "hosts.yaml:2: host name `-x` must not start with `-`"},
      {"hosts:\n  all" + body, "hosts.yaml:2: host name `all` means every host and cannot be a name"},
      {"hosts:\n  web 1" + body,
       "hosts.yaml:2: host name `web 1` may hold only letters, digits and `.` `_` `-`"},
      {"hosts:\n  ''" + body, "hosts.yaml:2: host name is empty"},
      {"hosts:\n  " + std::string(65, 'a') + body, "hosts.yaml:2: host name is longer than 64 bytes"},
      {web1_with("    groups: [all]"),
       "hosts.yaml:5: hosts.web1.groups: `all` means every host and cannot be a name"},
  });
}

TEST(ParseErrors, AddressesAndUsersCannotBecomeOptions) {
  const auto host = [](const std::string& value) {
    return bad("hosts:\n  a:\n    user: u\n    host: " + value + "\n");
  };
  EXPECT_EQ(host("-oProxyCommand=x"),
            "hosts.yaml:4: hosts.a.host: `-oProxyCommand=x` must not start with `-`");
  EXPECT_EQ(host("root@a"), "hosts.yaml:4: hosts.a.host: `root@a` holds an `@`; the user goes into `user`");
  EXPECT_EQ(host("a:2222"), "hosts.yaml:4: hosts.a.host: `a:2222` holds one `:`; the port goes into `port`");
  for (const char* value : {"a b", "\"a\\nb\"", "\"a\\0b\"", "ssh://a", "a;b", "$(x)", "bücher.example"})
    EXPECT_THAT(host(value), HasSubstr("may hold only letters, digits and `.` `-` `_` `:` `%`")) << value;
  EXPECT_EQ(host(std::string(254, 'a')), "hosts.yaml:4: hosts.a.host: is longer than 253 bytes");

  const auto user = [](const std::string& value) {
    return bad("hosts:\n  a:\n    host: h\n    user: " + value + "\n");
  };
  EXPECT_EQ(user("-l"), "hosts.yaml:4: hosts.a.user: `-l` must not start with `-`");
  EXPECT_EQ(user("\"a\\eb\""), "hosts.yaml:4: hosts.a.user: `a\\x1bb` holds characters that cannot be seen");
  EXPECT_EQ(user("''"), "hosts.yaml:4: hosts.a.user: is empty");
}

TEST(ParseErrors, PatternsThatCannotMeanWhatTheySayAreRefused) {
  expect({
      {web1_with("    deny_patterns: ['']"),
       "hosts.yaml:5: hosts.web1.deny_patterns: is empty, which would match every command"},
      {web1_with("    deny_patterns:\n      - 'a'\n      - \"\\brm\\b\""),
       "hosts.yaml:7: hosts.web1.deny_patterns: holds the control character 0x08; in single quotes YAML "
       "leaves a "
       "backslash alone"},
      {web1_with("    deny_patterns:\n      - |\n        rm"),
       "hosts.yaml:6: hosts.web1.deny_patterns: ends with a line break, so it would hardly ever match; write "
       "it on one "
       "line"},
      {web1_with("    deny_patterns:\n      -\n"),
       "hosts.yaml:5: hosts.web1.deny_patterns: every item must be a text, not nothing"},
      {web1_with("    allow_patterns: [uptime]"),
       "hosts.yaml:5: hosts.web1.allow_patterns has no effect without a mode. Next: add `mode: restricted` "
       "to allow "
       "nothing else"},
      {web1_with("    prompt_regex: '#$'"),
       "hosts.yaml:5: hosts.web1.prompt_regex is only for `shell: cli`. Next: add `shell: cli`, or remove "
       "prompt_regex"},
  });
}

TEST(ParseErrors, DuplicateKeysAreFoundAtEveryLevel) {
  expect({
      {"hosts:\nsettings:\nhosts:\n",
       "hosts.yaml:3: `hosts` appears twice at the top; the first is on line 1. Next: keep one of the two"},
      {"hosts:\n  a: {host: a, user: u}\n  a: {host: b, user: u}\n",
       "hosts.yaml:3: `a` appears twice under hosts; the first is on line 2. Next: keep one of the two"},
      {web1_with("    user: root"),
       "hosts.yaml:5: `user` appears twice under hosts.web1; the first is on line 4. Next: keep one of the "
       "two"},
      {web1_with("    auth: {method: key, key_path: a, method: agent}"),
       "hosts.yaml:5: `method` appears twice under hosts.web1.auth; the first is on line 5. Next: keep one "
       "of the two"},
  });
}

TEST(ParseErrors, BadYamlNamesLineAndColumn) {
  expect({
      {"hosts:\n\tweb1: {}\n",
       "hosts.yaml:2:6: not valid YAML: illegal map value. Next: indent with spaces, YAML takes no tabs"},
      {"hosts:\n  web1:\n    host: a\n   user: u\n",
       "hosts.yaml:4:4: not valid YAML: end of map not found. Next: look at the indentation there, and quote "
       "text that "
       "holds `: ` or ` #`"},
      {web1_with("    groups: [@web]"),
       "hosts.yaml:5:14: not valid YAML: unknown token. Next: put text that starts with @, ` or % in single "
       "quotes"},
      {web1_with("    deny_patterns: [*]"),
       "hosts.yaml:5:22: not valid YAML: alias not found after *. Next: put text that starts with * in "
       "single quotes"},
      {web1_with("    deny_patterns: [\"\\s\"]"),
       "hosts.yaml:5:24: not valid YAML: unknown escape character: s. Next: use single quotes: there a "
       "backslash is "
       "just a backslash"},
      {web1_with("    description: \"open\n    mode: readonly"),
       "hosts.yaml:8:1: not valid YAML: illegal document indicator in scalar. Next: close the quoted text "
       "that starts "
       "above"},
      {"hosts:\n---\nhosts:\n",
       "hosts.yaml:2: a second YAML document starts here; only one is read. Next: remove `---`, or look at "
       "the "
       "indentation there"},
      {"a: !!python/object x\n",
       "hosts.yaml:1: the YAML tag tag:yaml.org,2002:python/object is not supported. Next: remove the tag"},
      {"? [a]\n: b\n", "hosts.yaml:1: a key at the top is not a text"},
      {"hosts: &a [*a]\n", "hosts.yaml:1: this alias stands inside the value it refers to"},
      {"hosts:\n  a:\n    <<: 5\n",
       "hosts.yaml:3: `<<` under hosts.a takes a mapping, or a list of mappings"},
  });
}

TEST(ParseErrors, BytesThatAreNotTextAreRefused) {
  using namespace std::string_literals;
  expect({
      {"hosts:\n\x04\nsettings: 1\n",
       "hosts.yaml:2: the control character 0x04 does not belong into YAML. Next: remove it, or save the "
       "file as UTF-8 "
       "text"},
      {"hosts:\n# \0\n"s,
       "hosts.yaml:2: the control character 0x00 does not belong into YAML. Next: remove it, or save the "
       "file as UTF-8 "
       "text"},
      {"# a\n# b\xff\n", "hosts.yaml:2: this line is not UTF-8. Next: save the file as UTF-8 text"},
  });
}

TEST(ParseErrors, AFileThatWouldGrowWithoutBoundIsRefused) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) laughs += before + (k < 9 ? ", " : "]\n");
  }
  EXPECT_THAT(bad(laughs), HasSubstr("the file holds too many values"));

  std::string long_text = "a: &a '" + std::string(100'000, 'x') + "'\nb: [";
  for (int i = 0; i < 1000; ++i) long_text += "*a, ";
  EXPECT_THAT(bad(long_text + "]\n"), HasSubstr("the file holds too many values"));

  EXPECT_EQ(bad("a: " + std::string(40, '[') + std::string(40, ']') + "\n"),
            "hosts.yaml:1: nested more than 16 deep");
  EXPECT_EQ(bad(std::string(limits::yaml_bytes + 1, '#')), "hosts.yaml is longer than 4194304 bytes");
}

}  // namespace
}  // namespace mcpssh::hosts
