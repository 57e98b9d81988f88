// Ways through: forwards, jump hosts, proxy commands, SOCKS5 and HTTP CONNECT.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "base/file.hpp"
#include "base/text.hpp"
#include "bench.hpp"
#include "support/duplex_text.hpp"
#include "support/port.hpp"
#include "tcp_server.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using ConnectionPtr = std::shared_ptr<Connection>;

class Ways : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<OpensshServer>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  ssh::Target target(const std::string& name = "db1") {
    auto with = target_of(server(), directory_);
    with.name = name;
    return with;
  }
  ssh::Target behind(const ssh::Target& jump, const std::string& name = "db1") {
    auto with = target(name);
    with.jump = std::make_shared<const ssh::Target>(jump);
    return with;
  }
  ConnectionPtr open(ssh::Target with, ConnectionPtr carrier = nullptr) {
    return loop_.run(Connection::open(std::move(with), std::move(carrier)));
  }
  base::Error error(ssh::Target with, ConnectionPtr carrier = nullptr) {
    return error_of(loop_, Connection::open(std::move(with), std::move(carrier)));
  }
  std::unique_ptr<base::Duplex> forward(const ConnectionPtr& through, std::uint16_t port) {
    return loop_.run(through->open_forward("127.0.0.1", port));
  }
  std::string out_of(const ConnectionPtr& connection, std::string command) {
    return loop_.run(exec(connection, std::move(command))).out;
  }
  [[nodiscard]] std::string where() const { return "127.0.0.1:" + std::to_string(server().port()); }

  TempDir directory_;
  Loop loop_;

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(Ways, AForwardCarriesBothWaysAndEachSideCanEndFirst) {
  const TcpServer echo([](int fd) { write_bytes(fd, read_all(fd)); });
  const auto connection = open(target());
  const auto stream = forward(connection, echo.port());
  std::string bytes(3 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 3);
  loop_.run(stream->write(bytes));
  stream->end_writing();
  EXPECT_EQ(loop_.run(read_to_end(*stream)), bytes);
  EXPECT_EQ(out_of(connection, "echo beside"), "beside\n");
}

TEST_F(Ways, AForwardNobodyReadsHoldsTheOtherSideBack) {
  constexpr std::size_t whole = 32 * 1024 * 1024;
  std::atomic<std::size_t> sent = 0;
  const TcpServer flood([&sent](int fd) {
    const std::string piece(64 * 1024, 'x');
    while (sent < whole && write_bytes(fd, piece)) sent += piece.size();
  });
  const auto connection = open(target());
  const auto stream = forward(connection, flood.port());
  EXPECT_EQ(loop_.run(stream->read()).front(), 'x');
  for (int i = 0; i < 20; ++i) EXPECT_EQ(out_of(connection, "echo beside"), "beside\n");
  EXPECT_LT(sent, whole / 2);  // sockets and windows on the way hold some
  EXPECT_GT(loop_.run(read_to_end(*stream)).size(), whole - 1024 * 1024);
}

TEST_F(Ways, AForwardReadSlowlyHoldsTheOtherSideBackAllTheWhile) {
  constexpr std::size_t whole = 64 * 1024 * 1024;
  constexpr std::size_t ahead = 24 * 1024 * 1024;  // sockets and windows on the way hold some
  std::atomic<std::size_t> sent = 0;
  const TcpServer flood([&sent](int fd) {
    const std::string piece(64 * 1024, 'x');
    while (sent < whole && write_bytes(fd, piece)) sent += piece.size();
  });
  const auto connection = open(target());
  const auto stream = forward(connection, flood.port());
  std::size_t got = 0;
  while (got < whole) {
    const auto piece = loop_.run(stream->read());
    ASSERT_FALSE(piece.empty());
    got += piece.size();
    if (got < whole / 4) EXPECT_EQ(out_of(connection, "echo beside"), "beside\n");
    EXPECT_LT(sent, got + ahead);
  }
}

TEST_F(Ways, AForwardThatLeadsNowhereSaysWhy) {
  const auto connection = open(target());
  const auto refused = error_of(loop_, connection->open_forward("127.0.0.1", free_port()));
  EXPECT_EQ(refused.code(), ErrorCode::channel_failed);
  EXPECT_THAT(refused.message(), HasSubstr("Connection refused"));
  EXPECT_EQ(error_of(loop_, connection->open_forward(std::string("a\0b", 3), 22)).code(),
            ErrorCode::invalid_argument);
}

TEST_F(Ways, AForwardEndsWithItsConnection) {
  const TcpServer silent([](int fd) { read_all(fd); });
  const auto connection = open(target());
  const auto stream = forward(connection, silent.port());
  connection->close();
  EXPECT_EQ(error_of(loop_, stream->read()).code(), ErrorCode::connection_lost);
}

