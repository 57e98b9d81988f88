#include "cli/service/activation.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"

namespace mcpssh::cli {
namespace {

base::UniqueFd a_socket(int family, int type = SOCK_STREAM, bool listening = true) {
  base::UniqueFd fd(::socket(family, type, 0));
  // Without a path the kernel finds an abstract name, without a port a free one.
  sockaddr_storage address{};
  address.ss_family = static_cast<sa_family_t>(family);
  const socklen_t size = family == AF_UNIX ? sizeof(sa_family_t) : sizeof(sockaddr_in);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  if (listening) EXPECT_EQ(::listen(fd.get(), 1), 0);
  return fd;
}

template <class... Sockets>
std::vector<base::UniqueFd> all(Sockets... sockets) {
  std::vector<base::UniqueFd> list;
  (list.push_back(std::move(sockets)), ...);
  return list;
}

TEST(Activation, NamesSayWhatASocketIsFor) {
  auto http = a_socket(AF_INET);
  auto mcp = a_socket(AF_UNIX);
  auto admin = a_socket(AF_UNIX);
  const int fds[] = {http.get(), mcp.get(), admin.get()};
  const auto sorted =
      sort_sockets(all(std::move(admin), std::move(http), std::move(mcp)), {"admin", "http", "mcp"});
  EXPECT_EQ(sorted.http.get(), fds[0]);
  EXPECT_EQ(sorted.mcp.get(), fds[1]);
  EXPECT_EQ(sorted.admin.get(), fds[2]);
  EXPECT_EQ(::fcntl(sorted.http.get(), F_GETFD), FD_CLOEXEC) << "programs started later must not have it";
}

TEST(Activation, WithoutAKnownNameTheKindOfSocketDecides) {
  auto http = a_socket(AF_INET);
  auto mcp = a_socket(AF_UNIX);
  const int fds[] = {http.get(), mcp.get()};
  const auto sorted = sort_sockets(all(std::move(mcp), std::move(http)), {"mcp-ssh.socket"});
  EXPECT_EQ(sorted.http.get(), fds[0]);
  EXPECT_EQ(sorted.mcp.get(), fds[1]);
  EXPECT_FALSE(sorted.admin);
}

TEST(Activation, WhatCannotBeUsedEndsTheStartAndSaysHowToConfigureIt) {
  const auto refused = [](std::vector<base::UniqueFd> sockets, const std::vector<std::string>& names) {
    try {
      sort_sockets(std::move(sockets), names);
    } catch (const base::Error& error) {
      EXPECT_THAT(error.message(), ::testing::HasSubstr("FileDescriptorName="));
      return error.code() == base::ErrorCode::invalid_config;
    }
    return false;
  };
  EXPECT_TRUE(refused(all(a_socket(AF_INET), a_socket(AF_INET)), {"http", "http"}));
  EXPECT_TRUE(refused(all(a_socket(AF_INET)), {"mcp"}));
  EXPECT_TRUE(refused(all(a_socket(AF_UNIX)), {"http"}));
  EXPECT_TRUE(refused(all(a_socket(AF_INET, SOCK_DGRAM, false)), {"http"}));
  EXPECT_TRUE(refused(all(a_socket(AF_INET, SOCK_STREAM, false)), {"http"})) << "Accept=yes";
}

TEST(Activation, TheVariablesAreTakenAndThoseOfAnotherProcessMeanNothing) {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "3", 1);
  ::setenv("LISTEN_FDNAMES", "http:mcp:admin", 1);
  EXPECT_FALSE(activated_sockets().any());
  for (const auto* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
}

}  // namespace
}  // namespace mcpssh::cli
