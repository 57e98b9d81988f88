#include "cli/service/notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/ids.hpp"

namespace mcpssh::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A supervisor's socket; `name` as NOTIFY_SOCKET has it.
class Supervisor {
 public:
  explicit Supervisor(std::string name) : name_(std::move(name)), socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Supervisor() {
    if (name_.front() == '/') std::filesystem::remove(name_);
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  [[nodiscard]] std::string hear() const {
    char buffer[4096];
    const auto count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    return count < 0 ? "(nothing)" : std::string(buffer, static_cast<std::size_t>(count));
  }

 private:
  std::string name_;
  base::UniqueFd socket_;
};

Notifier notifier_of(const std::string& socket, const std::string& period = "", const std::string& pid = "") {
  ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
  if (!period.empty()) ::setenv("WATCHDOG_USEC", period.c_str(), 1);
  if (!pid.empty()) ::setenv("WATCHDOG_PID", pid.c_str(), 1);
  return Notifier::from_environment();
}

std::string fresh_name(char first) {
  return first + std::string(first == '/' ? "tmp/" : "") + "mcp-ssh-notify-" + base::random_hex(6);
}

TEST(Notify, SaysItIsReadyOverASocketFileAndAnAbstractOne) {
  for (const char first : {'/', '@'}) {
    const auto name = fresh_name(first);
    const Supervisor supervisor(name);
    const auto notifier = notifier_of(name);
    notifier.ready("serving\nREADY=0");
    const auto said = supervisor.hear();
    EXPECT_THAT(said, StartsWith("READY=1\nSTATUS=serving"));
    EXPECT_THAT(said, Not(HasSubstr("\nREADY=0"))) << "a status is one line";
    EXPECT_THAT(said, HasSubstr("MAINPID=" + std::to_string(::getpid())));
    notifier.reloading();
    EXPECT_THAT(supervisor.hear(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    notifier.stopping("bye");
    EXPECT_EQ(supervisor.hear(), "STOPPING=1\nSTATUS=bye\n");
    notifier.alive();
    EXPECT_EQ(supervisor.hear(), "WATCHDOG=1\n");
  }
}

TEST(Notify, TheEnvironmentIsLeftWithoutTheVariables) {
  const auto notifier = notifier_of("@nobody-listens", "1000", std::to_string(::getpid()));
  EXPECT_EQ(notifier.watchdog(), 1000us);
  for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
  notifier.ready("nobody hears it, and nothing happens");
}

TEST(Notify, AWatchdogForAnotherProcessIsNotOurs) {
  EXPECT_EQ(notifier_of("@x", "1000", "1").watchdog(), 0us);
  EXPECT_EQ(notifier_of("@x", "1000").watchdog(), 1000us);
  EXPECT_EQ(notifier_of("@x", "-5").watchdog(), 0us);
  EXPECT_EQ(notifier_of("@x", "soon").watchdog(), 0us);
}

TEST(Notify, WithoutASocketOrWithOneThatCannotBeNothingIsSent) {
  for (const auto& name : {std::string(), std::string("relative"), "/" + std::string(200, 'x')}) {
    const auto notifier = notifier_of(name, "1000");
    EXPECT_EQ(notifier.watchdog(), 0us) << name;
    notifier.ready("to nobody");
  }
}

}  // namespace
}  // namespace mcpssh::cli
