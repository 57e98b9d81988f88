// The login shell as a stream of bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "served.hpp"
#include "support/duplex_text.hpp"

namespace mcpssh::test {
namespace {
using ssh::Connection;
using testing::HasSubstr;

class Shell : public Served<Shell> {
 protected:
  void SetUp() override {
    connection_ = loop_.run(Connection::open(user_target()));
    ssh::PtyRequest pty;
    shell_ = loop_.run(connection_->open_shell(pty));
  }

  std::shared_ptr<Connection> connection_;
  std::unique_ptr<base::Duplex> shell_;
};

TEST_F(Shell, EchoesAndAnswersOnItsTerminal) {
  EXPECT_EQ(connection_->channels(), 1U);
  loop_.run(shell_->write("stty size; echo \"$TERM-done\"\n"));
  const auto seen = loop_.run(read_until(*shell_, "dumb-done"));
  EXPECT_THAT(seen, HasSubstr("1000 511"));
  EXPECT_THAT(seen, HasSubstr("echo \"$TERM-done\""));
}

TEST_F(Shell, EndsWithItsLastWords) {
  loop_.run(shell_->write("echo last words; exit\n"));
  EXPECT_THAT(loop_.run(read_to_end(*shell_)), testing::EndsWith("last words\r\n"));
}

TEST_F(Shell, HoldsTheHostBackWhileNobodyReadsAndLosesNothing) {
  loop_.run(shell_->write("stty -echo -onlcr; echo begin''ning; seq 1 800000; echo do''ne; exit\n"));
  loop_.run(read_until(*shell_, "beginning\n"));
  // Others go on beside a stream that nobody reads.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(loop_.run(exec(connection_, "echo beside")).out, "beside\n");
  const auto rest = loop_.run(read_to_end(*shell_));
  EXPECT_THAT(rest.substr(rest.size() > 40 ? rest.size() - 40 : 0), HasSubstr("799999\n800000\ndone\n"));
}

TEST_F(Shell, WritesMoreThanAWindow) {
  loop_.run(shell_->write("stty -echo -icanon; echo rea''dy; head -c 3000000 | wc -c\n"));
  loop_.run(read_until(*shell_, "ready"));
  loop_.run(shell_->write(std::string(3'000'000, 'x')));
  EXPECT_THAT(loop_.run(read_until(*shell_, "3000000")), HasSubstr("3000000"));
}

TEST_F(Shell, IsClosedWithItsStream) {
  const auto seconds = unique_seconds();
  loop_.run(shell_->write("echo sta''rt; exec sleep " + seconds + "\n"));
  loop_.run(read_until(*shell_, "start"));
  shell_.reset();
  EXPECT_EQ(connection_->channels(), 0U);
  // sshd hangs the terminal up when the channel closes; the loop below ends as soon as it did.
  loop_.run(exec(connection_,
                 "while ps -u $(id -u) -o args= | grep -qx 'sleep " + seconds + "'; do sleep 0.1; done"));
  EXPECT_EQ(processes_with(seconds), 0);
}

TEST_F(Shell, TellsALostConnection) {
  server().cut_connections();
  const auto lost = error_of(loop_, read_to_end(*shell_));
  EXPECT_EQ(lost.code(), base::ErrorCode::connection_lost);
}

}  // namespace
}  // namespace mcpssh::test
