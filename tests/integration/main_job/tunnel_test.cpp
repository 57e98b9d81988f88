// Tunnels through a real sshd to a server behind it.
#include <set>

#include "main_job/tunnels.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;

TEST_F(Tunnels, ReachAServerBehindTheHostBothWaysAndCountBytes) {
  auto server = start(listed());
  const auto opened = server.call("ssh_tunnel", open_arguments(target()));
  ASSERT_FALSE(opened.is_error) << opened.text;
  EXPECT_EQ(opened.fact("state"), "tunnel_opened");
  {
    auto socket = connect_to(port_in(opened.text));
    EXPECT_EQ(echoed(socket, "hello"), "hello");
    auto second = connect_to(port_in(opened.text));
    // More than any window holds, so that both sides have to be held back.
    std::string much(8 * 1024 * 1024, 'x');
    std::thread writer([&] { asio::write(second, asio::buffer(much)); });
    std::string back(much.size(), '\0');
    asio::read(second, asio::buffer(back));
    writer.join();
    EXPECT_EQ(back, much);
  }
  const auto listing = server.call("ssh_tunnel", R"({"action":"list"})");
  EXPECT_THAT(listing.text, HasSubstr(id_in(opened.text)));
  EXPECT_THAT(listing.text, HasSubstr("2 connections"));
  const auto closed =
      server.call("ssh_tunnel", R"({"action":"close","host":"web1","id":")" + id_in(opened.text) + R"("})");
  EXPECT_EQ(closed.fact("state"), "tunnel_closed") << closed.text;
  EXPECT_THROW(connect_to(port_in(opened.text)), boost::system::system_error);
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"list"})").text, HasSubstr("no tunnels"));

  bool begun = false, ended = false;
  for (const auto& record : server.records()) {
    const auto detail = base::find_string(record, "detail").value_or("");
    begun = begun || detail == "local 127.0.0.1:0 -> " + target();
    ended = ended || detail.find("2 connections, 8388613 bytes up, 8388613 bytes down") != std::string::npos;
  }
  EXPECT_TRUE(begun);
  EXPECT_TRUE(ended);
}

TEST_F(Tunnels, AnUnlistedTargetIsRefusedAlsoWithConfirmation) {
  auto server = start(listed());
  const auto refused = server.call(
      "ssh_tunnel", R"({"action":"open","host":"web1","target":"127.0.0.1:1","confirm_dangerous":true})");
  EXPECT_TRUE(refused.is_error);
  EXPECT_THAT(refused.text, HasSubstr("tunnel.unlisted"));
  EXPECT_THAT(refused.text, HasSubstr("tunnel_targets"));
  EXPECT_TRUE(start("").call("ssh_tunnel", open_arguments(target())).is_error)
      << "off until something is listed";
}

TEST_F(Tunnels, CloseWithSshDisconnect) {
  auto server = start(listed());
  const auto port = port_in(server.call("ssh_tunnel", open_arguments(target())).text);
  auto socket = connect_to(port);
  EXPECT_EQ(echoed(socket, "x"), "x");
  EXPECT_FALSE(server.call("ssh_disconnect", R"({"host":"web1"})").is_error);
  EXPECT_TRUE(ended(socket)) << "what went through it ended";
  EXPECT_THROW(connect_to(port), boost::system::system_error);
}

TEST_F(Tunnels, CloseWhenTheTargetIsNoLongerListed) {
  auto server = start(listed());
  const auto port = port_in(server.call("ssh_tunnel", open_arguments(target())).text);
  auto socket = connect_to(port);
  EXPECT_EQ(echoed(socket, "x"), "x");
  server.rewrite_config(yaml("", (files_.path() / "known_hosts").string()));
  EXPECT_TRUE(ended(socket));
}

TEST_F(Tunnels, SocksNeedsTheOwnersWordAndAHumansAndLeadsOnlyToTargets) {
  const std::string socks = open_arguments("socks");
  EXPECT_THAT(start(listed()).call("ssh_tunnel", socks).text, HasSubstr("tunnel.off"));
  const std::string allowed = listed() + "    tunnel_dynamic: true\n    approval: model\n";
  const auto confirmed = start(allowed).call(
      "ssh_tunnel", R"({"action":"open","host":"web1","target":"socks","confirm_dangerous":true})");
  EXPECT_TRUE(confirmed.is_error) << "not even approval: model gives it to the asker";

  auto server = start(allowed, true);
  const auto opened = open_socks(server);
  auto [socket, good] = through_socks(opened, echo_.port());
  EXPECT_EQ(good, 0);
  EXPECT_EQ(echoed(socket, "through"), "through");
  EXPECT_EQ(through_socks(opened, 1).second, 2) << "connection not allowed by ruleset";
  bool refused = false;
  for (const auto& record : server.records())
    refused = refused || (base::find_string(record, "kind").value_or("") == "refused" &&
                          base::find_string(record, "detail").value_or("") == "tunnel to 127.0.0.1:1");
  EXPECT_TRUE(refused);
}

