// Actions and outcomes are values that travel: through JSON and back they stay what they were.
#include <gtest/gtest.h>

#include <set>

#include "gateway/action.hpp"
#include "gateway/digest.hpp"
#include "gateway/outcome.hpp"

namespace mcpssh::gateway {
namespace {

Exec exec_of(std::string command) {
  Exec exec;
  exec.command = std::move(command);
  return exec;
}

Action action_of(What what) {
  Action action;
  action.principal.name = "agent";
  action.principal.client = "client 1.2";
  action.principal.via = base::Via::http;
  base::Rights rights;
  rights.hosts = "web-*,!web-9";
  rights.tools = {"ssh_run"};
  rights.mode = "readonly";
  rights.calls_per_minute = 60;
  rights.role = base::Role::approver;
  action.principal.rights = std::make_shared<const base::Rights>(rights);
  action.host = "web1";
  action.what = std::move(what);
  action.tool = "ssh_run";
  action.reason = "because \"quotes\" and\nnewlines";
  action.confirm_dangerous = true;
  action.can_elicit = true;
  action.timeout = std::chrono::milliseconds(1500);
  return action;
}

TEST(ActionJson, EveryKindSurvivesARoundTrip) {
  Exec full = exec_of("uname -a");
  full.directory = "/srv";
  full.environment = {{"B", "2"}, {"A", "1 'quoted'"}};
  full.input = "line\nline\n";
  full.sudo_user = "postgres";
  full.tty = true;
  Tunnel tunnel;
  tunnel.kind = Tunnel::Kind::remote;
  tunnel.address = "db1";
  tunnel.port = 5432;
  tunnel.listen_address = "127.0.0.1";
  tunnel.listen_port = 15432;
  tunnel.id = "tunnel_1";
  const std::vector<What> all{full,     ShellLine{"s", "cd /"},        Connect{},      Disconnect{"s"},
                              Probe{},  Trust{"ssh-ed25519", "AAAA"},  Stop{"call_1"}, tunnel,
                              Forget{}, Diagnose{Diagnose::Part::sftp}};
  ASSERT_EQ(all.size(), std::variant_size_v<What>);
  for (const auto& what : all) {
    const Action action = action_of(what);
    const auto text = base::json::serialize(to_json(action));
    const auto back = action_from_json(base::json::parse(text).as_object());
    ASSERT_TRUE(back.has_value()) << back.error().what();
    EXPECT_EQ(*back, action) << text;
  }
}

TEST(ActionJson, WhatIsNotAnActionIsAnError) {
  for (const char* text :
       {"{}", R"({"version":2})", R"({"version":1,"principal":{},"what":{},"kind":"explode"})"})
    EXPECT_FALSE(action_from_json(base::json::parse(text).as_object()).has_value()) << text;
}

TEST(OutcomeJson, EveryFieldSurvivesARoundTrip) {
  Outcome outcome;
  outcome.call = base::CallId::fresh();
  outcome.host = "web1";
  outcome.state = State::timed_out;
  outcome.exit_code = 3;
  outcome.signal = "TERM";
  outcome.out = outputs::Captured{"head", "tail", 100, 92};
  outcome.err = outputs::Captured{"e", "", 1, 0};
  outcome.remains = Remains::still_running;
  outcome.remote_pid = 4711;
  outcome.output_may_continue = true;
  outcome.question = "Password:";
  outcome.session = "default";
  outcome.line_sent = false;
  outcome.earlier = outputs::Captured{"log line", "", 8, 0};
  outcome.prompt = "sw1#";
  outcome.error = Failure{base::ErrorCode::host_key_changed, "changed", base::Fault::host_key_pin};
  outcome.stopped = "cancelled";
  outcome.closing_later = 2;
  outcome.staying_open = 1;
  outcome.rules = {"disk.mkfs", "pattern.user"};
  outcome.approved_by = "human:elicitation";
  ConnectionNote note;
  note.opened_now = true;
  note.address = "192.0.2.1:22";
  note.fingerprint = "SHA256:abc";
  note.weak_algorithms = "ssh-rsa";
  note.took = std::chrono::microseconds(1234);
  note.key_exchange = "curve25519-sha256";
  note.cipher = "aes256-gcm@openssh.com";
  note.mac = "aead-gcm";
  outcome.connection = note;
  Diagnosis diagnosis;
  diagnosis.addresses = {{"192.0.2.1:22", "connection refused", std::chrono::microseconds(17)},
                         {"[2001:db8::1]:22", "", std::chrono::microseconds(900)}};
  diagnosis.server_version = "SSH-2.0-x";
  diagnosis.greeting_failure = "it hangs up";
  diagnosis.agreements = {{"MAC", "macs", {"a", "b"}, {"c"}, "", {"c"}}};
  diagnosis.strict_key_exchange = true;
  diagnosis.sftp_version = 3;
  outcome.diagnosis = diagnosis;
  outcome.duration = std::chrono::microseconds(987654);
  outcome.end_recorded = false;
  const auto text = base::json::serialize(to_json(outcome));
  const auto back = outcome_from_json(base::json::parse(text).as_object());
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, outcome) << text;
}

TEST(OutcomeJson, EveryStateHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(State::never_started); ++i)
    names.insert(to_string(static_cast<State>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(State::never_started) + 1);
}

class Digest : public testing::Test {
 protected:
  Digest() {
    host_.name = "web1";
    host_.address = "192.0.2.1";
    host_.user = "root";
    snapshot_.digest = "abc";
  }
  [[nodiscard]] std::string of(const Action& action) const { return digest_of(action, snapshot_, host_); }

  hosts::Host host_;
  hosts::Snapshot snapshot_;
  Action action_ = action_of(exec_of("uname"));
};

TEST_F(Digest, BindsWhatWouldHappen) {
  const auto first = of(action_);
  EXPECT_EQ(first.size(), 64u);
  Action other = action_;
  other.what = exec_of("uname ");
  EXPECT_NE(of(other), first) << "one byte more is another command";
  other = action_;
  other.principal.name = "someone else";
  EXPECT_NE(of(other), first);
  host_.user = "web";
  EXPECT_NE(of(action_), first) << "another login";
  host_.user = "root";
  snapshot_.digest = "abd";
  EXPECT_NE(of(action_), first) << "another configuration";
}

TEST_F(Digest, BindsDirectoryEnvironmentInputUserAndTerminal) {
  const auto first = of(action_);
  std::vector<Exec> others(5, exec_of("uname"));
  others[0].directory = "/";
  others[1].environment = {{"A", "1"}};
  others[2].input = "x";
  others[3].sudo_user = "root";
  others[4].tty = true;
  std::set<std::string> all{first};
  for (const auto& exec : others) {
    action_.what = exec;
    all.insert(of(action_));
  }
  EXPECT_EQ(all.size(), 6u);
}

TEST_F(Digest, BindsTheKeysOnRecordForTheHost) {
  EXPECT_NE(digest_of(action_, snapshot_, host_, {"SHA256:a"}), digest_of(action_, snapshot_, host_));
  EXPECT_NE(digest_of(action_, snapshot_, host_, {"SHA256:a"}),
            digest_of(action_, snapshot_, host_, {"SHA256:b"}));
}

TEST_F(Digest, DoesNotBindReasonAndLimits) {
  const auto first = of(action_);
  action_.reason = "another story";
  action_.timeout.reset();
  action_.confirm_dangerous = false;
  EXPECT_EQ(of(action_), first);
}

}  // namespace
}  // namespace mcpssh::gateway
