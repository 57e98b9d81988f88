// mcp-ssh hosts add | edit | remove | list | test | import, as a script uses them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json.hpp"
#include "host_manager/place.hpp"
#include "support/openssh_server.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

base::json::object json(const Finished& finished) {
  const auto value = base::parse_json(finished.out);
  EXPECT_TRUE(value && value->is_object()) << finished.out << finished.err;
  return value && value->is_object() ? value->as_object() : base::json::object();
}

std::string joined(const base::json::object& object, std::string_view key) {
  return base::json::serialize(object.at(key));
}

TEST(HostsAdd, MakesAPrivateFileAndTheHostIsListed) {
  const Place place;
  const auto added = place.hosts({"add", "web1", "--host", "192.0.2.10", "--user", "deploy", "--port", "2222",
                                  "--group", "prod", "--group", "web", "--auth", "agent", "--set",
                                  "limits.sessions=5", "--set", "env={LANG: C.UTF-8}"});
  ASSERT_EQ(added.exit_code, 0) << added.err;
  EXPECT_EQ(place.text(),
            "hosts:\n  web1:\n    host: 192.0.2.10\n    port: 2222\n    user: deploy\n    auth:\n      "
            "method: agent\n"
            "    groups: [prod, web]\n    limits:\n      sessions: 5\n    env:\n      LANG: C.UTF-8\n");
  EXPECT_EQ(place.mode(), 0600U);
  const auto listed = json(place.hosts({"list", "--json"}));
  const auto& host = listed.at("hosts").as_array().at(0).as_object();
  EXPECT_EQ(host.at("name"), "web1");
  EXPECT_EQ(host.at("port"), 2222);
  EXPECT_EQ(joined(host, "groups"), R"(["prod","web"])");
}

TEST(HostsAdd, AnswersProgramsInJsonAndWritesNothingWhenOnlyAsked) {
  const Place place;
  const auto dry = json(place.hosts({"add", "w", "--host", "h", "--user", "u", "--json", "--dry-run"}));
  EXPECT_EQ(dry.at("changed"), true);
  EXPECT_THAT(std::string(dry.at("diff").as_string()), HasSubstr("+  w:\n+    host: h\n+    user: u\n"));
  EXPECT_FALSE(std::filesystem::exists(place.file));
  const auto deep = place.home.path() / "deep" / "hosts.yaml";
  std::vector<std::string> words{"add", "w",        "--host",      "h",        "--user",
                                 "u",   "--config", deep.string(), "--dry-run"};
  EXPECT_EQ(place.hosts(words).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(deep.parent_path()));
  words.pop_back();
  EXPECT_EQ(place.hosts(words).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(deep));
  const auto real = json(place.hosts({"add", "w", "--host", "h", "--user", "u", "--json"}));
  EXPECT_EQ(joined(real, "added"), R"(["w"])");
  EXPECT_FALSE(real.contains("backup"));
}

TEST(HostsAdd, RefusesWhatTheServerWouldRefuseAndLeavesTheFile) {
  const Place place;
  place.write("# mine\nhosts: {}\n");
  const std::map<std::string, std::vector<std::string>> wrong{
      {"port must be a whole number from 1 to 65535", {"--port", "70000"}},
      {"holds an `@`", {"--host", "ann@web"}},
      {"hosts.w.host: is empty", {"--host", ""}},
      {"mode must be one of", {"--mode", "loose"}},
      {"deny pattern `(unclosed` does not compile", {"--deny-pattern", "(unclosed"}},
      {"no host is called `nobody`", {"--jump", "nobody"}},
      {"secrets do not go into this file", {"--set", "auth.password=hunter2"}}};
  for (const auto& [message, flags] : wrong) {
    std::vector<std::string> words{"add", "w", "--user", "u"};
    if (flags[0] != "--host") words.insert(words.end(), {"--host", "h"});
    words.insert(words.end(), flags.begin(), flags.end());
    const auto refused = place.hosts(words);
    EXPECT_NE(refused.exit_code, 0) << message;
    EXPECT_THAT(refused.err, HasSubstr(message));
    EXPECT_EQ(place.text(), "# mine\nhosts: {}\n") << message;
  }
}

TEST(HostsAdd, LooksAtKeyFilesAndVariables) {
  const Place place;
  const auto key = (place.home.path() / "key").string();
  const std::vector<std::string> words{"add", "w", "--host", "h", "--user", "u", "--key", key};
  EXPECT_THAT(place.hosts(words).err, AllOf(HasSubstr("the key " + key), HasSubstr("--force writes it")));
  place.home.write("key", "secret", 0644);
  EXPECT_THAT(place.hosts(words).err, AllOf(HasSubstr("may be read by others"), HasSubstr("chmod 600")));
  EXPECT_FALSE(std::filesystem::exists(place.file));
  auto forced = words;
  forced.emplace_back("--force");
  EXPECT_EQ(place.hosts(forced).exit_code, 0);
  EXPECT_THAT(place.text(), HasSubstr("    auth:\n      method: key\n      key_path: " + key + "\n"));
  const auto unset =
      place.hosts({"add", "p", "--host", "h", "--user", "u", "--password-env", "NOT_SET_ANYWHERE"});
  EXPECT_EQ(unset.exit_code, 0) << unset.err;
  EXPECT_THAT(unset.err, HasSubstr("warning: p: environment variable NOT_SET_ANYWHERE is not set here"));
}

