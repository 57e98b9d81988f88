// Whom a command of an operator's speaks to.
#include "cli/operator/servers.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "base/faults.hpp"

namespace mcpssh::cli {
namespace {

/// A socket of this process that nobody reads.
class Servers : public testing::Test {
 protected:
  Servers() {
    char name[] = "/tmp/mcp-ssh-servers-XXXXXX";
    directory_ = ::mkdtemp(name);
    EXPECT_EQ(base::bind_unix(socket_.get(), path()), 0);
    EXPECT_EQ(::listen(socket_.get(), 4), 0);
  }
  ~Servers() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "s.sock"; }
  [[nodiscard]] base::Fault fault_when(const base::UnixPeer& who) const {
    const auto told = ask_servers(path(), control::Wish(), std::chrono::milliseconds(1), who);
    return told.size() == 1 && !told[0].answer ? told[0].answer.error().fault() : base::Fault::internal;
  }

  std::filesystem::path directory_;
  base::UniqueFd socket_ = base::unix_socket();
};

TEST_F(Servers, WhoeverTookTheSocketOverMeanwhileIsToldNothing) {
  EXPECT_EQ(fault_when({::geteuid(), ::getpid() + 1}), base::Fault::wrong_server);
  EXPECT_EQ(fault_when({::geteuid() + 1, ::getpid()}), base::Fault::wrong_server);
  EXPECT_EQ(fault_when({::geteuid(), ::getpid()}), base::Fault::timed_out)
      << "this one was told, and is mute";
}

}  // namespace
}  // namespace mcpssh::cli