TEST_F(Ways, OverAJumpHostAndOverTwo) {
  auto bastion = open(target("bastion"));
  auto inner = open(behind(target("bastion"), "gate"), bastion);
  EXPECT_EQ(inner->facts().address, where() + " through bastion");
  EXPECT_THAT(inner->facts().login_shell, StartsWith("/"));
  const auto innermost = open(behind(target("gate")), inner);
  EXPECT_EQ(innermost->facts().address, where() + " through gate");
  EXPECT_EQ(out_of(innermost, "echo deep"), "deep\n");
  // The outer ones live as long as the inner one, whoever else lets go of them.
  bastion.reset();
  inner.reset();
  EXPECT_EQ(out_of(innermost, "head -c 3000000 /dev/zero | wc -c"), "3000000\n");
}

TEST_F(Ways, TheEndOfAJumpHostIsTheEndOfWhatItCarries) {
  const auto bastion = open(target("bastion"));
  const auto inner = open(behind(target("bastion")), bastion);
  bastion->close();
  loop_.run(inner->closed());
  EXPECT_FALSE(inner->alive());
}

TEST_F(Ways, WhatIsCarriedLetsGoOfTheJumpHostInTheEnd) {
  std::weak_ptr<Connection> bastion;
  {
    Loop loop;
    const auto held = loop.run(Connection::open(target("bastion")));
    bastion = held;
    const auto inner = loop.run(Connection::open(behind(target("bastion")), held));
    EXPECT_TRUE(inner->alive());
  }
  EXPECT_TRUE(bastion.expired());
}

TEST_F(Ways, TheHostKeyBehindAJumpHostIsCheckedUnderItsOwnName) {
  const auto bastion = open(target("bastion"));
  auto with = behind(target("bastion"));
  with.known_hosts = directory_.path() / "none";
  const auto refused = error(with, bastion);
  EXPECT_EQ(refused.code(), ErrorCode::host_key_unknown);
  EXPECT_EQ(refused.host(), "db1");
  EXPECT_THAT(refused.message(), HasSubstr("`mcp-ssh hosts trust db1`"));
  const auto key = loop_.run(ssh::fetch_host_key(with, {}, bastion));
  EXPECT_EQ(key.type + " " + key.base64, server().host_keys().front());
}

TEST_F(Ways, AJumpHostThatGoesNoFurtherSaysWhy) {
  const auto bastion = open(target("bastion"));
  auto with = behind(target("bastion"));
  with.port = free_port();
  const auto refused = error(with, bastion);
  EXPECT_EQ(refused.code(), ErrorCode::connect_failed);
  EXPECT_EQ(refused.step(), "connect");
  EXPECT_THAT(refused.message(), AllOf(HasSubstr("through bastion"), HasSubstr("Connection refused")));
  EXPECT_EQ(error(with).code(), ErrorCode::invalid_argument);
}

TEST_F(Ways, AJumpHostMayLiveOnAnotherThread) {
  ssh::Pool::Options options;
  options.threads = 2;
  ssh::Pool pool(loop_.executor(), options);
  const auto lease = loop_.run(pool.acquire(target("bastion")));
  const auto inner = open(behind(target("bastion")), lease.connection());
  EXPECT_EQ(out_of(inner, "head -c 20000000 /dev/zero | wc -c"), "20000000\n");
  const auto echoed = loop_.run(exec(inner, "head -c 5000000 /dev/zero"));
  EXPECT_EQ(echoed.out.size(), 5'000'000U);
}

/// Needs nothing installed: a shell with children in the background, as many a proxy script is. One of them
/// has `marker` as an argument and would stay.
std::vector<std::string> shell_proxy(std::uint16_t port, const std::string& marker) {
  return {"bash", "-c", "sleep $0 & exec 3<>/dev/tcp/127.0.0.1/$1; cat <&3 & exec cat >&3", marker,
          std::to_string(port)};
}

TEST_F(Ways, ByACommandWhichEndsWithTheConnection) {
  const std::string marker = unique_seconds();
  {
    Loop loop;
    auto with = target();
    with.proxy_command = shell_proxy(server().port(), marker);
    const auto connection = loop.run(Connection::open(with));
    EXPECT_EQ(connection->facts().address, where() + " through bash");
    EXPECT_EQ(loop.run(exec(connection, "head -c 3000000 /dev/zero | wc -c")).out, "3000000\n");
    EXPECT_GE(processes_with(marker), 1);
    connection->close();
  }
  EXPECT_TRUE(processes_end(marker));
}

