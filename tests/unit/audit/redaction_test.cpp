#include "audit/redactor.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

std::string base64(const std::string& text) {
  return base::to_base64({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

Redactor knowing(const std::vector<std::string>& values) {
  std::vector<base::Secret> secrets;
  for (const auto& value : values) secrets.emplace_back(value);
  Redactor redactor;
  redactor.add(secrets);
  return redactor;
}

TEST(Redaction, TakesOutAValueInEverySpellingACommandCanCarry) {
  const std::string secret = "pa ss'w\"/rd+\xc3\xa9!";
  const auto redactor = knowing({secret});
  EXPECT_EQ(redactor.clean("echo " + secret + " | x"), "echo [redacted] | x");
  EXPECT_EQ(redactor.clean("echo " + base::shell_quote(secret)), "echo '[redacted]'");
  EXPECT_EQ(redactor.clean("q=pa%20ss%27w%22%2Frd%2B%C3%A9%21&b"), "q=[redacted]&b");
  EXPECT_EQ(redactor.clean("q=pa+ss%27w%22%2frd%2b%c3%a9%21&b"), "q=[redacted]&b");
  EXPECT_EQ(redactor.clean("h " + base64(secret)), "h [redacted]");
}

TEST(Redaction, FindsAValueInsideBase64AtEveryAlignment) {
  const std::string secret = "correct-horse";
  const auto redactor = knowing({secret});
  for (const std::string before : {"", "u", "us", "use", "admin:"}) {
    const std::string encoded = base64(before + secret + ":tail");
    const std::string clean = redactor.clean("x " + encoded);
    EXPECT_TRUE(clean.contains("[redacted]")) << before;
    EXPECT_LT(clean.size(), encoded.size() + 2) << before;
  }
}

TEST(Redaction, AShortValueCountsOnlyAsAWholeField) {
  const auto redactor = knowing({"abc"});
  EXPECT_EQ(redactor.clean("abc"), "[redacted]");
  EXPECT_EQ(redactor.clean("xabcx"), "xabcx");
}

TEST(Redaction, OverlappingValuesLeaveOneMarkAndNothingOfEither) {
  const auto redactor = knowing({"hunter22", "hunt", "er22-x", "redacted"});
  EXPECT_EQ(redactor.clean("a hunter22-x b"), "a [redacted] b");
}

TEST(Redaction, KnowsSecretsByTheirShape) {
  const Redactor redactor;
  EXPECT_EQ(redactor.clean("curl -H 'Authorization: Bearer abc.def' x"),
            "curl -H 'Authorization: Bearer [redacted]' x");
  EXPECT_EQ(redactor.clean("git clone https://me:tok@h/x"), "git clone https://me:[redacted]@h/x");
  EXPECT_EQ(redactor.clean("mysql --password=abc db"), "mysql --password=[redacted] db");
  EXPECT_EQ(redactor.clean("{\"password\": \"a b\"}"), "{\"password\": \"[redacted]\"}");
  EXPECT_EQ(redactor.clean("-----BEGIN RSA PRIVATE KEY-----\nAAA\n-----END RSA PRIVATE KEY-----"),
            "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----");
}

TEST(Redaction, LeavesReferencesAndMessagesAlone) {
  const Redactor redactor;
  for (const std::string text :
       {"mysql --password=$PW db", "su: password: authentication failure", "cat token", "ls /etc/passwd",
        "https://h/x?a=b@c", "-----BEGIN CERTIFICATE-----\nAAA"})
    EXPECT_EQ(redactor.clean(text), text);
}

TEST(Redaction, NoFieldOfARecordReachesTheFileWithTheValue) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  const std::string secret = "s3cr3t\"\\\n\xff";
  std::vector<base::Secret> secrets;
  secrets.emplace_back(secret);
  journal->redact(std::move(secrets));
  Record made;
  made.principal.name = made.principal.client = secret;
  for (auto* field : {&made.call, &made.host, &made.tool, &made.command, &made.decision, &made.session,
                      &made.digest, &made.approved_by, &made.reason, &made.state, &made.detail})
    *field = "x" + secret + "y";
  made.rules = {secret};
  loop.append(*journal, made);
  const std::string bytes = read(path);
  EXPECT_FALSE(bytes.contains("s3cr3t"));
  EXPECT_FALSE(bytes.contains(base64(secret).substr(0, 8)));
  EXPECT_EQ(base::find_string(base::parse_json(lines_of(path).back())->as_object(), "command"),
            "x[redacted]y");
  EXPECT_TRUE(verified(path).problems.empty());
}

}  // namespace
}  // namespace mcpssh::audit::test
