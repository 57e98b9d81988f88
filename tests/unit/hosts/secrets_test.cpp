#include <gmock/gmock.h>

#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::environment;
using testing::good;

const char* const two_hosts =
    "hosts:\n"
    "  web1:\n    host: a\n    user: u\n    auth:\n      method: password\n      password_env: "
    "WEB1_PASSWORD\n"
    "  web2: {host: b, user: u, auth: {method: key, key_path: k, passphrase_env: WEB2_PASSPHRASE}}\n"
    "  web3: {host: b, user: u, auth: {method: password, password_env: WEB1_PASSWORD}}\n";

TEST(Secrets, AReferenceResolvesToTheVariablesValue) {
  const Snapshot snapshot = good(two_hosts);
  const auto secret =
      resolve(*snapshot.find("web1")->auth.password, environment({{"WEB1_PASSWORD", " hunter2 "}}));
  EXPECT_EQ(secret.value().reveal(), " hunter2 ");
}

TEST(Secrets, AMissingVariableNamesItselfAndWhoAskedForIt) {
  const Snapshot snapshot = good(two_hosts);
  const auto missing = resolve(*snapshot.find("web1")->auth.password, environment());
  EXPECT_EQ(missing.error().code(), base::ErrorCode::invalid_config);
  EXPECT_EQ(missing.error().message(),
            "environment variable WEB1_PASSWORD is not set (password of host web1, hosts.yaml:7). Next: set "
            "WEB1_PASSWORD where the server is started (for an MCP client: `env` of its server entry)");
  const auto empty = resolve(*snapshot.find("web2")->auth.passphrase, environment({{"WEB2_PASSPHRASE", ""}}));
  EXPECT_EQ(empty.error().cause(),
            "environment variable WEB2_PASSPHRASE is empty (passphrase of host web2, hosts.yaml:8)");
}

TEST(Secrets, AllSecretsAreThoseThatAreSetOnceEach) {
  const Snapshot snapshot = good(two_hosts);
  EXPECT_EQ(all_secrets(snapshot, environment()).size(), 0u);
  const auto secrets = all_secrets(
      snapshot, environment({{"WEB1_PASSWORD", "one"}, {"WEB2_PASSPHRASE", "two"}, {"OTHER", "three"}}));
  ASSERT_EQ(secrets.size(), 2u);
  EXPECT_EQ(secrets[0].reveal(), "one");
  EXPECT_EQ(secrets[1].reveal(), "two");
}

TEST(Secrets, TheProcessEnvironmentIsReadLate) {
  const Environment process = process_environment();
  ASSERT_EQ(::setenv("MCPSSH_UNIT_TEST", "1", 1), 0);
  EXPECT_EQ(process("MCPSSH_UNIT_TEST"), "1");
  ASSERT_EQ(::unsetenv("MCPSSH_UNIT_TEST"), 0);
  EXPECT_EQ(process("MCPSSH_UNIT_TEST"), std::nullopt);
}

}  // namespace
}  // namespace mcpssh::hosts
