#include "ssh/trust/algorithms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libssh/libssh.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string host_keys(const std::vector<std::string>& on_record, bool legacy = false) {
  Algorithms extra;
  extra.legacy = legacy;
  return algorithms::offer(extra, on_record).host_keys;
}

TEST(HostKeyAlgorithms, PutTheTypesOnRecordFirstAndKeepTheOthers) {
  EXPECT_EQ(
      host_keys({"ecdsa-sha2-nistp256", "ssh-rsa"}),
      "ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256,ssh-ed25519,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521");
  EXPECT_THAT(host_keys({}), StartsWith("ssh-ed25519,"));
}

TEST(HostKeyAlgorithms, LeaveOutTypesWeDoNotDo) {
  EXPECT_EQ(host_keys({"ssh-dss", "ssh-ed25519", "ssh-ed25519"}), host_keys({}));
}

TEST(HostKeyAlgorithms, OfOneTypeAreItsSignatures) {
  EXPECT_EQ(algorithms::offer_for_type({}, "ssh-rsa").host_keys, "rsa-sha2-512,rsa-sha2-256");
  EXPECT_EQ(algorithms::offer_for_type({}, "ssh-ed25519").host_keys, "ssh-ed25519");
  EXPECT_THROW(algorithms::offer_for_type({}, "ssh-dss"), base::Error);
  Algorithms old;
  old.legacy = true;
  EXPECT_EQ(algorithms::offer_for_type(old, "ssh-rsa").host_keys, "rsa-sha2-512,rsa-sha2-256,ssh-rsa");
}

TEST(HostKeyAlgorithms, OfAnOldKeyOnRecordComeBeforeOtherKeysButBehindItsModernSignatures) {
  EXPECT_THAT(host_keys({"ssh-rsa"}, true), StartsWith("rsa-sha2-512,rsa-sha2-256,ssh-rsa,ssh-ed25519,"));
  EXPECT_THAT(host_keys({}, true), EndsWith(",rsa-sha2-256,ssh-rsa"));
}

TEST(LegacyAlgorithms, StandBehindTheModernOnes) {
  Algorithms extra;
  extra.legacy = true;
  const auto offer = algorithms::offer(extra, {});
  EXPECT_EQ(offer.key_exchange, std::string(algorithms::key_exchange) +
                                    ",diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,"
                                    "diffie-hellman-group1-sha1");
  EXPECT_EQ(offer.ciphers, std::string(algorithms::ciphers) + ",aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc");
  EXPECT_EQ(offer.macs, std::string(algorithms::macs) + ",hmac-sha1-etm@openssh.com,hmac-sha1");
  EXPECT_EQ(offer.user_keys, std::string(algorithms::user_keys) + ",ssh-rsa");
}

TEST(NamedAlgorithms, AreAppendedOnceInTheirOrder) {
  Algorithms extra;
  extra.ciphers = {"3des-cbc", "aes128-ctr", "aes128-cbc", "3des-cbc"};
  const auto offer = algorithms::offer(extra, {});
  EXPECT_EQ(offer.ciphers, std::string(algorithms::ciphers) + ",3des-cbc,aes128-cbc");
  EXPECT_EQ(offer.key_exchange, algorithms::key_exchange);
}

TEST(NamedAlgorithms, ThatLibsshWouldDropAreAnError) {
  Algorithms extra;
  extra.macs = {"hmac-md5"};
  try {
    algorithms::offer(extra, {});
    FAIL() << "taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::invalid_config);
    EXPECT_THAT(error.cause(), HasSubstr("algorithms.macs"));
    EXPECT_THAT(error.cause(), HasSubstr("'hmac-md5'"));
    EXPECT_THAT(error.next_move(), HasSubstr("hmac-sha1"));
  }
}

/// libssh drops what it does not know without a word, so what we call known must be.
TEST(NamedAlgorithms, AreAllKnownToLibssh) {
  Algorithms all;
  all.legacy = true;
  all.key_exchange = {"diffie-hellman-group18-sha512"};
  all.user_keys = {"ssh-rsa-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"};
  const auto offer = algorithms::offer(all, {});
  const std::vector<std::pair<ssh_options_e, std::string>> lists{
      {SSH_OPTIONS_KEY_EXCHANGE, offer.key_exchange},
      {SSH_OPTIONS_CIPHERS_C_S, offer.ciphers},
      {SSH_OPTIONS_HMAC_C_S, offer.macs},
      {SSH_OPTIONS_HOSTKEYS, offer.host_keys},
      {SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, offer.user_keys}};
  for (const auto& [option, list] : lists) {
    for (const auto name : base::split(list, ',')) {
      const ssh_session session = ssh_new();
      EXPECT_EQ(ssh_options_set(session, option, std::string(name).c_str()), SSH_OK) << name;
      ssh_free(session);
    }
  }
}

TEST(WeakAlgorithms, AreThoseOfNoModernList) {
  const std::vector<std::string> modern{"curve25519-sha256", "rsa-sha2-512", "aes256-gcm@openssh.com",
                                        "aead-gcm"};
  EXPECT_THAT(algorithms::weak_among(modern), IsEmpty());
  const std::vector<std::string> old{"diffie-hellman-group1-sha1", "ssh-rsa", "aes128-cbc", "hmac-sha1"};
  EXPECT_EQ(algorithms::weak_among(old), old);
}