TEST_F(Ways, ACommandThatIsKilledEndsTheConnection) {
  auto with = target();
  with.proxy_command = {"bash", "-c",
                        "echo $$ > " + (directory_.path() / "pid").string() +
                            "; exec 3<>/dev/tcp/127.0.0.1/$0; cat <&3 & cat >&3",
                        std::to_string(server().port())};
  const auto connection = open(with);
  const auto pid = base::read_file(directory_.path() / "pid", 64);
  ASSERT_EQ(::kill(std::stoi(pid), SIGKILL), 0);
  loop_.run(connection->closed());
  EXPECT_FALSE(connection->alive());
}

TEST_F(Ways, ACommandThatFailsIsQuoted) {
  auto with = target();
  with.proxy_command = {"sh", "-c", "echo first >&2; printf 'no route\\033[2J to nowhere\\n' >&2; exit 1"};
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::handshake_failed);
  EXPECT_THAT(refused.message(), HasSubstr("sh: no route\\x1b[2J to nowhere"));

  with.proxy_command = {"/nonexistent/proxy"};
  const auto missing = error(with);
  EXPECT_EQ(missing.code(), ErrorCode::connect_failed);
  EXPECT_THAT(missing.message(), HasSubstr("proxy_command: cannot start /nonexistent/proxy"));
}

TEST_F(Ways, ACommandThatTalksMuchIsNotHeldUp) {
  auto with = target();
  with.proxy_command = {
      "bash", "-c",
      "head -c 1000000 /dev/zero | tr '\\0' x >&2; exec 3<>/dev/tcp/127.0.0.1/$0; cat <&3 & cat >&3",
      std::to_string(server().port())};
  EXPECT_EQ(out_of(open(with), "echo in"), "in\n");
}

TEST_F(Ways, ASilentCommandIsGivenUpAndKilled) {
  const std::string marker = unique_seconds();
  {
    Loop loop;
    auto with = target();
    with.proxy_command = {"sleep", marker};
    with.login_timeout = 300ms;
    EXPECT_EQ(error_of(loop, Connection::open(with)).code(), ErrorCode::timed_out);
  }
  EXPECT_TRUE(processes_end(marker));
}

TEST_F(Ways, ACommandInheritsNoDescriptorOfOurs) {
  auto with = target();
  with.proxy_command = {"sh", "-c", "echo $(ls /proc/self/fd) >&2"};
  EXPECT_THAT(error(with).message(), HasSubstr("sh: 0 1 2 3."));  // 3 is ls reading the directory
}

ssh::Proxy proxy(ssh::Proxy::Kind kind, std::uint16_t port, const std::string& user = {}) {
  ssh::Proxy made;
  made.kind = kind;
  made.address = "127.0.0.1";
  made.port = port;
  made.user = user;
  if (!user.empty()) made.password = base::Secret("hunter22");
  return made;
}

/// OpenSSH as a SOCKS5 server.
class DynamicForward {
 public:
  explicit DynamicForward(const OpensshServer& server) : port_(free_port()), ssh_(options(server, port_)) {
    if (!wait_until_listening(port_, ssh_)) throw std::runtime_error("ssh -D does not start: " + ssh_.err());
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static Process::Options options(const OpensshServer& server, std::uint16_t port) {
    Process::Options with;
    with.argv = {"ssh",
                 "-F",
                 "none",
                 "-N",
                 "-D",
                 "127.0.0.1:" + std::to_string(port),
                 "-p",
                 std::to_string(server.port()),
                 "-i",
                 server.key().path.string(),
                 "-o",
                 "StrictHostKeyChecking=no",
                 "-o",
                 "UserKnownHostsFile=/dev/null",
                 server.user() + "@127.0.0.1"};
    return with;
  }
  std::uint16_t port_;
  Process ssh_;
};

TEST_F(Ways, ByOpensshsSocks5WhichResolvesTheName) {
  const DynamicForward socks(server());
  auto with = target();
  with.known_hosts = directory_.write("by_name", "[localhost]:" + std::to_string(server().port()) + " " +
                                                     server().host_keys().front() + "\n");
  with.address = "localhost";
  with.proxy = proxy(ssh::Proxy::Kind::socks5, socks.port());
  const auto connection = open(with);
  EXPECT_EQ(connection->facts().address, "localhost:" + std::to_string(server().port()) +
                                             " through 127.0.0.1:" + std::to_string(socks.port()));
  EXPECT_EQ(out_of(connection, "echo in"), "in\n");

  with.port = free_port();
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::connect_failed);
  EXPECT_THAT(refused.message(), HasSubstr("the SOCKS5 proxy 127.0.0.1:" + std::to_string(socks.port()) +
                                           " does not connect us: "));
}

