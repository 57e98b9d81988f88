// What a named token may do, through the real program over HTTP: its hosts, tools, mode and pace.
#include "tokens/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> names_in(const ToolAnswer& listed) {
  std::vector<std::string> names;
  for (const auto& host : listed.structured.at("hosts").as_array())
    names.push_back(base::find_string(host.as_object(), "name").value_or(""));
  return names;
}

TEST_F(House, HostsOutsideTheSelectorLookLikeHostsThatDoNotExist) {
  const HttpService service(three_hosts());
  const auto web = service.token("web", {"--hosts", "@web"});
  EXPECT_THAT(names_in(service.call(web, "ssh_list_hosts", "{}")), testing::ElementsAre("web1", "web2"));
  EXPECT_THAT(names_in(service.call(web, "ssh_list_hosts", R"({"host":"*"})")),
              testing::ElementsAre("web1", "web2"));
  EXPECT_EQ(service.call(web, "ssh_list_hosts", R"({"host":"db1"})").text,
            service.call(web, "ssh_list_hosts", R"({"host":"fb1"})").text);
  struct Story {
    const char* tool;
    std::string known, unknown;
  };
  for (const auto& story : {Story{"ssh_run", on("db1", "id"), on("fb1", "id")},
                            Story{"ssh_run", on("web1,db1", "id"), on("web1,fb1", "id")},
                            Story{"ssh_run", on("db*", "id"), on("fb*", "id")},
                            Story{"ssh_shell", on("db1", "id"), on("fb1", "id")},
                            Story{"ssh_connect", R"({"host":"db1"})", R"({"host":"fb1"})"},
                            Story{"ssh_disconnect", R"({"host":"db1"})", R"({"host":"fb1"})"},
                            Story{"ssh_tunnel", R"({"action":"open","host":"db1","target":"a:1"})",
                                  R"({"action":"open","host":"fb1","target":"a:1"})"}}) {
    const auto hidden = service.call(web, story.tool, story.known);
    const auto missing = service.call(web, story.tool, story.unknown);
    EXPECT_TRUE(hidden.is_error) << story.tool;
    const auto name = story.known.find("db*") == std::string::npos ? "db1" : "db*";
    const auto other = story.known.find("db*") == std::string::npos ? "fb1" : "fb*";
    EXPECT_EQ(with(hidden.text, name), with(missing.text, other)) << story.tool;
  }
  EXPECT_THAT(service.call(web, "ssh_run", on("@vault", "id")).text, Not(HasSubstr("db1")));
  EXPECT_THAT(service.call(web, "ssh_run", on("DB1", "id")).text, Not(HasSubstr("db1")));
  EXPECT_THAT(service.call(HttpService::shared, "ssh_run", on("DB1", "id")).text, HasSubstr("db1"));
}

TEST_F(House, ManyHostsAreThoseOfTheToken) {
  const HttpService service(three_hosts());
  const auto lab = service.token("lab", {"--hosts", "@lab"});
  const auto answer = service.call(lab, "ssh_run", on("*", "echo from-there"));
  EXPECT_THAT(answer.text, AllOf(HasSubstr("from-there"), HasSubstr("web2"), Not(HasSubstr("web1")),
                                 Not(HasSubstr("db1"))));
  EXPECT_THAT(service.call(lab, "ssh_run", on("all", "id")).text, Not(HasSubstr("db1")));
}

TEST_F(House, AHostThatFitsLaterIsTheTokensAfterTheReload) {
  HttpService service(configured(entry("web1") + entry("db1")));
  const auto web = service.token("web", {"--hosts", "web*"});
  EXPECT_TRUE(service.call(web, "ssh_run", on("web2", "id")).is_error);
  service.write_config(configured(entry("web1") + entry("web2") + entry("db1")));
  ASSERT_TRUE(service.says("configuration reloaded"));
  EXPECT_THAT(service.call(web, "ssh_run", on("web2", "echo new")).text, HasSubstr("new"));
  EXPECT_TRUE(service.call(web, "ssh_run", on("db1", "id")).is_error);
}