constexpr std::string_view commented = R"(# ours
hosts:
  web1:          # rack 4
    host: h      # by name
    user: deploy
  # the rest
  db1: {host: d, user: u}
)";

TEST(HostsEdit, ChangesItsKeysAndNothingElse) {
  const Place place;
  place.write(commented);
  ASSERT_EQ(place.hosts({"edit", "web1", "--user", "ann", "--port", "23"}).exit_code, 0);
  EXPECT_EQ(place.text(),
            "# ours\nhosts:\n  web1:          # rack 4\n    host: h      # by name\n    user: ann\n"
            "    port: 23\n  # the rest\n  db1: {host: d, user: u}\n");
  EXPECT_EQ(place.text("hosts.yaml.bak"), commented);
  ASSERT_EQ(place.hosts({"edit", "web1", "--user", "deploy", "--unset", "port"}).exit_code, 0);
  EXPECT_EQ(place.text(), commented);
  ASSERT_EQ(place.hosts({"edit", "db1", "--rename", "db2", "--set", "mode=readonly"}).exit_code, 0);
  EXPECT_THAT(place.text(), HasSubstr("  db2: {host: d, user: u, mode: readonly}\n"));
}

TEST(HostsEdit, AKeyThatIsNamedIsTriedToo) {
  const Place place;
  place.write("hosts:\n  w: {host: h, user: u, auth: {method: agent}}\n");
  const auto key = make_client_key(place.home.path() / "k").path.string();
  ASSERT_EQ(place.hosts({"edit", "w", "--key", key}).exit_code, 0);
  EXPECT_THAT(place.text(), HasSubstr("auth: {method: [agent, key], key_path: " + key + "}"));
}

TEST(HostsEdit, SaysWhatIsNotThereAndWhatWasNotAsked) {
  const Place place;
  place.write(commented);
  const auto typo = place.hosts({"edit", "web2", "--port", "23"});
  EXPECT_EQ(typo.exit_code, 1);
  EXPECT_THAT(typo.err, HasSubstr("did you mean `web1`?"));
  EXPECT_THAT(place.hosts({"edit", "web1"}).err, HasSubstr("nothing was named that should change"));
  EXPECT_THAT(place.hosts({"edit", "web1", "--unset", "port"}).err,
              HasSubstr("hosts.web1.port is not there"));
  EXPECT_THAT(place.hosts({"edit", "web1", "--user", "deploy"}).out, HasSubstr("nothing to change"));
}

TEST(HostsRemove, TakesOutTheHostAndKeepsABackup) {
  const Place place;
  place.write(commented);
  const auto removed = json(place.hosts({"remove", "web1", "--json"}));
  EXPECT_EQ(place.text(), "# ours\nhosts:\n  # the rest\n  db1: {host: d, user: u}\n");
  EXPECT_EQ(std::string(removed.at("backup").as_string()), place.file.string() + ".bak");
  EXPECT_EQ(place.text("hosts.yaml.bak"), commented);
}

TEST(HostsRemove, RefusesToTakeAWayFromOthers) {
  const Place place;
  place.write("hosts:\n  b: {host: b, user: u}\n  w: {host: w, user: u, jump: b}\n");
  const auto refused = place.hosts({"remove", "b"});
  EXPECT_EQ(refused.exit_code, 78);
  EXPECT_THAT(refused.err, HasSubstr("no host is called `b`"));
  EXPECT_THAT(place.text(), HasSubstr("  b: {"));
}

