// Tunnels where the host listens, and leads back to a server on our side.
#include "main_job/tunnels.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class RemoteTunnels : public Tunnels {
 protected:
  /// A port nobody has, for the host to listen on.
  const std::uint16_t port_ = free_port();

  [[nodiscard]] std::string remote_listed() const {
    return "    tunnel_remote_targets: ['" + target() + "']\n";
  }
  [[nodiscard]] std::string remote_arguments(const std::string& to, const std::string& more = {}) const {
    return R"({"action":"open","host":"web1","remote":true,"listen":")" + std::to_string(port_) +
           R"(","target":")" + to + "\"" + more + "}";
  }
  /// One a person agreed to.
  [[nodiscard]] ToolAnswer open_remote(McpSsh& server, const std::string& to) const {
    const auto id = server.begin("ssh_tunnel", remote_arguments(to));
    EXPECT_THAT(server.answer_elicitation("accept"), HasSubstr("back to " + to));
    return server.finish(id);
  }
  std::vector<std::string> details(McpSsh& server, const std::string& kind) {
    std::vector<std::string> all;
    for (const auto& record : records_with(server, "kind", kind))
      all.push_back(base::find_string(record, "detail").value_or(""));
    return all;
  }
};

TEST_F(RemoteTunnels, ReachAServerOnOurSideBothWaysAndCountBytes) {
  auto server = start(remote_listed(), true);
  const auto opened = open_remote(server, target());
  ASSERT_FALSE(opened.is_error) << opened.text;
  const std::string listens = "127.0.0.1:" + std::to_string(port_) + " of web1";
  EXPECT_THAT(opened.text, HasSubstr("tunnel open: " + listens + " leads to " + target() + " here"));
  {
    auto socket = connect_to(port_);
    EXPECT_EQ(echoed(socket, "hello"), "hello");
    auto second = connect_to(port_);
    // More than any window holds, so that both sides have to be held back.
    std::string much(8 * 1024 * 1024, 'x');
    std::thread writer([&] { asio::write(second, asio::buffer(much)); });
    std::string back(much.size(), '\0');
    asio::read(second, asio::buffer(back));
    writer.join();
    EXPECT_EQ(back, much);
  }
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"list"})").text,
              AllOf(HasSubstr(listens + " leads to " + target() + " here, 2 connections"),
                    HasSubstr(id_in(opened.text))));
  const auto closed =
      server.call("ssh_tunnel", R"({"action":"close","host":"web1","id":")" + id_in(opened.text) + R"("})");
  EXPECT_EQ(closed.fact("state"), "tunnel_closed") << closed.text;
  EXPECT_THROW(connect_to(port_), boost::system::system_error) << "the host listens no more";

  EXPECT_THAT(details(server, "begin"), testing::Contains("remote 127.0.0.1:" + std::to_string(port_) +
                                                          " of the host -> " + target() + " here"));
  EXPECT_THAT(details(server, "disconnect"),
              testing::Contains(HasSubstr("2 connections, 8388613 bytes up, 8388613 bytes down")));
}

TEST_F(RemoteTunnels, NeedTheOwnersListAndAPersonsWord) {
  const auto confirmed = remote_arguments(target(), R"(,"confirm_dangerous":true)");
  EXPECT_THAT(start(listed()).call("ssh_tunnel", confirmed).text,
              AllOf(HasSubstr("tunnel.off"), HasSubstr("tunnel_remote_targets")))
      << "where tunnels may lead on the host's side opens nothing on ours";
  const auto elsewhere = remote_arguments("127.0.0.1:1", R"(,"confirm_dangerous":true)");
  EXPECT_THAT(start(remote_listed()).call("ssh_tunnel", elsewhere).text, HasSubstr("tunnel.unlisted"));
  EXPECT_TRUE(start(remote_listed() + "    approval: model\n").call("ssh_tunnel", confirmed).is_error)
      << "not even approval: model gives it to the asker";
  EXPECT_THROW(connect_to(port_), boost::system::system_error);

  auto server = start(remote_listed(), true);
  const auto id = server.begin("ssh_tunnel", remote_arguments(target()));
  server.answer_elicitation("decline");
  EXPECT_TRUE(server.finish(id).is_error);
  EXPECT_THROW(connect_to(port_), boost::system::system_error);
}

