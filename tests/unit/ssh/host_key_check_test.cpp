#include "ssh/trust/host_key_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "base/text.hpp"
#include "ssh/session/wire.hpp"

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

std::string judged(const Target& target, const HostKey& key, const KnownHosts::Answer& known) {
  try {
    return judge_host_key(target, key, known) == HostKeyDecision::accept ? "accepted" : "remembered";
  } catch (const base::Error& error) {
    return error.message();
  }
}

TEST(HostKeyCheck, AHostKnownOnlyThroughACertificateAuthorityIsRefusedAndToldSo) {
  auto known = answer(State::unknown);
  known.by_authority = true;
  for (const auto checking : {HostKeyChecking::strict, HostKeyChecking::accept_new}) {
    const auto said = judged(target(checking), offered, known);
    EXPECT_THAT(said, HasSubstr("only through a certificate authority (@cert-authority)"));
    EXPECT_THAT(said, HasSubstr(offered.fingerprint()));
    EXPECT_THAT(said, HasSubstr("`mcp-ssh hosts trust web1`"));
  }
  known = answer(State::match);
  known.by_authority = true;
  EXPECT_EQ(judged(target(HostKeyChecking::strict), offered, known), "accepted");
}

TEST(Pins, AreTheOnlyThingThatCounts) {
  for (const auto checking : {HostKeyChecking::strict, HostKeyChecking::accept_new, HostKeyChecking::off}) {
    auto pinned = target(checking);
    pinned.pins = {"SHA256:nobody", offered.fingerprint()};
    EXPECT_EQ(judged(pinned, offered, answer(State::unknown)), "accepted");
    pinned.pins = {offered.type + "  " + offered.base64 + " comment"};
    EXPECT_EQ(judged(pinned, offered, answer(State::changed)), "accepted");

    pinned.pins = {"SHA256:nobody", recorded.type + " " + recorded.base64};
    const auto said = judged(pinned, offered, answer(State::match));
    EXPECT_THAT(said, HasSubstr("expected SHA256:nobody or ssh-ed25519 " + recorded.fingerprint()));
    EXPECT_THAT(said, HasSubstr("got ssh-ed25519 " + offered.fingerprint()));
    EXPECT_THAT(said, HasSubstr("`host_key`"));
  }
}

TEST(Pins, NameTheTypesToAskFor) {
  EXPECT_THAT(pinned_types({"SHA256:x", "ssh-rsa AAAA", "ssh-ed25519 BBBB"}),
              testing::ElementsAre("ssh-rsa", "ssh-ed25519"));
}

/// A key blob with a modulus of `bits` bits.
HostKey rsa_key(std::size_t bits) {
  std::string blob, modulus(bits / 8, '\x80');
  wire::put_string(blob, "ssh-rsa");
  wire::put_string(blob, std::string("\1\0\1", 3));
  wire::put_string(blob, std::string(1, '\0') + modulus);
  return {"ssh-rsa",
          base::to_base64(std::span(reinterpret_cast<const unsigned char*>(blob.data()), blob.size()))};
}

TEST(HostKeyCheck, AShortRsaKeyIsRefusedUnlessTheHostIsLegacy) {
  auto old = target(HostKeyChecking::off);
  EXPECT_THAT(judged(old, rsa_key(1024), answer(State::match)), HasSubstr("has only 1024 bits"));
  EXPECT_EQ(judged(old, rsa_key(2048), answer(State::match)), "accepted");
  old.algorithms.legacy = true;
  EXPECT_EQ(judged(old, rsa_key(1024), answer(State::match)), "accepted");
  EXPECT_THAT(judged(old, rsa_key(512), answer(State::match)), HasSubstr("has only 512 bits"));
  EXPECT_THAT(judged(old, {"ssh-rsa", "AAAA"}, answer(State::match)), HasSubstr("has only 0 bits"));
}

}  // namespace
}  // namespace mcpssh::ssh
