// Connections that are shared, kept, closed in time and never leaked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <filesystem>

#include "base/limits.hpp"
#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {
using ssh::CloseReason;
using ssh::Lease;

class PoolOf : public PoolTest {
 protected:
  static void SetUpTestSuite() {
    OpensshServer::Options options;
    options.password_user = true;
    options.config = {"MaxSessions 20"};
    server_ = std::make_unique<OpensshServer>(std::move(options));
  }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  ssh::Target target() {
    auto with = target_of(server(), directory_);
    with.user = server().password_user().name();
    return with;
  }

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(PoolOf, ReusesAConnection) {
  auto first = acquire(target());
  EXPECT_TRUE(first.fresh);
  EXPECT_EQ(run(first, "echo one").out, "one\n");
  const auto* connection = first.connection().get();
  first = Lease();
  const auto second = acquire(target());
  EXPECT_FALSE(second.fresh);
  EXPECT_EQ(second.connection().get(), connection);
  ASSERT_EQ(pool_->entries().size(), 1U);
  EXPECT_EQ(pool_->entries().front().host, "web1");
  EXPECT_EQ(pool_->entries().front().leases, 1U);
}

TEST_F(PoolOf, AShellProvedOnceNeedsNoSecondProofForTheSameTarget) {
  const auto first = acquire(target()).connection()->facts();
  EXPECT_FALSE(first.shell_learned);
  pool_->close("web1", CloseReason::asked);
  loop_.run(until_closed(1));
  const auto again = acquire(target());
  EXPECT_TRUE(again.connection()->facts().shell_learned);
  EXPECT_EQ(again.connection()->facts().login_shell, first.login_shell);
  EXPECT_EQ(run(again, "exit 3").result.exit_code, 3);

  auto other = target();
  other.user = server().user();
  EXPECT_FALSE(acquire(other).connection()->facts().shell_learned) << "that account may have another shell";
}

TEST_F(PoolOf, SharesOneConnectAmongCallers) {
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 5; ++i) all.push_back(start_acquire(target()));
  for (const auto& each : all) wait_for(*each);
  EXPECT_EQ(pool_->entries().size(), 1U);
  EXPECT_EQ(pool_->entries().front().leases, 5U);
  EXPECT_EQ(std::ranges::count_if(all, [](const auto& each) { return each->lease.fresh; }), 1);
}

TEST_F(PoolOf, GivesOneFailureToAllWhoWait) {
  auto wrong = target();
  wrong.user = "nobody-here";
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 3; ++i) all.push_back(start_acquire(wrong));
  for (const auto& each : all) {
    wait_for(*each);
    ASSERT_TRUE(each->error);
    EXPECT_EQ(each->error->code(), base::ErrorCode::auth_failed);
    EXPECT_THAT(each->error->message(), testing::HasSubstr("web1: log in: "));
  }
  EXPECT_TRUE(pool_->entries().empty());
}

TEST_F(PoolOf, ACancelledWaiterLeavesTheOthers) {
  base::asio::cancellation_signal signal;
  bool cancelled = false, done = false;
  Lease kept;
  base::asio::co_spawn(
      loop_.executor(), pool_->acquire(target()),
      base::asio::bind_cancellation_slot(
          signal.slot(), [&](std::exception_ptr failure, const Lease&) { cancelled = failure != nullptr; }));
  base::asio::co_spawn(loop_.executor(), pool_->acquire(target()),
                       [&](std::exception_ptr failure, Lease lease) {
                         EXPECT_FALSE(failure);
                         kept = std::move(lease);
                         done = true;
                       });
  signal.emit(base::asio::cancellation_type::terminal);
  loop_.run_until(done);
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(run(kept, "echo kept").out, "kept\n");
}

TEST_F(PoolOf, AConnectNobodyWaitsForIsGivenUpAndTheNextOneWorks) {
  base::asio::cancellation_signal signal;
  bool cancelled = false;
  base::asio::co_spawn(
      loop_.executor(), pool_->acquire(target()),
      base::asio::bind_cancellation_slot(
          signal.slot(), [&](std::exception_ptr failure, const Lease&) { cancelled = failure != nullptr; }));
  signal.emit(base::asio::cancellation_type::terminal);
  loop_.run_until(cancelled);
  EXPECT_EQ(run(acquire(target()), "echo next").out, "next\n");
  EXPECT_EQ(pool_->entries().size(), 1U);
}