/// A SOCKS5 proxy that wants ann's password and connects everybody to `port`.
void serve_socks5(int fd, std::uint16_t port, std::string& asked_for) {
  if (read_bytes(fd, 4) != std::string("\5\2\0\2", 4)) return;
  write_bytes(fd, "\5\2");
  const std::string login = read_bytes(fd, 14);
  const bool known = login == std::string("\1\3ann\10hunter22", 14);
  write_bytes(fd, std::string("\1", 1) + (known ? '\0' : '\1'));
  if (!known) return;
  const std::string head = read_bytes(fd, 5);
  asked_for = read_bytes(fd, static_cast<unsigned char>(head[4]) + 2U);
  const auto onward = connect_to(port);
  write_bytes(fd, std::string("\5\0\0\1\0\0\0\0\0\0", 10));
  splice(fd, onward.get());
}

TEST_F(Ways, BySocks5WithAPassword) {
  std::string asked_for;
  {
    const TcpServer socks([&](int fd) { serve_socks5(fd, server().port(), asked_for); });
    auto with = target();
    with.address = "db1.lab";
    with.pins = {server().host_keys().front()};
    with.proxy = proxy(ssh::Proxy::Kind::socks5, socks.port(), "ann");
    EXPECT_EQ(out_of(open(with), "echo in"), "in\n");
    with.proxy->user = "eve";
    const auto refused = error(with);
    EXPECT_THAT(refused.message(), HasSubstr("does not take this user name and password"));
    EXPECT_THAT(refused.message(), testing::Not(HasSubstr("hunter22")));
  }
  EXPECT_THAT(asked_for, StartsWith("db1.lab"));
}

/// An HTTP proxy that wants ann's password and connects everybody to `port`; the host's greeting comes in one
/// piece with its own answer.
void serve_connect(int fd, std::uint16_t port, std::string& request) {
  while (!request.ends_with("\r\n\r\n")) {
    const std::string byte = read_bytes(fd, 1);
    if (byte.empty()) return;
    request += byte;
  }
  if (!request.contains("Basic YW5uOmh1bnRlcjIy\r\n")) {
    write_bytes(fd, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const auto onward = connect_to(port);
  const std::string greeting = read_bytes(onward.get(), 8);
  write_bytes(fd, "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n" + greeting);
  splice(fd, onward.get());
}

TEST_F(Ways, ByHttpConnect) {
  std::string request;
  {
    const TcpServer http([&](int fd) { serve_connect(fd, server().port(), request); });
    auto with = target();
    with.address = "db1.lab";
    with.pins = {server().host_keys().front()};
    with.proxy = proxy(ssh::Proxy::Kind::http, http.port(), "ann");
    EXPECT_EQ(out_of(open(with), "echo in"), "in\n");
  }
  EXPECT_THAT(request, StartsWith("CONNECT db1.lab:" + std::to_string(server().port()) + " HTTP/1.1\r\n"));
}

TEST_F(Ways, ByHttpConnectWithWrongCredentialsSaysSo) {
  std::string request;
  const TcpServer http([&](int fd) { serve_connect(fd, server().port(), request); });
  auto with = target();
  with.proxy = proxy(ssh::Proxy::Kind::http, http.port());
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::connect_failed);
  EXPECT_THAT(refused.message(), HasSubstr("the HTTP proxy 127.0.0.1:" + std::to_string(http.port()) +
                                           " does not connect us: it wants other credentials"));
}

TEST_F(Ways, AProxyThatSaysNothingOrTooMuchIsGivenUp) {
  const TcpServer silent([](int fd) { read_all(fd); });
  const TcpServer endless([](int fd) {
    while (write_bytes(fd, "HTTP/1.1 200 OK\r\nX: " + std::string(4000, 'x'))) {
    }
  });
  const TcpServer gone([](int fd) { read_bytes(fd, 3); });
  auto with = target();
  with.connect_timeout = 300ms;
  for (const auto kind : {ssh::Proxy::Kind::socks5, ssh::Proxy::Kind::http}) {
    with.proxy = proxy(kind, silent.port());
    EXPECT_THAT(error(with).message(), HasSubstr("does not connect us: no answer within"));
    with.proxy = proxy(kind, gone.port());
    EXPECT_THAT(error(with).message(), HasSubstr("does not connect us: "));
  }
  with.connect_timeout = 10s;
  with.proxy = proxy(ssh::Proxy::Kind::http, endless.port());
  EXPECT_THAT(error(with).message(), HasSubstr("its answer has no end"));
  with.proxy = proxy(ssh::Proxy::Kind::socks5, free_port());
  EXPECT_THAT(error(with).message(), HasSubstr("connection refused"));
}

}  // namespace
}  // namespace mcpssh::test