TEST_F(RemoteTunnels, OtherAddressesThanLoopbackNeedTheOwnersWordToo) {
  auto arguments = remote_arguments(target());
  arguments.replace(arguments.find(R"("listen":")") + 10, 0, "0.0.0.0:");
  auto server = start(remote_listed(), true);
  EXPECT_THAT(server.call("ssh_tunnel", arguments).text, HasSubstr("tunnel.off"));
}

TEST_F(RemoteTunnels, WhereTheHostListensIsWhatWasJudgedAndNoWordMore) {
  auto arguments = remote_arguments(target());
  arguments.replace(arguments.find(R"("listen":")") + 10, 0, R"(127.0.0.1\u0000 \u001b[2Jor so:)");
  auto server = start(remote_listed(), true);
  const auto id = server.begin("ssh_tunnel", arguments);
  server.answer_elicitation("accept");
  const auto opened = server.finish(id);
  EXPECT_THAT(opened.text, HasSubstr("tunnel open: 127.0.0.1:" + std::to_string(port_) + " of web1"));
}

TEST_F(RemoteTunnels, AHostThatDoesNotListenSaysSo) {
  auto server = start(remote_listed(), true);
  tcp::acceptor taken(io_, tcp::endpoint(asio::ip::address_v4::loopback(), port_));
  const auto refused = open_remote(server, target());
  EXPECT_TRUE(refused.is_error);
  EXPECT_THAT(refused.text, AllOf(HasSubstr("does not listen on 127.0.0.1:" + std::to_string(port_)),
                                  HasSubstr("AllowTcpForwarding")));
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"list"})").text, HasSubstr("no tunnels"));
  taken.close();
  const auto opened = open_remote(server, target());
  EXPECT_FALSE(opened.is_error) << opened.text;
}

TEST_F(RemoteTunnels, ATargetThatIsNotThereEndsWhatCameAndNoMore) {
  std::string nobody;
  {
    const EchoServer gone;
    nobody = "127.0.0.1:" + std::to_string(gone.port());
  }
  auto server = start("    tunnel_remote_targets: ['" + nobody + "']\n", true);
  ASSERT_FALSE(open_remote(server, nobody).is_error);
  for (int time = 0; time < 2; ++time) {
    auto socket = connect_to(port_);
    EXPECT_TRUE(ended(socket));
  }
  EXPECT_EQ(server.call("ssh_run", R"({"host":"web1","command":"echo fine"})").fact("state"), "exited");
}

TEST_F(RemoteTunnels, CloseWithSshDisconnectAndWhenTheTargetIsNoLongerListed) {
  auto server = start(remote_listed(), true);
  ASSERT_FALSE(open_remote(server, target()).is_error);
  auto first = connect_to(port_);
  EXPECT_EQ(echoed(first, "x"), "x");
  EXPECT_FALSE(server.call("ssh_disconnect", R"({"host":"web1"})").is_error);
  EXPECT_TRUE(ended(first)) << "what went through it ended";
  EXPECT_THROW(connect_to(port_), boost::system::system_error);

  ASSERT_FALSE(open_remote(server, target()).is_error);
  auto second = connect_to(port_);
  EXPECT_EQ(echoed(second, "x"), "x");
  server.rewrite_config(yaml("", (files_.path() / "known_hosts").string()));
  EXPECT_TRUE(ended(second));
  EXPECT_TRUE(comes_true(server, [&] {
    return server.call("ssh_tunnel", R"({"action":"list"})").text.find("no tunnels") != std::string::npos;
  }));
  EXPECT_THROW(connect_to(port_), boost::system::system_error);
}

TEST_F(RemoteTunnels, LeadThirtyTwoConnectionsAtOnceAndNoMore) {
  auto server = start(remote_listed(), true);
  ASSERT_FALSE(open_remote(server, target()).is_error);
  std::vector<tcp::socket> sockets;
  for (int i = 0; i < 32; ++i) {
    sockets.push_back(connect_to(port_));
    ASSERT_EQ(echoed(sockets.back(), "x"), "x") << i;
  }
  auto one_more = connect_to(port_);
  EXPECT_TRUE(ended(one_more));
  EXPECT_EQ(echoed(sockets.front(), "still"), "still");
}

TEST_F(RemoteTunnels, WhatMakesNoSenseSaysSo) {
  auto server = start(remote_listed());
  EXPECT_THAT(server
                  .call("ssh_tunnel",
                        R"({"action":"open","host":"web1","remote":true,"target":")" + target() + R"("})")
                  .text,
              HasSubstr("needs a port for the host to listen on"));
  EXPECT_THAT(
      server.call("ssh_tunnel", R"({"action":"open","host":"web1","remote":true,"target":"socks"})").text,
      HasSubstr("exclude each other"));
  EXPECT_THAT(server.call("ssh_tunnel", R"({"action":"open","host":"web1","remote":true})").text,
              HasSubstr("tunnel_remote_targets as address:port"));
}

}  // namespace
}  // namespace mcpssh::test