TEST_F(PoolOf, OpensASecondConnectionWhenTheFirstIsFull) {
  std::vector<Lease> leases;
  for (std::size_t i = 0; i < base::limits::channels_per_connection; ++i) leases.push_back(acquire(target()));
  EXPECT_EQ(pool_->entries().size(), 1U);
  leases.push_back(acquire(target()));
  EXPECT_EQ(pool_->entries().size(), 2U);
  EXPECT_TRUE(leases.back().fresh);
}

TEST_F(PoolOf, ClosesAnIdleConnectionButNotALeasedOne) {
  auto lease = acquire(target());
  pool_->set_idle_timeout(1ms);
  EXPECT_EQ(run(lease, "echo still").out, "still\n");
  EXPECT_TRUE(closed_.empty());
  lease = Lease();
  loop_.run(until_closed(1));
  EXPECT_EQ(closed_.front().host, "web1");
  EXPECT_EQ(closed_.front().reason, CloseReason::idle);
  EXPECT_TRUE(pool_->entries().empty());
}

TEST_F(PoolOf, ClosesAHostWhenAsked) {
  const auto lease = acquire(target());
  EXPECT_TRUE(pool_->close("web1", CloseReason::asked));
  EXPECT_FALSE(pool_->close("web1", CloseReason::asked));
  EXPECT_FALSE(pool_->close("other", CloseReason::asked));
  loop_.run(until_closed(1));
  EXPECT_EQ(closed_.front().reason, CloseReason::asked);
  EXPECT_NE(acquire(target()).connection().get(), lease.connection().get());
}

TEST_F(PoolOf, ForgetsADeadConnectionAndConnectsAgain) {
  const auto lease = acquire(target());
  server().cut_connections();
  loop_.run(until_closed(1));
  EXPECT_EQ(closed_.front().reason, CloseReason::lost);
  const auto again = acquire(target());
  EXPECT_TRUE(again.fresh);
  EXPECT_EQ(run(again, "echo back").out, "back\n");
}

TEST_F(PoolOf, ConnectsAnewWhenTheTargetChanged) {
  auto lease = acquire(target());
  auto changed = target();
  changed.user = server().user();
  EXPECT_EQ(run(acquire(changed), "id -un").out, server().user() + "\n");
  EXPECT_EQ(run(lease, "id -un").out, server().password_user().name() + "\n");
  EXPECT_TRUE(closed_.empty());
  lease = Lease();
  loop_.run(until_closed(1));
  EXPECT_EQ(closed_.front().reason, CloseReason::configuration);
}

TEST_F(PoolOf, FetchesHostKeys) {
  const auto key = loop_.run(pool_->host_key(target()));
  EXPECT_EQ(key.type + " " + key.base64, server().host_keys().front());
}

TEST_F(PoolOf, EndsWithLeasesCommandsAndConnectsInFlight) {
  const auto lease = acquire(target());
  bool command_ended = false, connect_ended = false;
  base::asio::co_spawn(loop_.executor(), hopped(lease.connection(), "echo up; sleep 1000"),
                       [&](std::exception_ptr failure, const Said& said) {
                         EXPECT_FALSE(failure);
                         EXPECT_EQ(said.result.end, ssh::ExecResult::End::connection_lost);
                         command_ended = true;
                       });
  // A server that never answers, so that the connect is in flight for sure.
  base::UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::listen(silent.get(), 8), 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  auto second = target();
  second.name = "web2";
  second.port = ntohs(address.sin_port);
  base::asio::co_spawn(loop_.executor(), pool_->acquire(second),
                       [&](std::exception_ptr failure, const Lease&) {
                         EXPECT_TRUE(failure);
                         connect_ended = true;
                       });
  EXPECT_EQ(run(lease, "echo begun").out, "begun\n");
  pool_.reset();
  ASSERT_EQ(closed_.size(), 1U);
  EXPECT_EQ(closed_.front().reason, CloseReason::shutdown);
  loop_.run_until(command_ended);
  loop_.run_until(connect_ended);
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

TEST_F(PoolOf, LeaksNoDescriptorOverTwoHundredConnections) {
  const auto cycle = [this] {
    const auto lease = acquire(target());
    EXPECT_EQ(run(lease, "echo up").out, "up\n");
    pool_->close("web1", CloseReason::asked);
    loop_.run(until_closed(closed_.size() + 1));
  };
  cycle();
  const auto before = open_descriptors();
  for (int i = 0; i < 200; ++i) cycle();
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace mcpssh::test
