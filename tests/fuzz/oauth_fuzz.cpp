// What a stranger may send as an access token, and an authorization server as its keys.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "transport/oauth/claims.hpp"
#include "transport/oauth/jws.hpp"
#include "transport/oauth/key_set.hpp"

namespace {

namespace oauth = mcpssh::transport::oauth;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Public, so nothing the fuzzer invents is signed by it.
constexpr std::string_view keys = R"({"keys":[
  {"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
   "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"OKP","crv":"Ed25519","kid":"b","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

void check_token(std::string_view text) {
  const auto jws = oauth::Jws::parse(text);
  if (!jws) return;
  require(jws->algorithm != nullptr && text.starts_with(jws->signed_text) && !jws->signature.empty());
  static const auto set = oauth::KeySet::parse(keys).value();
  const auto* key = set.find(*jws->algorithm, jws->kid);
  // The private halves stand in RFC 7515 and RFC 8037, so either answer may be right.
  if (key != nullptr) static_cast<void>(key->verify(*jws->algorithm, jws->signed_text, jws->signature));
}

void check_claims(std::string_view text) {
  oauth::Expectations expected;
  expected.issuer = "i";
  expected.audiences = {"a"};
  const mcpssh::base::WallTime now{std::chrono::seconds(1'800'000'000)};
  const auto claims = oauth::read_claims(text, expected, now);
  if (!claims) return;
  require(!claims->subject.empty() && claims->expires + expected.clock_skew > now);
  const auto name = oauth::principal_name(claims->subject);
  require(name.size() < 110 && name.find_first_of(" \n\x1b\"\\") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_token(text);
  check_claims(text);
  if (const auto set = oauth::KeySet::parse(text)) require(set->keys.size() <= oauth::KeySet::most_keys);
  return 0;
}