TEST_F(Tunnels, EachSocksConnectionIsRecordedWithItsOwnBytes) {
  auto server = start(listed() + "    tunnel_dynamic: true\n", true);
  const auto opened = open_socks(server);
  {
    auto [first, good] = through_socks(opened, echo_.port());
    auto [second, also_good] = through_socks(opened, echo_.port());
    ASSERT_TRUE(good == 0 && also_good == 0);
    EXPECT_EQ(echoed(first, "12345"), "12345");
    EXPECT_EQ(echoed(second, std::string(1000, 'x')).size(), 1000U);
    EXPECT_EQ(echoed(first, "67"), "67");
  }
  std::multiset<std::int64_t> bytes;
  EXPECT_TRUE(comes_true(server, [&] {
    bytes.clear();
    for (const auto& record : records_with(server, "kind", "end"))
      if (base::find_string(record, "detail").value_or("") == "tunnel to " + target())
        bytes.insert(record.at("bytes_out").to_number<std::int64_t>());
    return bytes.size() == 2;
  }));
  EXPECT_THAT(bytes, testing::ElementsAre(7, 1000));
}

TEST_F(Tunnels, LeadThirtyTwoConnectionsAtOnceAndNoMore) {
  auto server = start(listed());
  const auto port = port_in(server.call("ssh_tunnel", open_arguments(target())).text);
  std::vector<tcp::socket> sockets;
  for (int i = 0; i < 32; ++i) {
    sockets.push_back(connect_to(port));
    ASSERT_EQ(echoed(sockets.back(), "x"), "x") << i;
  }
  auto one_more = connect_to(port);
  EXPECT_TRUE(ended(one_more));
  EXPECT_EQ(echoed(sockets.front(), "still"), "still");
  sockets.pop_back();
  EXPECT_TRUE(comes_true(server, [&] {
    auto next = connect_to(port);
    boost::system::error_code failure;
    asio::write(next, asio::buffer("y", 1), failure);
    char back = 0;
    asio::read(next, asio::buffer(&back, 1), failure);
    return !failure && back == 'y';
  })) << "the place of one that ended";
}

TEST_F(Tunnels, EndWhenNobodyUsesThem) {
  auto server = start(listed(), false, "  idle_timeout: 1\n");
  const auto opened = server.call("ssh_tunnel", open_arguments(target()));
  auto socket = connect_to(port_in(opened.text));
  EXPECT_EQ(echoed(socket, "x"), "x");
  EXPECT_TRUE(ended(socket)) << "open, but silent for the time a session may be idle";
  EXPECT_TRUE(comes_true(server, [&] {
    return server.call("ssh_tunnel", R"({"action":"list"})").text.find("no tunnels") != std::string::npos;
  }));
  EXPECT_THROW(connect_to(port_in(opened.text)), boost::system::system_error);
  bool recorded = false;
  for (const auto& record : records_with(server, "session", id_in(opened.text)))
    recorded = recorded || base::find_string(record, "state").value_or("") == "idle";
  EXPECT_TRUE(recorded);
}

TEST_F(Tunnels, WhatMakesNoSenseSaysSo) {
  auto server = start(listed());
  EXPECT_THAT(server.call("ssh_tunnel", open_arguments("db")).text, HasSubstr("is not `address:port`"));
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"open","host":"web1"})").text,
              HasSubstr("`target` is missing"));
  EXPECT_THAT(server
                  .call("ssh_tunnel",
                        R"({"action":"open","host":"web1","listen":"80","target":")" + target() + R"("})")
                  .text,
              HasSubstr("1024 to 65535"));
  EXPECT_THAT(server
                  .call("ssh_tunnel", R"({"action":"open","host":"web1","listen":"0.0.0.0:4000","target":")" +
                                          target() + R"("})")
                  .text,
              HasSubstr("tunnel.off"));
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"close","host":"web1","id":"tun_x"})").text,
              HasSubstr("no tunnel tun_x"));
}

TEST_F(Tunnels, AreLimitedInNumber) {
  auto server = start(listed());
  for (int i = 0; i < 16; ++i) ASSERT_FALSE(server.call("ssh_tunnel", open_arguments(target())).is_error);
  EXPECT_THAT(server.call("ssh_tunnel", open_arguments(target())).text,
              HasSubstr("16 tunnels are open already"));
}

}  // namespace
}  // namespace mcpssh::test
