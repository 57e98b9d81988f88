// Signed tokens: every algorithm that is taken, and everything that must not pass for a signature.
#include <openssl/hmac.h>

#include <array>

#include "oauth_signer.hpp"
#include "transport/oauth/jws.hpp"
#include "transport/oauth/key_set.hpp"

namespace mcpssh::testing {
namespace {

using oauth::Jws;
using oauth::KeySet;

KeySet set_of(const std::vector<json::object>& keys) {
  auto set = KeySet::parse(jwks(keys));
  EXPECT_TRUE(set.has_value());
  return std::move(*set);
}

/// Whether the token is proved by these keys, the way the resource server does it.
bool proved(const KeySet& keys, const std::string& token) {
  const auto jws = Jws::parse(token);
  if (!jws) return false;
  const auto* key = keys.find(*jws->algorithm, jws->kid);
  return key != nullptr && key->verify(*jws->algorithm, jws->signed_text, jws->signature);
}

const json::object some_claims{{"sub", "alice"}};

TEST(OAuthJws, EveryAlgorithmIsCheckedAndOneFlippedBitIsSeen) {
  const std::array<std::pair<const char*, const char*>, 10> table{{{"RS256", "RSA"},
                                                                   {"RS384", "RSA"},
                                                                   {"RS512", "RSA"},
                                                                   {"PS256", "RSA"},
                                                                   {"PS384", "RSA"},
                                                                   {"PS512", "RSA"},
                                                                   {"ES256", "P-256"},
                                                                   {"ES384", "P-384"},
                                                                   {"ES512", "P-521"},
                                                                   {"EdDSA", "Ed25519"}}};
  for (const auto& [algorithm, kind] : table) {
    const auto signer = std::string(kind) == "RSA" ? rsa_signer() : Signer(kind);
    const auto keys = set_of({signer.jwk()});
    const auto token = signer.token(some_claims, algorithm);
    EXPECT_TRUE(proved(keys, token)) << algorithm;
    for (const std::size_t from_end : {3UL, 20UL, 60UL}) {
      auto bent = token;
      auto& c = bent[bent.size() - from_end];
      c = c == 'A' ? 'B' : 'A';
      EXPECT_FALSE(proved(keys, bent)) << algorithm << " " << from_end;
    }
    auto other = token;
    const auto dot = other.find('.');
    other.replace(dot + 1, other.rfind('.') - dot - 1, base64url(R"({"sub":"mallory"})"));
    EXPECT_FALSE(proved(keys, other)) << algorithm;
  }
}

// RFC 7515, appendices A.2 and A.3, and RFC 8037, appendix A.4: tokens that others made.
TEST(OAuthJws, TheExamplesOfTheRfcsAreProved) {
  const std::string claims =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const json::object rsa{
      {"kty", "RSA"},
      {"e", "AQAB"},
      {"n",
       "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-"
       "yRT-"
       "SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-"
       "KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
       "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}};
  EXPECT_TRUE(proved(
      set_of({rsa}),
      "eyJhbGciOiJSUzI1NiJ9." + claims +
          ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGb"
          "ds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
          "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
          "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
          "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9F"
          "s98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
  const json::object elliptic{{"kty", "EC"},
                              {"crv", "P-256"},
                              {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                              {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}};
  EXPECT_TRUE(
      proved(set_of({elliptic}),
             "eyJhbGciOiJFUzI1NiJ9." + claims +
                 ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
  const json::object edwards{
      {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}};
  EXPECT_TRUE(
      proved(set_of({edwards}),
             "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
             "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
}

struct Hostile : ::testing::Test {
  Signer signer{"P-256"};
  Signer other{"P-256", "key-2"};
  KeySet keys = set_of({signer.jwk(), other.jwk(), rsa_signer().jwk()});

  [[nodiscard]] std::string with_header(std::string_view header) const {
    return signer.token_of(header, serialize(some_claims), "ES256");
  }
};

TEST_F(Hostile, NoSignatureIsNoToken) {
  EXPECT_TRUE(proved(keys, with_header(R"({"alg":"ES256","kid":"key-1"})")));
  const auto body = "." + base64url(serialize(some_claims)) + ".";
  for (const auto* none : {"none", "None", "NONE", "nOnE", ""}) {
    const auto header = base64url(R"({"kid":"key-1","alg":")" + std::string(none) + "\"}");
    EXPECT_FALSE(proved(keys, header + body)) << none;
    EXPECT_FALSE(proved(keys, header + body + "AAAA")) << none;
    EXPECT_FALSE(proved(keys, with_header(R"({"kid":"key-1","alg":")" + std::string(none) + "\"}"))) << none;
  }
  EXPECT_FALSE(proved(keys, base64url(R"({"alg":"ES256","kid":"key-1"})") + body));
  EXPECT_FALSE(proved(keys, base64url(R"({"alg":"ES256","kid":"key-1"})") + body + std::string(86, 'A')))
      << "r and s are zero";
}

TEST_F(Hostile, APublicKeyIsNoSharedSecret) {
  for (const auto& secret : {rsa_signer().pem(), serialize(rsa_signer().jwk()), std::string()}) {
    const auto text = base64url(R"({"alg":"HS256","kid":"rsa-1"})") + "." + base64url(serialize(some_claims));
    std::array<unsigned char, 32> mac{};
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
    EXPECT_FALSE(
        proved(keys, text + "." + base64url({reinterpret_cast<const char*>(mac.data()), mac.size()})));
  }
}

TEST_F(Hostile, AKeyIsUsedOnlyWithItsOwnKindOfAlgorithm) {
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"RS256","kid":"key-1"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES384","kid":"key-1"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"EdDSA","kid":"key-1"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":"rsa-1"})")));
  // An RSA key that is bound to one algorithm is not good for another one of RSA.
  auto bound = rsa_signer().jwk();
  bound["alg"] = "PS256";
  const auto only_pss = set_of({bound});
  EXPECT_TRUE(proved(only_pss, rsa_signer().token(some_claims, "PS256")));
  EXPECT_FALSE(proved(only_pss, rsa_signer().token(some_claims, "RS256")));
  EXPECT_FALSE(proved(only_pss, rsa_signer().token(some_claims, "PS512")));
}

TEST_F(Hostile, AnotherKeyOfTheSameSetDoesNotProveIt) {
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":"key-2"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":"key-3"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":"../key-1"})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":1})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":null})")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256","kid":")" + std::string(300, 'k') + "\"}")));
  EXPECT_FALSE(proved(keys, with_header(R"({"alg":"ES256"})"))) << "two keys would fit";
  EXPECT_TRUE(proved(set_of({signer.jwk(), rsa_signer().jwk()}), with_header(R"({"alg":"ES256"})")));
  auto twin = other.jwk();
  twin["kid"] = "key-1";
  EXPECT_FALSE(proved(set_of({signer.jwk(), twin}), with_header(R"({"alg":"ES256","kid":"key-1"})")));
}

