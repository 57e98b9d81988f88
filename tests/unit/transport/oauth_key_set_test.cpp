// JWK Sets: which keys are taken, and which are left out with a word.
#include "oauth_signer.hpp"
#include "transport/oauth/key_set.hpp"

namespace mcpssh::testing {
namespace {

using oauth::KeySet;
using ::testing::HasSubstr;

/// What the log says about the key; empty: it is taken.
std::string note_on(const json::object& jwk) {
  const auto set = KeySet::parse(jwks({jwk}));
  if (!set) return "no set: " + set.error();
  EXPECT_EQ(set->keys.size() + set->notes.size(), 1U);
  return set->notes.empty() ? std::string() : set->notes.front();
}

json::object with(json::object jwk, std::string_view member, json::value value) {
  jwk[member] = std::move(value);
  return jwk;
}
json::object without(json::object jwk, std::string_view member) {
  jwk.erase(member);
  return jwk;
}

TEST(OAuthKeySet, KeysOfEveryKindAreTaken) {
  EXPECT_EQ(note_on(rsa_signer().jwk()), "");
  for (const auto* kind : {"P-256", "P-384", "P-521", "Ed25519"})
    EXPECT_EQ(note_on(Signer(kind).jwk()), "") << kind;
  const auto key = Signer("P-256").jwk();
  EXPECT_EQ(note_on(with(with(key, "use", "sig"), "alg", "ES256")), "");
  EXPECT_EQ(note_on(with(key, "key_ops", json::array{"verify"})), "");
  EXPECT_EQ(note_on(without(key, "kid")), "");
  EXPECT_EQ(note_on(with(key, "x5c", json::array{"ignored"})), "");
}

TEST(OAuthKeySet, WhatIsNotForSignaturesIsLeftOut) {
  const auto key = Signer("P-256").jwk();
  EXPECT_THAT(note_on(with(key, "use", "enc")), HasSubstr("use"));
  EXPECT_THAT(note_on(with(key, "use", 1)), HasSubstr("use"));
  EXPECT_THAT(note_on(with(key, "key_ops", json::array{"encrypt"})), HasSubstr("key_ops"));
  EXPECT_THAT(note_on(with(key, "key_ops", "verify")), HasSubstr("key_ops"));
  EXPECT_THAT(note_on(with(key, "alg", "ES384")), HasSubstr("alg"));
  EXPECT_THAT(note_on(with(key, "alg", "RS256")), HasSubstr("alg"));
  EXPECT_THAT(note_on(with(key, "alg", "none")), HasSubstr("alg"));
  EXPECT_THAT(note_on(with(rsa_signer().jwk(), "alg", "HS256")), HasSubstr("alg"));
  EXPECT_THAT(note_on(with(rsa_signer().jwk(), "alg", "RSA-OAEP")), HasSubstr("alg"));
}

TEST(OAuthKeySet, SecretsAreNoPublicKeys) {
  EXPECT_THAT(note_on(with(Signer("P-256").jwk(), "d", "AAAA")), HasSubstr("secret"));
  EXPECT_THAT(note_on({{"kty", "oct"}, {"k", "c2VjcmV0LXNlY3JldC1zZWNyZXQ"}, {"alg", "HS256"}}),
              HasSubstr("secret"));
  EXPECT_THAT(note_on({{"kty", "oct"}}), HasSubstr("kind"));
}

TEST(OAuthKeySet, WeakAndBrokenKeysAreLeftOut) {
  EXPECT_THAT(note_on(Signer("RSA", "weak", 1024).jwk()), HasSubstr("2048"));
  const auto rsa = rsa_signer().jwk();
  EXPECT_THAT(note_on(with(rsa, "n", json::value_from(base64url(std::string(2049, '\x7f'))))),
              HasSubstr("8192"));
  EXPECT_THAT(note_on(with(rsa, "e", "AQ")), HasSubstr("no RSA key"));
  EXPECT_THAT(note_on(with(rsa, "e", "BA")), HasSubstr("no RSA key"));
  EXPECT_THAT(note_on(with(rsa, "e", json::value_from(base64url(std::string(64, '\x7f'))))),
              HasSubstr("longer"));
  EXPECT_THAT(note_on(with(rsa, "n", json::value_from(base64url(std::string(256, '\x80'))))),
              HasSubstr("no RSA key"));
  EXPECT_THAT(note_on(with(rsa, "n", "not+base64url")), HasSubstr("base64url"));
  EXPECT_THAT(note_on(without(rsa, "n")), HasSubstr("missing"));
  const auto curve = Signer("P-256").jwk();
  EXPECT_THAT(note_on(with(curve, "crv", "P-384")), HasSubstr("long"));
  EXPECT_THAT(note_on(with(curve, "crv", "secp256k1")), HasSubstr("kind"));
  EXPECT_THAT(note_on(with(curve, "y", json::value_from(base64url(std::string(32, '\1'))))),
              HasSubstr("not on the curve"));
  EXPECT_THAT(note_on(with(curve, "x", json::value_from(base64url(std::string(31, '\1'))))),
              HasSubstr("long"));
  EXPECT_THAT(note_on(with(Signer("Ed25519").jwk(), "x", "AAAA")), HasSubstr("32 bytes"));
  EXPECT_THAT(note_on(with(Signer("Ed25519").jwk(), "crv", "Ed448")), HasSubstr("kind"));
  EXPECT_THAT(note_on(with(curve, "kid", 7)), HasSubstr("kid"));
}

TEST(OAuthKeySet, ABadMemberDoesNotTakeTheGoodOnesAlong) {
  const auto set = KeySet::parse(R"({"keys":[17,{},{"kty":"oct","kid":"x\u001b[2J"},)" +
                                 serialize(rsa_signer().jwk()) + R"(],"more":1})");
  ASSERT_TRUE(set) << set.error();
  EXPECT_EQ(set->keys.size(), 1U);
  ASSERT_EQ(set->notes.size(), 3U);
  EXPECT_THAT(set->notes[2], HasSubstr("x\\x1b[2J")) << "nothing for the terminal";
}

TEST(OAuthKeySet, WhatIsNoSetIsAnError) {
  for (const auto* text :
       {"", "{", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})", "null", "<html>"})
    EXPECT_FALSE(KeySet::parse(text)) << text;
  EXPECT_TRUE(KeySet::parse(R"({"keys":[]})"));
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 101; ++i) many += i == 0 ? "{}" : ",{}";
  EXPECT_FALSE(KeySet::parse(many + "]}"));
  EXPECT_FALSE(KeySet::parse(R"({"keys":[],"x":")" + std::string(KeySet::most_bytes, 'x') + "\"}"));
}

}  // namespace
}  // namespace mcpssh::testing
