// A gateway whose log-in asks a person, in this process: what no client of the program can see or do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "gateway/operators/operators.hpp"
#include "main_job/want_a_code.hpp"
#include "support/run_task.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {
namespace {

using gateway::Action;
using gateway::Outcome;
using testing::StartsWith;

class GatewayWithAQuestion : public testing::Test {
 protected:
  GatewayWithAQuestion() {
    const auto known = files_.write("known_hosts", gate_.known_hosts());
    auto snapshot = std::make_shared<hosts::Snapshot>();
    snapshot->settings.known_hosts = known.string();
    snapshot->hosts = {at_the_gate("gate"), at_the_gate("inner")};
    snapshot->hosts.back().jump = {"gate"};
    gateway::Gateway::Options options;
    options.journal = files_.path() / "audit.jsonl";
    options.environment = [](std::string_view) { return std::optional<std::string>(); };
    auto policies = gateway::PolicySet::compile(*snapshot).value();
    gateway_.emplace(loop_.get_executor(), std::move(options), snapshot, std::move(policies));
    gateway::Operators(*gateway_).open_to_answers();
  }
  void TearDown() override {
    if (gateway_) run_task(loop_, gateway_->shutdown());
  }
  [[nodiscard]] hosts::Host at_the_gate(std::string name) const {
    hosts::Host host;
    host.name = std::move(name);
    host.address = "127.0.0.1";
    host.port = gate_.port();
    host.user = "ann";
    host.auth.methods = {hosts::AuthMethod::keyboard_interactive};
    return host;
  }
  base::CallId submit(const std::string& host, gateway::What what) {
    Action action;
    action.principal.name = "ann";
    action.principal.via = base::Via::local;
    action.host = host;
    action.tool = "test";
    action.what = std::move(what);
    return gateway_->submit(std::move(action));
  }
  /// The id of the question the call waits for, as soon as there is one; of a call that ended, why it did.
  std::string question_of(const base::CallId& call) {
    gateway::Operators operators(*gateway_);
    while (operators.login_questions().empty()) {
      run_task(loop_, operators.changed());
      const auto now = std::chrono::steady_clock::time_point::min();
      const auto progress = run_task(loop_, gateway_->wait(call, now));
      if (const auto* ended = std::get_if<Outcome>(&progress))
        return ended->error ? ended->error->message : "it ended without an error";
    }
    return operators.login_questions().front()->id;
  }

  TempDir files_;
  HostileServer gate_{want_a_code};
  base::asio::io_context loop_{1};
  std::optional<gateway::Gateway> gateway_;
};

TEST_F(GatewayWithAQuestion, ALookAtAHostKeySaysWhichQuestionItWaitsFor) {
  const auto call = submit("inner", gateway::Probe());
  const auto id = question_of(call);
  ASSERT_THAT(id, StartsWith("q-"));
  const auto note = gateway_->note(call);
  ASSERT_TRUE(note);
  ASSERT_TRUE(note->question) << "its jump host asks";
  EXPECT_EQ(note->question->id, id);
}

TEST_F(GatewayWithAQuestion, ShutDownWhileItIsOpenItEndsAndGoes) {
  const auto call = submit("gate", gateway::Connect());
  ASSERT_THAT(question_of(call), StartsWith("q-"));
  run_task(loop_, gateway_->shutdown());
  EXPECT_TRUE(gateway::Operators(*gateway_).login_questions().empty());
  gateway_.reset();
  loop_.restart();
  loop_.poll();
  EXPECT_TRUE(loop_.stopped()) << "nothing of it waits on";
}

}  // namespace
}  // namespace mcpssh::test
