#include "gateway/meters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class MetersTest : public ::testing::Test {
 protected:
  std::string text() { return metrics_->render(base::Metrics::Format::prometheus); }

  std::shared_ptr<base::Metrics> metrics_ = std::make_shared<base::Metrics>();
  Meters meters_{metrics_};
};

TEST_F(MetersTest, EveryOutcomeHasANameOfItsOwn) {
  for (int state = 0; state <= static_cast<int>(State::never_started); ++state) {
    Outcome outcome;
    outcome.state = static_cast<State>(state);
    meters_.command(outcome, false);
    EXPECT_THAT(text(), HasSubstr("mcp_ssh_commands_total{outcome=\"" +
                                  std::string(to_string(outcome.state)) + "\"} 1\n"));
  }
  EXPECT_THAT(text(), Not(HasSubstr("_OTHER"))) << "a new state has to be registered";
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_command_duration_seconds_count 0\n")) << "none of them was sent";
}

TEST_F(MetersTest, OfACommandThatWasSentTimeAndBytesCount) {
  Outcome outcome;
  outcome.state = State::exited;
  outcome.duration = 30ms;
  outcome.out.total = 1000;
  outcome.out.dropped = 400;
  outcome.err.total = 5;
  meters_.command(outcome, true);
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_output_bytes_total{kept=\"yes\"} 605\n"));
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_output_bytes_total{kept=\"no\"} 400\n"));
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_command_duration_seconds_bucket{le=\"0.02\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_command_duration_seconds_bucket{le=\"0.05\"} 1\n"));
}

TEST_F(MetersTest, AVerdictCountsByTheRuleThatDecided) {
  guard::Verdict verdict;
  meters_.decision(verdict);
  verdict.decision = guard::Decision::ask;
  verdict.findings.push_back({"power.reboot", guard::Decision::ask, guard::Effect::power, "", {}});
  meters_.decision(verdict);
  verdict.findings.front().rule = "made.up";
  meters_.decision(verdict);
  const std::string name = "mcp_ssh_policy_decisions_total";
  EXPECT_THAT(text(), HasSubstr(name + R"({decision="allow",rule="none"} 1)"));
  EXPECT_THAT(text(), HasSubstr(name + R"({decision="ask",rule="power.reboot"} 1)"));
  EXPECT_THAT(text(), HasSubstr(name + R"({decision="ask",rule="_OTHER"} 1)"));
}

TEST_F(MetersTest, AChangedHostKeyCountsBesideTheOtherFailures) {
  meters_.connect(10ms, std::nullopt);
  meters_.connect(10ms, base::ErrorCode::auth_failed);
  meters_.connect(10ms, base::ErrorCode::host_key_changed);
  const std::string name = "mcp_ssh_ssh_connect_duration_seconds_count";
  for (const auto* outcome : {"opened", "auth_failed", "host_key_changed"})
    EXPECT_THAT(text(), HasSubstr(name + "{outcome=\"" + outcome + "\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_ssh_hostkey_mismatch_total 1\n"));
}

TEST_F(MetersTest, RecordsThatCouldNotBeWrittenAreErrors) {
  meters_.record(true);
  meters_.record(true);
  meters_.record(false);
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_audit_records_total 2\n"));
  EXPECT_THAT(text(), HasSubstr("mcp_ssh_audit_write_errors_total 1\n"));
}

TEST(Meters, CountWhereNobodyReads) {
  Meters meters(nullptr);
  meters.record(true);
  meters.approval("approved", 1s);
}

}  // namespace
}  // namespace mcpssh::gateway
