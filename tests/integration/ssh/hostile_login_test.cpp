// Servers that mean no good before anybody is logged in: bounded, no crash, a clear error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "bench.hpp"
#include "tcp_server.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using testing::HasSubstr;

class Hostile : public testing::Test {
 protected:
  ssh::Target target(std::uint16_t port) {
    ssh::Target with;
    with.name = "web1";
    with.address = "127.0.0.1";
    with.port = port;
    with.user = "ann";
    with.known_hosts = directory_.path() / "none";
    return with;
  }
  base::Error error(ssh::Target with) { return error_of(loop_, Connection::open(std::move(with))); }
  TempDir directory_;
  Loop loop_;
};

TEST_F(Hostile, EndlessLinesBeforeTheVersionEndInTheirBound) {
  for (const std::string& line :
       {std::string("welcome\r\n"), std::string("\n"), std::string(200, 'x') + "\r\n"}) {
    const TcpServer tarpit([&line](int fd) {
      while (write_bytes(fd, line)) {
      }
    });
    const auto refused = error(target(tarpit.port()));
    EXPECT_EQ(refused.code(), ErrorCode::handshake_failed);
    EXPECT_EQ(refused.step(), "key exchange");
    EXPECT_THAT(refused.message(), HasSubstr("line after line"));
  }
}

TEST_F(Hostile, ALineWithoutEndIsRefused) {
  const TcpServer endless([](int fd) {
    while (write_bytes(fd, std::string(4096, 'x'))) {
    }
  });
  const auto refused = error(target(endless.port()));
  EXPECT_EQ(refused.code(), ErrorCode::handshake_failed);
  EXPECT_THAT(refused.message(), HasSubstr("it does not introduce itself as an SSH server"));
}

TEST_F(Hostile, ADripOfLinesEndsAfterTenSeconds) {
  const TcpServer drip([](int fd) {
    write_bytes(fd, "one line\r\n");
    read_all(fd);
  });
  const auto late = error(target(drip.port()));
  EXPECT_EQ(late.code(), ErrorCode::handshake_failed);
  EXPECT_THAT(late.message(), HasSubstr("within 10 s"));
}

TEST_F(Hostile, GarbageInsteadOfPacketsIsAClearError) {
  const TcpServer garbage([](int fd) {
    write_bytes(fd, "SSH-2.0-garbage\r\n" + std::string(100'000, '\xa5'));
    read_all(fd);
  });
  EXPECT_EQ(error(target(garbage.port())).code(), ErrorCode::handshake_failed);
  const TcpServer old([](int fd) {
    write_bytes(fd, "SSH-1.5-old\r\n");
    read_all(fd);
  });
  EXPECT_THAT(error(target(old.port())).message(), HasSubstr("SSH"));
  const TcpServer web([](int fd) { write_bytes(fd, "HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_EQ(error(target(web.port())).code(), ErrorCode::handshake_failed);
}

TEST_F(Hostile, AGiantBannerOfAServerIsCutOffAndALongOneIsNot) {
  for (const std::size_t size : {100'000UL, 1'000'000UL}) {
    OpensshServer::Options options;
    const auto banner = directory_.write("banner", std::string(size, 'x'), 0644);
    ::chmod(directory_.path().c_str(), 0755);
    options.config = {"Banner " + banner.string()};
    OpensshServer server(std::move(options));
    const auto with = target_of(server, directory_);
    if (size < 200'000)
      EXPECT_TRUE(loop_.run(Connection::open(with))->alive());
    else
      EXPECT_EQ(error(with).code(), ErrorCode::auth_failed);
  }
}

}  // namespace
}  // namespace mcpssh::test
