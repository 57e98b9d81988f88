#include "ssh/host_key_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {
using State = KnownHosts::State;
using testing::HasSubstr;

const HostKey offered{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dHRlcmZseWJ1dHRlcmZseWJ1dHRlcmZseWJ1"};
const HostKey recorded{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIHdhdGVybWVsb253YXRlcm1lbG9ud2F0ZXJtZWxv"};

Target target(HostKeyChecking checking) {
  Target made;
  made.name = "web1";
  made.known_hosts = "/home/ann/.ssh/known_hosts";
  made.host_key_checking = checking;
  return made;
}

KnownHosts::Answer answer(State state) {
  KnownHosts::Answer made;
  made.state = state;
  if (state != State::unknown) made.on_record = {recorded};
  return made;
}

std::string refusal(HostKeyChecking checking, State state, base::ErrorCode code) {
  try {
    judge_host_key(target(checking), offered, answer(state));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.message();
  }
  return "accepted";
}

TEST(HostKeyCheck, AcceptsAMatch) {
  for (const auto checking : {HostKeyChecking::strict, HostKeyChecking::accept_new, HostKeyChecking::off})
    EXPECT_EQ(judge_host_key(target(checking), offered, answer(State::match)), HostKeyDecision::accept);
}

TEST(HostKeyCheck, AnUnknownKeyIsRefusedRememberedOrIgnored) {
  const auto refused = refusal(HostKeyChecking::strict, State::unknown, base::ErrorCode::host_key_unknown);
  EXPECT_THAT(refused, HasSubstr(offered.fingerprint()));
  EXPECT_THAT(refused, HasSubstr("`mcp-ssh hosts trust web1`"));
  EXPECT_EQ(judge_host_key(target(HostKeyChecking::accept_new), offered, answer(State::unknown)),
            HostKeyDecision::accept_and_remember);
  EXPECT_EQ(judge_host_key(target(HostKeyChecking::off), offered, answer(State::unknown)),
            HostKeyDecision::accept);
}

TEST(HostKeyCheck, AChangedKeyIsRefusedWithBothFingerprints) {
  for (const auto checking : {HostKeyChecking::strict, HostKeyChecking::accept_new}) {
    const auto refused = refusal(checking, State::changed, base::ErrorCode::host_key_changed);
    EXPECT_THAT(refused, HasSubstr("expected ssh-ed25519 " + recorded.fingerprint()));
    EXPECT_THAT(refused, HasSubstr("got ssh-ed25519 " + offered.fingerprint()));
    EXPECT_THAT(refused, HasSubstr("if this is intended run `mcp-ssh hosts trust web1`"));
  }
}

TEST(HostKeyCheck, ARevokedKeyIsRefused) {
  for (const auto checking : {HostKeyChecking::strict, HostKeyChecking::accept_new})
    EXPECT_THAT(refusal(checking, State::revoked, base::ErrorCode::host_key_changed),
                HasSubstr("is revoked"));
}

}  // namespace
}  // namespace mcpssh::ssh