TEST(HostsEdit, TheFileStaysItsOwnersWhenRootEdits) {
  const Place place;
  place.write(commented);
  ASSERT_EQ(::chown(place.file.c_str(), 65534, 65534), 0) << "the stories run as root";
  ASSERT_EQ(place.hosts({"edit", "web1", "--port", "23"}).exit_code, 0);
  struct stat info{};
  ASSERT_EQ(::stat(place.file.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 65534U);
  EXPECT_EQ(info.st_gid, 65534U);
}

TEST(HostsImport, TakesWhatIsNewOfAnInventoryAndNamesPasswords) {
  const Place place;
  place.write("hosts:\n  web1: {host: mine, user: u}\n");
  const auto inventory = place.home.write("inventory.ini",
                                          "[web]\nweb[1:3] ansible_user=deploy ansible_password=hunter2\n"
                                          "[db]\ndb1 ansible_host=192.0.2.9 ansible_port=23\n");
  const std::vector<std::string> words{"import", "--ansible", inventory.string()};
  const auto nobody = place.hosts(words);
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.out, HasSubstr("+  web2:\n"));
  EXPECT_THAT(nobody.err, HasSubstr("3 hosts would be added, and there is nobody to ask"));
  EXPECT_THAT(place.text(), Not(HasSubstr("web2")));
  auto yes = words;
  yes.insert(yes.end(), {"--yes", "--json"});
  const auto done = json(place.hosts(yes));
  EXPECT_EQ(joined(done, "added"), R"(["web2","web3","db1"])");
  EXPECT_EQ(joined(done, "skipped"), R"(["web1"])");
  EXPECT_THAT(joined(done, "notes"),
              AllOf(HasSubstr("ansible_password is not imported"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(place.text(),
              AllOf(HasSubstr("  web1: {host: mine, user: u}\n  web2:\n    host: web2\n    user: deploy\n"
                              "    groups: [web]\n"),
                    HasSubstr("host: 192.0.2.9\n    port: 23\n"), Not(HasSubstr("hunter2"))));
}

TEST(HostsImport, TakesTheHostsOfSshConfigThatMatch) {
  const Place place;
  std::filesystem::create_directory(place.home.path() / ".ssh");
  place.home.write(".ssh/config", "Host web-1 web-2 db\n  HostName %h.example.org\n  User ann\n");
  const auto done = place.hosts({"import", "web-*", "--yes"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(place.text(),
            "hosts:\n  web-1:\n    host: web-1.example.org\n    user: ann\n"
            "  web-2:\n    host: web-2.example.org\n    user: ann\n");
  EXPECT_THAT(
      place.hosts({"import", "web-*", "--yes"}).out,
      AllOf(HasSubstr("already there, left as they are: web-1, web-2"), HasSubstr("nothing to change")));
}

TEST(HostsTest, SaysEachStepOfALogIn) {
  const OpensshServer sshd;
  const Place place;
  const auto known = place.home.write("known", sshd.known_hosts());
  const auto port = std::to_string(sshd.port());
  const std::string login =
      "user: " + sshd.user() + ", auth: {method: key, key_path: " + sshd.key().path.string() + "}";
  place.write("hosts:\n  good: {host: 127.0.0.1, port: " + port + ", " + login + "}\n" +
              "  unknown: {host: localhost, port: " + port + ", " + login + "}\n" +
              "  closed: {host: 127.0.0.1, port: " + std::to_string(free_port()) + ", " + login + "}\n" +
              "  nowhere: {host: no-such-name.invalid, " + login + "}\n" +
              "  stranger: {host: 127.0.0.1, port: " + port + ", user: " + sshd.user() +
              ", auth: {method: key, key_path: " + make_client_key(place.home.path() / "k").path.string() +
              "}}\n" + "settings: {known_hosts: " + known.string() + "}\n");
  const auto good = place.hosts({"test", "good"});
  EXPECT_EQ(good.exit_code, 0) << good.out;
  EXPECT_THAT(good.out,
              AllOf(HasSubstr("  resolve       ok"), HasSubstr("  TCP           ok      127.0.0.1"),
                    HasSubstr("  key exchange  ok      SSH-2.0-OpenSSH"),
                    HasSubstr("  host key      ok      ssh-ed25519 SHA256:"),
                    HasSubstr("  log in        ok      " + sshd.user() + " by "), HasSubstr("good: ok, ")));
  const auto failed_at = [&](const std::string& host) {
    const auto report = json(place.hosts({"test", host, "--json"}));
    const auto& one = report.at("hosts").as_array().at(0).as_object();
    EXPECT_EQ(one.at("ok"), false);
    std::string states;
    for (const auto& step : one.at("steps").as_array()) {
      const std::string state(step.at("state").as_string());
      states += state == "ok" ? "+" : state == "failed" ? "!" : ".";
    }
    return states + " " + std::string(one.at("error").at("code").as_string());
  };
  EXPECT_EQ(failed_at("nowhere"), "!..... resolve_failed");
  EXPECT_EQ(failed_at("closed"), "+!.... connect_failed");
  EXPECT_EQ(failed_at("unknown"), "+++!.. host_key_unknown");
  EXPECT_EQ(failed_at("stranger"), "++++!. auth_failed");
  EXPECT_EQ(place.hosts({"test", "good,closed"}).exit_code, 1);
}

TEST(HostsManager, WithoutATerminalSaysWhatToUse) {
  const Place place;
  const auto refused = place.hosts({});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("needs a terminal"), HasSubstr("mcp-ssh hosts list, add, edit")));
}

}  // namespace
}  // namespace mcpssh::test