TEST_F(House, ToolsOutsideTheRightsLookUnknown) {
  const HttpService service(three_hosts());
  const auto runner = service.token("runner", {"--tools", "ssh_run,ssh_output"});
  const auto listed = base::json::serialize(service.ask(runner, "tools/list", {}));
  EXPECT_THAT(listed, AllOf(HasSubstr("\"ssh_run\""), HasSubstr("\"ssh_output\""),
                            Not(HasSubstr("\"name\":\"ssh_shell\""))));
  const auto hidden = service.call(runner, "ssh_shell", on("web1", "id")).text;
  const auto missing = service.call(runner, "ssh_xyzzy", on("web1", "id")).text;
  EXPECT_EQ(with(hidden, "ssh_shell"), with(missing, "ssh_xyzzy"));
  EXPECT_THAT(service.call(runner, "ssh_run", on("web1", "echo runs")).text, HasSubstr("runs"));
  const auto session = service.session(runner);
  EXPECT_THAT(service.call(session, "ssh_shell", on("web1", "id")).text, HasSubstr("unknown tool"));
  EXPECT_THAT(base::json::serialize(service.ask(HttpService::shared, "tools/list", {})),
              HasSubstr("\"name\":\"ssh_shell\""));
}

TEST_F(House, AReadOnlyTokenReadsOnEveryHostAndNobodyConfirmsMore) {
  const HttpService service(
      configured(entry("web1", "    approval: model\n") + entry("db1", "    mode: full\n")));
  const auto reader = service.token("reader", {"--mode", "readonly"});
  const auto mark = files_.path() / "written";
  for (const auto* host : {"web1", "db1"}) {
    EXPECT_THAT(service.call(reader, "ssh_run", on(host, "uptime")).text, HasSubstr("exit 0"));
    const auto write = R"({"confirm_dangerous":true,"host":")" + std::string(host) +
                       R"(","command":"touch )" + mark.string() + "\"}";
    const auto refused = service.call(reader, "ssh_run", write);
    EXPECT_THAT(refused.text,
                AllOf(StartsWith(std::string(host) + ": refused"), HasSubstr("this token is read-only")));
    EXPECT_THAT(service.call(reader, "ssh_shell", write).text, HasSubstr("this token is read-only"));
  }
  std::string many;
  for (int i = 0; i < 100; ++i) many += "mkfs.ext4 /dev/no-such-" + std::to_string(i) + "; ";
  EXPECT_THAT(service
                  .call(reader, "ssh_run",
                        R"({"confirm_dangerous":true,"host":"web1","command":")" + many + "touch " +
                            mark.string() + "\"}")
                  .text,
              HasSubstr("this token is read-only"))
      << "also when there is more to find than a verdict holds";
  EXPECT_FALSE(std::filesystem::exists(mark));
  EXPECT_THAT(service.call(reader, "ssh_list_hosts", "{}").text, Not(HasSubstr("mode full")));
}

TEST_F(House, AStandardTokenIsHeldToStandardOnAFullHost) {
  const HttpService service(three_hosts());
  const auto standard = service.token("standard", {"--mode", "standard"});
  // What a full host only asks about, a standard one denies.
  const auto format = R"({"host":"db1","command":"mkfs.ext4 /dev/nonexistent"})";
  EXPECT_THAT(service.call(standard, "ssh_run", format).text, HasSubstr("denied by disk.mkfs"));
  EXPECT_THAT(service.call(HttpService::shared, "ssh_run", format).text, Not(HasSubstr("denied by")));
}

TEST_F(House, OneCallTooManyIsToldWhenToComeBackInWhateverSessionItComes) {
  HttpService service(three_hosts());
  const auto slow = service.token("slow", {"--rate", "3"});
  const auto session = service.session(slow);
  EXPECT_FALSE(service.call(slow, "ssh_run", on("web1", "true")).is_error);
  EXPECT_FALSE(service.call(session, "ssh_run", on("web1", "true")).is_error);
  EXPECT_FALSE(service.call(service.session(slow), "ssh_run", on("web1", "true")).is_error);
  for (const auto& refused : {service.call(slow, "ssh_run", on("web1", "true")),
                              service.call(session, "ssh_connect", R"({"host":"web1"})")}) {
    EXPECT_TRUE(refused.is_error);
    EXPECT_THAT(refused.text, AllOf(HasSubstr("3 tool calls a minute"), HasSubstr("call again in ")));
  }
  EXPECT_FALSE(service.call(slow, "ssh_list_hosts", "{}").is_error) << "looking is free";
  EXPECT_FALSE(service.call(HttpService::shared, "ssh_run", on("web1", "true")).is_error);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(service.call(slow, "ssh_run", on("web1", "true")).is_error);
  service.stop();
  std::vector<std::string> refusals;
  for (const auto& record : service.records())
    if (base::find_string(record, "kind") == "refused" && base::find_string(record, "principal") == "slow")
      refusals.push_back(base::find_string(record, "tool").value_or("") + " " +
                         base::find_string(record, "detail").value_or("").substr(0, 6));
  EXPECT_THAT(refusals, testing::ElementsAre("ssh_run this t", "ssh_connect this t", "ssh_run 5 more"))
      << "the first of a tool and minute, and a sum: who is refused must not fill the disk";
}

