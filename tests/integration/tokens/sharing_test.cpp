// Two tokens on one connection, and what ends when a token does.
#include "base/file.hpp"
#include "tokens/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(House, EachSeesItsOwnUseOfAConnectionAndEndsOnlyThat) {
  const HttpService service(three_hosts());
  const auto ann = service.token("ann");
  const auto bob = service.token("bob");
  const auto sessions = [&](const std::string& token) {
    return service.call(token, "ssh_list_sessions", "{}").text;
  };
  EXPECT_FALSE(service.call(ann, "ssh_run", on("web1", "true")).is_error);
  EXPECT_THAT(sessions(ann), HasSubstr("web1  connection"));
  EXPECT_THAT(sessions(bob), Not(HasSubstr("web1")));
  EXPECT_EQ(service.call(bob, "ssh_disconnect", "{}").text, "nothing was connected");
  EXPECT_FALSE(service.call(bob, "ssh_shell", on("web1", "cd /tmp")).is_error);
  EXPECT_THAT(sessions(bob), AllOf(HasSubstr("web1  connection"), HasSubstr("1 in use")));
  EXPECT_THAT(sessions(ann), AllOf(HasSubstr("web1  connection"), Not(HasSubstr("in use"))));

  const auto left = service.call(ann, "ssh_disconnect", R"({"host":"web1"})");
  EXPECT_THAT(left.text, AllOf(HasSubstr("disconnected"), HasSubstr("others use")));
  EXPECT_THAT(sessions(ann), Not(HasSubstr("web1")));
  EXPECT_THAT(service.call(bob, "ssh_shell", on("web1", "pwd")).text, HasSubstr("/tmp"));
  EXPECT_THAT(service.call(bob, "ssh_disconnect", R"({"host":"web1"})").text, Not(HasSubstr("others use")));
  EXPECT_THAT(service.call(bob, "ssh_connect", R"({"host":"web1"})").text, HasSubstr("web1: connected"))
      << "it was closed with its last user";
}

TEST_F(House, StreamsAndSessionsEndWithTheirToken) {
  HttpService service(three_hosts());
  const auto ann = service.token("ann");
  const auto bob = service.token("bob");
  auto stream_fields = service.session(ann);
  HttpClient stream(service.port);
  stream.send(http::verb::get, "/mcp", stream_fields);
  ASSERT_EQ(stream.hear_head(), 200U);
  HttpClient old(service.port);
  old.send(http::verb::get, "/sse", HttpService::fields_of(ann));
  ASSERT_EQ(old.hear_head(), 200U);
  HttpClient other(service.port);
  const auto fields_of_bob = service.session(bob);
  other.send(http::verb::get, "/mcp", fields_of_bob);
  ASSERT_EQ(other.hear_head(), 200U);
  HttpClient running(service.port);
  running.send(http::verb::post, "/mcp", stream_fields,
               R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"ssh_run","arguments":)" +
                   on("web1", "sleep 600") + "}}");
  ASSERT_EQ(running.hear_head(), 200U);

  EXPECT_EQ(service.cli({"token", "revoke", "ann"}).exit_code, 0);
  EXPECT_TRUE(stream.ends());
  EXPECT_TRUE(old.ends());
  EXPECT_TRUE(running.ends());
  HttpClient late(service.port);
  late.send(http::verb::post, "/mcp", stream_fields, R"({"jsonrpc":"2.0","id":6,"method":"ping"})");
  EXPECT_EQ(late.hear().result_int(), 401U);
  EXPECT_TRUE(service.says("ann is no longer valid"));
  HttpClient second(service.port);
  second.send(http::verb::get, "/mcp", fields_of_bob);
  EXPECT_EQ(second.hear().result_int(), 409U) << "bob's stream is still open";
}

TEST_F(House, ASessionHasTheRightsItsTokenHasNow) {
  HttpService service(three_hosts());
  const auto ann = service.token("ann", {"--hosts", "web*"});
  const auto session = service.session(ann);
  EXPECT_FALSE(service.call(session, "ssh_shell", on("web1", "cd /tmp")).is_error);
  EXPECT_TRUE(service.call(session, "ssh_run", on("db1", "true")).is_error);
  auto text = base::read_file(service.tokens(), 100'000);
  text.replace(text.find("web*"), 4, "db*");
  base::replace_file(service.tokens(), text, 0600);
  EXPECT_FALSE(service.call(session, "ssh_run", on("db1", "true")).is_error);
  EXPECT_THAT(service.call(session, "ssh_run", on("web1", "true")).text,
              HasSubstr("no host is called `web1`"));
  ASSERT_TRUE(service.says("ann has other rights"));
  EXPECT_THAT(service.call(session, "ssh_list_sessions", "{}").text, Not(HasSubstr("web1")));
  text.replace(text.find("db*"), 3, "web*");
  base::replace_file(service.tokens(), text, 0600);
  EXPECT_THAT(service.call(session, "ssh_list_sessions", "{}").text, Not(HasSubstr("shell")))
      << "its shell ended when it lost the host";
}

}  // namespace
}  // namespace mcpssh::test