TEST_F(Hostile, ATokenDoesNotBringItsOwnKeyOrRulesAlong) {
  const auto own = serialize(signer.jwk());
  for (const auto& extra :
       {R"("jwk":)" + own, std::string(R"("jku":"https://evil.test/keys")"),
        std::string(R"("x5u":"https://evil.test/chain")"), std::string(R"("x5c":["MIIB"])"),
        std::string(R"("crit":["exp"],"exp":1)"), std::string(R"("crit":[])"),
        std::string(R"("b64":false,"crit":["b64"])"), std::string(R"("b64":true)"),
        std::string(R"("zip":"DEF")"), std::string(R"("enc":"A256GCM")"), std::string(R"("typ":"dpop+jwt")"),
        std::string(R"("typ":"secevent+jwt")"), std::string(R"("typ":7)"), std::string(R"("typ":null)"),
        std::string(R"("alg":"ES256")")}) {
    const auto token = with_header(R"({"alg":"ES256","kid":"key-1",)" + extra + "}");
    EXPECT_FALSE(Jws::parse(token)) << extra;
  }
  for (const auto* type : {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
    EXPECT_TRUE(
        proved(keys, with_header(R"({"alg":"ES256","kid":"key-1","typ":")" + std::string(type) + "\"}")))
        << type;
}

TEST_F(Hostile, OneTokenHasOneSpelling) {
  const auto token = with_header(R"({"alg":"ES256","kid":"key-1"})");
  const auto dot = token.rfind('.');
  ASSERT_TRUE(proved(keys, token));
  for (const auto& other_spelling :
       {token + "=", token + "==", token + "\n", " " + token, token + ".", "." + token, token + "A",
        token.substr(0, dot + 10) + " " + token.substr(dot + 10), token.substr(0, dot),
        token.substr(0, dot + 1), token.substr(0, token.size() - 1), token.substr(0, token.size() - 4),
        token + ".AAAA.AAAA", std::string(token).replace(token.find('.'), 1, ".."), std::string(),
        std::string("."), std::string("..")})
    EXPECT_FALSE(proved(keys, other_spelling)) << other_spelling;
  // 64 bytes leave four bits of the last character unused: only zeros are the one spelling.
  auto stray = token;
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  stray.back() = alphabet[alphabet.find(stray.back()) + 1];
  EXPECT_FALSE(proved(keys, stray));
  auto standard =
      signer.token_of(R"({"alg":"ES256","kid":"key-1","typ":"JWT"})", R"({"sub":"???>>>"})", "ES256");
  ASSERT_TRUE(proved(keys, standard));
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  EXPECT_FALSE(proved(keys, standard));
}

TEST_F(Hostile, AHeaderThatIsNoObjectOrTooMuchIsRefused) {
  for (const auto* header : {"", "[]", "null", "\"ES256\"", "{", R"({"alg":["ES256"]})", R"({"alg":null})",
                             "{}", R"({"alg":"ES256","kid":"key-1"}x)", "\xff"})
    EXPECT_FALSE(Jws::parse(with_header(header))) << header;
  const std::string deep(5000, '[');
  EXPECT_FALSE(Jws::parse(with_header(R"({"alg":"ES256","x":)" + deep)));
  const auto huge = signer.token_of(R"({"alg":"ES256","kid":"key-1"})",
                                    R"({"sub":")" + std::string(Jws::most_bytes, 'a') + "\"}", "ES256");
  EXPECT_FALSE(Jws::parse(huge));
}

TEST_F(Hostile, DerIsNotHowJoseWritesASignature) {
  const auto text = base64url(R"({"alg":"ES256","kid":"key-1"})") + "." + base64url("{}");
  EXPECT_TRUE(proved(keys, text + "." + base64url(signer.sign("ES256", text))));
  const std::string der = "\x30\x06\x02\x01\x01\x02\x01\x01";
  EXPECT_FALSE(proved(keys, text + "." + base64url(der)));
  const std::string ones = std::string(31, '\0') + "\1" + std::string(31, '\0') + "\1";
  EXPECT_FALSE(proved(keys, text + "." + base64url(ones)));
  EXPECT_FALSE(proved(keys, text + "." + base64url(std::string(64, '\xff'))));
}

}  // namespace
}  // namespace mcpssh::testing
