// A person at a terminal is asked what no secret of the configuration answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <latch>

#include "main_job/want_a_code.hpp"
#include "main_job/yaml.hpp"
#include "support/duplex_text.hpp"
#include "support/pty_duplex.hpp"
#include "support/run_task.hpp"

namespace mcpssh::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class AtATerminal : public testing::Test {
 protected:
  AtATerminal() {
    const auto known = home_.write("known", server_.known_hosts());
    const auto config = home_.write(
        "hosts.yaml",
        trusting(host_entry("web1", server_.port(), "ann", "method: keyboard-interactive"), known.string()));
    PtyDuplex::Setup setup;
    setup.argv = {MCPSSH_BINARY, "--config", config.string(), "hosts", "test", "web1"};
    setup.home = home_.path().string();
    terminal_.emplace(io_.get_executor(), setup);
  }
  /// What the program said until it said `word`.
  std::string seen_until(const std::string& word) { return run_task(io_, read_until(*terminal_, word)); }
  std::string seen_to_the_end() { return run_task(io_, read_to_end(*terminal_)); }
  void type(const std::string& keys) { run_task(io_, terminal_->write(keys)); }
  /// From here on the host talks; `seen`: what is typed may be shown.
  void let_the_host_ask(bool seen = false) {
    answer_seen_ = seen;
    may_ask_.count_down();
  }

 private:
  bool answer_seen_ = false;
  std::latch may_ask_{1};
  TempDir home_;
  HostileServer server_{[this](SshWire& wire) {
    may_ask_.wait();
    want_a_code_shown(wire, answer_seen_);
  }};
  base::asio::io_context io_{1};
  std::optional<PtyDuplex> terminal_;
};

TEST_F(AtATerminal, APersonAnswersAndNothingOfItIsShown) {
  let_the_host_ask();
  EXPECT_THAT(seen_until("Ctrl-C gives none"),
              testing::AllOf(HasSubstr("the answer goes to web1 (ann@127.0.0.1:"), HasSubstr("    | Token 7"),
                             HasSubstr("    |   the answer goes to prod"), HasSubstr("    | One-time code:")))
      << "every line of the host's is marked as such";
  type("424242\n");
  const auto rest = seen_to_the_end();
  EXPECT_THAT(rest, Not(HasSubstr("424242")));
  EXPECT_THAT(rest, HasSubstr("web1: "));
  EXPECT_THAT(rest, HasSubstr("keyboard-interactive")) << "logged in";
}

TEST_F(AtATerminal, CtrlCIsNoAnswer) {
  let_the_host_ask();
  seen_until("Ctrl-C gives none");
  type("\x03");
  EXPECT_THAT(seen_to_the_end(), HasSubstr("One-time code:")) << "which is what nobody answered";
}

TEST_F(AtATerminal, WhatWasTypedBeforeTheQuestionIsNoAnswerToIt) {
  type("111111\n");
  let_the_host_ask(true);
  seen_until("Ctrl-C gives none");
  type("424242\n");
  EXPECT_THAT(seen_to_the_end(), HasSubstr("keyboard-interactive")) << "logged in";
}

}  // namespace
}  // namespace mcpssh::test
