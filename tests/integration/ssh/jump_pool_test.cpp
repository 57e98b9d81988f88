// Jump hosts are pooled connections like any other, recorded and kept as long as they carry something.
#include <gmock/gmock.h>

#include "pool_fixture.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::CloseReason;
using ssh::Lease;
using testing::ElementsAre;
using testing::HasSubstr;

class JumpPool : public PoolTest {
 protected:
  static void SetUpTestSuite() { server_ = server_with_user(); }
  static void TearDownTestSuite() { server_.reset(); }
  static OpensshServer& server() { return *server_; }

  ssh::Target target(const std::string& name) {
    auto made = user_target(server(), directory_);
    made.name = name;
    return made;
  }
  static ssh::Target behind(const ssh::Target& jump, ssh::Target target) {
    target.jump = std::make_shared<const ssh::Target>(jump);
    return target;
  }
  ssh::Pool::Opened note_opened() {
    return [this](const ssh::Target& target, const ssh::ConnectionFacts&) { opened_.push_back(target.name); };
  }
  [[nodiscard]] std::size_t carried_by(const std::string& host) const {
    for (const auto& entry : pool_->entries())
      if (entry.host == host) return entry.carried;
    return 0;
  }

  std::vector<std::string> opened_;

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(JumpPool, GoesThroughAPooledConnectionAndTellsOfBoth) {
  auto one = start_acquire(behind(target("bastion"), target("web1")), note_opened());
  wait_for(*one);
  ASSERT_FALSE(one->error) << one->error->message();
  EXPECT_THAT(opened_, ElementsAre("bastion", "web1"));
  EXPECT_EQ(run(one->lease, "echo through").out, "through\n");
  auto two = start_acquire(behind(target("bastion"), target("web2")), note_opened());
  wait_for(*two);
  ASSERT_FALSE(two->error) << two->error->message();
  EXPECT_THAT(opened_, ElementsAre("bastion", "web1", "web2"));
  EXPECT_EQ(carried_by("bastion"), 2U);
}

TEST_F(JumpPool, GoesThroughTwo) {
  const auto chain = behind(behind(target("outer"), target("inner")), target("web1"));
  EXPECT_EQ(run(acquire(chain), "echo far").out, "far\n");
  EXPECT_EQ(carried_by("outer"), 1U);
  EXPECT_EQ(carried_by("inner"), 1U);
}

TEST_F(JumpPool, AJumpHostStaysWhileItCarriesAndGoesWhenItDoesNot) {
  auto lease = acquire(behind(target("bastion"), target("web1")));
  pool_->set_idle_timeout(1ms);
  EXPECT_EQ(run(lease, "sleep 0.1; echo still").out, "still\n");
  EXPECT_TRUE(closed_.empty());
  lease = Lease();
  loop_.run(until_closed(2));
  EXPECT_EQ(closed_[0].host, "web1");
  EXPECT_EQ(closed_[1].host, "bastion");
  EXPECT_EQ(closed_[1].reason, CloseReason::idle);
}

TEST_F(JumpPool, WhatAJumpHostCarriedEndsWithIt) {
  const auto lease = acquire(behind(target("bastion"), target("web1")));
  const auto running = start(lease, "sleep 1000");
  EXPECT_EQ(run(lease, "echo begun").out, "begun\n");
  EXPECT_TRUE(pool_->close("bastion", CloseReason::asked));
  loop_.run_until(running->ended);
  EXPECT_EQ(running->said.result.end, ssh::ExecResult::End::connection_lost);
  loop_.run(until_closed(2));
  for (const auto& each : closed_) EXPECT_EQ(each.reason, CloseReason::asked);
}

TEST_F(JumpPool, MoreHostsGoThroughOneJumpHostThanItHasSessions) {
  auto bastion = target("bastion");
  bastion.max_sessions = bastion.max_connections = 1;
  const auto session = acquire(bastion);
  std::vector<std::shared_ptr<Acquired>> all;
  for (int i = 0; i < 12; ++i)
    all.push_back(start_acquire(behind(bastion, target("web" + std::to_string(i)))));
  for (const auto& each : all) {
    wait_for(*each);
    ASSERT_FALSE(each->error) << each->error->message();
    EXPECT_EQ(run(each->lease, "echo through").out, "through\n");
  }
  EXPECT_EQ(carried_by("bastion"), 12U);
}

TEST_F(JumpPool, AFailureNamesTheJumpHostAndIsNotHeldAgainstTheTarget) {
  auto closed = target("bastion");
  closed.port = 1;
  const auto error = acquire_error(behind(closed, target("web1")));
  EXPECT_EQ(error.code(), ErrorCode::connect_failed);
  EXPECT_THAT(error.message(),
              HasSubstr("web1: jump host: bastion: connect: connection refused by 127.0.0.1:1"));
  EXPECT_EQ(run(acquire(target("web1")), "echo direct").out, "direct\n");
}

TEST_F(JumpPool, FetchesHostKeysThroughIt) {
  const auto key = loop_.run(pool_->host_key(behind(target("bastion"), target("web1")), {}, note_opened()));
  EXPECT_EQ(key.type + " " + key.base64, server().host_keys().front());
  EXPECT_THAT(opened_, ElementsAre("bastion"));
}

TEST_F(JumpPool, AChainThatLeadsBackIsRefused) {
  const auto back = behind(behind(target("web1"), target("bastion")), target("web1"));
  const auto error = acquire_error(back);
  EXPECT_EQ(error.code(), ErrorCode::invalid_config);
  EXPECT_THAT(error.message(), HasSubstr("lead back to web1"));
  auto far = target("web0");
  for (int i = 1; i < 10; ++i) far = behind(far, target("web" + std::to_string(i)));
  EXPECT_EQ(acquire_error(far).code(), ErrorCode::invalid_config);
}

TEST_F(JumpPool, AConnectionThatCannotBeRecordedIsClosed) {
  const auto acquired = start_acquire(target("web1"), [](const ssh::Target&, const ssh::ConnectionFacts&) {
    throw base::Error(ErrorCode::journal_unwritable, "the journal cannot be written");
  });
  wait_for(*acquired);
  ASSERT_TRUE(acquired->error);
  EXPECT_EQ(acquired->error->code(), ErrorCode::journal_unwritable);
  EXPECT_TRUE(pool_->entries().empty());
}

TEST_F(JumpPool, TheOneWhoCausedAConnectIsToldOfItEvenWhenOthersGetIt) {
  base::asio::cancellation_signal signal;
  const auto first = start_acquire(target("web1"), note_opened(), &signal);
  bool told_second = false;
  const auto second = start_acquire(
      target("web1"), [&](const ssh::Target&, const ssh::ConnectionFacts&) { told_second = true; });
  loop_.run(pause(1ms));
  signal.emit(base::asio::cancellation_type::terminal);
  wait_for(*first);
  wait_for(*second);
  EXPECT_TRUE(first->cancelled);
  EXPECT_FALSE(second->error);
  EXPECT_THAT(opened_, ElementsAre("web1"));
  EXPECT_FALSE(told_second);
}

}  // namespace
}  // namespace mcpssh::test