constexpr const char* mismatch =
    "kex error : no match for method kex algos: server [diffie-hellman-group1-sha1,foo], client "
    "[curve25519-sha256]";

TEST(AMismatch, IsToldWithWhatTheHostOffersAndWhatWouldAllowIt) {
  const auto said = algorithms::explain(mismatch, {});
  EXPECT_EQ(said.cause,
            "no key exchange algorithm in common: the host offers diffie-hellman-group1-sha1,foo");
  EXPECT_THAT(said.next_move,
              HasSubstr("`algorithms: legacy` for this host would allow diffie-hellman-group1-sha1"));
}

TEST(AMismatch, DoesNotPromiseWhatLegacyDoesNotHold) {
  const auto unknown = algorithms::explain(
      "no match for method mac algo client->server: server [hmac-md5], client [hmac-sha2-256]", {});
  EXPECT_EQ(unknown.cause, "no MAC algorithm in common: the host offers hmac-md5");
  EXPECT_THAT(unknown.next_move, Not(HasSubstr("legacy")));
  const auto named = algorithms::explain(
      "no match for method kex algos: server [diffie-hellman-group18-sha512], client [x]", {});
  EXPECT_THAT(named.next_move, HasSubstr("`kex: [diffie-hellman-group18-sha512]`"));
  Algorithms already;
  already.legacy = true;
  EXPECT_THAT(algorithms::explain(mismatch, already).next_move, Not(HasSubstr("legacy")));
  EXPECT_EQ(algorithms::explain("Socket error: disconnected", {}).cause, "Socket error: disconnected");
}

/// A switch of 2008.
KeyExchangeInit old_switch() {
  KeyExchangeInit offer;
  offer.key_exchange = {"diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1",
                        "kex-strict-s-v00@openssh.com", "ext-info-s"};
  offer.host_keys = {"ssh-rsa"};
  offer.ciphers_to_host = {"3des-cbc", "aes128-cbc", "arcfour"};
  offer.ciphers_from_host = {"aes128-cbc"};
  offer.macs_to_host = {"hmac-md5", "hmac-sha1"};
  offer.macs_from_host = offer.macs_to_host;
  return offer;
}

TEST(AnAgreement, IsTheFirstOfOursThatIsTheirsInBothDirections) {
  KeyExchangeInit theirs;
  theirs.key_exchange = {"ecdh-sha2-nistp256", "curve25519-sha256"};
  theirs.host_keys = {"rsa-sha2-256", "ssh-ed25519"};
  theirs.ciphers_to_host = {"aes256-ctr", "aes256-gcm@openssh.com"};
  theirs.ciphers_from_host = {"aes256-ctr"};
  theirs.macs_to_host = theirs.macs_from_host = {"hmac-sha2-512"};
  auto all = algorithms::agree({}, theirs);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].chosen, "curve25519-sha256");
  EXPECT_EQ(all[1].chosen, "ssh-ed25519");
  EXPECT_EQ(all[2].chosen, "aes256-ctr");
  EXPECT_EQ(all[3].chosen, "hmac-sha2-512");
  theirs.ciphers_from_host = theirs.ciphers_to_host;
  theirs.macs_to_host = {};
  all = algorithms::agree({}, theirs);
  EXPECT_EQ(all[2].chosen, "aes256-gcm@openssh.com");
  EXPECT_EQ(all[3].chosen, "aead-aes256-gcm@openssh.com") << "its own MAC";
}

TEST(AnAgreement, WhatIsMissingIsNamedBestFirstByItsKeyInTheConfiguration) {
  const auto all = algorithms::agree({}, old_switch());
  for (const auto& each : all) EXPECT_EQ(each.chosen, "") << each.kind;
  EXPECT_THAT(all[0].could_add, ElementsAre("diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"));
  EXPECT_THAT(all[1].could_add, ElementsAre("ssh-rsa"));
  EXPECT_THAT(all[2].could_add, ElementsAre("aes128-cbc")) << "only in one direction is not enough";
  EXPECT_THAT(all[3].could_add, ElementsAre("hmac-sha1")) << "this program has no MD5";
  EXPECT_THAT(all[0].theirs, ElementsAre("diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"));
  EXPECT_EQ(all[0].setting, "kex");
  EXPECT_EQ(all[2].setting, "ciphers");
}

TEST(AnAgreement, ComesAboutWithWhatIsNamed) {
  Algorithms extra;
  extra.key_exchange = {"diffie-hellman-group14-sha1"};
  extra.host_keys = {"ssh-rsa"};
  extra.ciphers = {"aes128-cbc"};
  extra.macs = {"hmac-sha1"};
  for (const auto& each : algorithms::agree(extra, old_switch())) EXPECT_NE(each.chosen, "") << each.kind;
}

TEST(Algorithms, HoldNothingOld) {
  for (const std::string list :
       {algorithms::key_exchange, algorithms::ciphers, algorithms::macs, algorithms::user_keys}) {
    EXPECT_THAT(list, Not(HasSubstr("sha1")));
    EXPECT_THAT(list, Not(HasSubstr("cbc")));
    EXPECT_THAT(list, Not(HasSubstr("group18")));
    EXPECT_THAT("," + list + ",", Not(HasSubstr(",ssh-rsa,")));
  }
}

}  // namespace
}  // namespace mcpssh::ssh