TEST_F(House, AHostOnTheWayCarriesButIsNotNamed) {
  const auto gone = host_entry("bastion9", 1, sshd_.user(), by_key(sshd_.key()));
  const HttpService service(configured(entry("bastion") + gone + entry("web1", "    jump: [bastion]\n") +
                                       entry("web2", "    jump: [bastion9]\n")));
  const auto web = service.token("web", {"--hosts", "web*"});
  const auto connected = service.call(web, "ssh_connect", R"({"host":"web1"})");
  EXPECT_THAT(connected.text, AllOf(HasSubstr("connected"), Not(HasSubstr("bastion"))));
  EXPECT_THAT(service.call(web, "ssh_list_sessions", "{}").text,
              AllOf(HasSubstr("web1"), Not(HasSubstr("bastion"))));
  const auto failed = service.call(web, "ssh_run", on("web2", "id"));
  EXPECT_THAT(failed.text, AllOf(HasSubstr("never started"), Not(HasSubstr("bastion"))));
  EXPECT_THAT(service.call(HttpService::shared, "ssh_run", on("web2", "id")).text, HasSubstr("bastion9"));
  std::string told;
  for (const auto& record : service.records())
    if (base::find_string(record, "principal") == "web")
      told += base::find_string(record, "detail").value_or("") + "\n";
  EXPECT_THAT(told, HasSubstr("bastion9")) << "the record has the whole story";
}

TEST_F(House, AnImportedAliasIsAHostOfItsOwn) {
  HttpService service(configured(entry("web1")));
  const auto web = service.token("web", {"--hosts", "web*"});
  service.write_home(".ssh/config", "Host web-alias db-alias\n  HostName 127.0.0.1\n  Port " +
                                        std::to_string(sshd_.port()) + "\n  User " + sshd_.user() +
                                        "\n  IdentityFile " + sshd_.key().path.string() + "\n");
  service.write_config(configured(entry("web1"), "  ssh_config: ['*']\n"));
  ASSERT_TRUE(service.says("configuration reloaded"));
  EXPECT_THAT(service.call(HttpService::shared, "ssh_run", on("db-alias", "echo here")).text,
              HasSubstr("here"));
  EXPECT_THAT(service.call(web, "ssh_run", on("web-alias", "echo here")).text, HasSubstr("here"));
  EXPECT_THAT(service.call(web, "ssh_run", on("db-alias", "echo here")).text,
              HasSubstr("no host is called `db-alias`"));
}

TEST_F(House, WhatATokenCannotBeGivenIsRefusedNamingWhatThereIs) {
  const HttpService service(three_hosts());
  const auto refused = [&](const std::vector<std::string>& options) {
    std::vector<std::string> args{"token", "add", "bad"};
    args.insert(args.end(), options.begin(), options.end());
    const auto made = service.cli(args);
    EXPECT_NE(made.exit_code, 0) << made.out;
    return made.err;
  };
  EXPECT_THAT(refused({"--hosts", "web1,wbe2"}), AllOf(HasSubstr("wbe2"), HasSubstr("did you mean web2")));
  EXPECT_THAT(refused({"--hosts", "all,!prdo"}), HasSubstr("prdo"));
  EXPECT_THAT(refused({"--hosts", "@wep"}), HasSubstr("did you mean @web"));
  EXPECT_THAT(refused({"--hosts", "web 1"}), HasSubstr("does not name a host"));
  EXPECT_THAT(refused({"--tools", "ssh_run,ssh_shel"}),
              AllOf(HasSubstr("did you mean ssh_shell"), HasSubstr("ssh_list_hosts")));
  EXPECT_THAT(refused({"--mode", "full"}), AllOf(HasSubstr("readonly"), HasSubstr("standard")));
  EXPECT_THAT(refused({"--role", "boss"}), HasSubstr("agent, approver and admin"));
  EXPECT_THAT(refused({"--rate", "0"}), HasSubstr("--rate"));
  for (const std::string option : {"--hosts", "--tools", "--mode", "--role"})
    EXPECT_NE(refused({option, ""}), "") << option << " from an unset variable must not mean everything";
  EXPECT_THAT(service.cli({"token", "list"}).out, HasSubstr("no named tokens"));
  (void)service.token("full", {"--hosts", "web*,@vault", "--tools", "ssh_run", "--mode", "readonly", "--rate",
                               "60", "--role", "approver"});
  EXPECT_THAT(
      service.cli({"token", "list"}).out,
      HasSubstr("hosts web*,@vault; tools ssh_run; mode readonly; 60 tool calls a minute; role approver"));
}

}  // namespace
}  // namespace mcpssh::test
