#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include "inventory.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::environment;
using testing::good;
using ::testing::HasSubstr;

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

class SecretFile : public ::testing::Test {
 protected:
  [[nodiscard]] auto attempt() const {
    SecretRef ref;
    ref.name = file.string();
    ref.place = Place{"hosts.yaml", 7};
    ref.purpose = "password of host web1";
    ref.source = SecretRef::Source::file;
    return resolve(ref, environment());
  }
  void put(std::string_view text, unsigned mode = 0600) const {
    testing::write(file, text);
    testing::set_mode(file, mode);
  }

  testing::TemporaryDirectory directory;
  std::filesystem::path file = directory / "secret";
};

TEST_F(SecretFile, ItsFirstLineIsTheSecret) {
  put("hunter2\nsecond line\n");
  EXPECT_EQ(attempt().value().reveal(), "hunter2");
  put(" with blanks ");
  EXPECT_EQ(attempt().value().reveal(), " with blanks ");
  put("windows\r\n", 0400);
  EXPECT_EQ(attempt().value().reveal(), "windows");
}

TEST_F(SecretFile, OneThatOthersCanReadIsRefusedNamingTheBit) {
  put("hunter2", 0640);
  EXPECT_EQ(attempt().error().code(), base::ErrorCode::permission_denied);
  EXPECT_EQ(attempt().error().message(), "file " + file.string() +
                                             " is open to its group (mode 0640) (password of host web1, "
                                             "hosts.yaml:7). Next: run chmod 600 '" +
                                             file.string() + "'");
  put("hunter2", 0604);
  EXPECT_THAT(attempt().error().message(), HasSubstr("is open to everyone (mode 0604)"));
  if (::geteuid() != 0) return;  // only root can give a file away
  put("hunter2");
  ASSERT_EQ(::chown(file.c_str(), 4711, 4711), 0);
  EXPECT_THAT(attempt().error().message(), HasSubstr("belongs to uid 4711, who could change it"));
}

TEST_F(SecretFile, WhatHoldsNoSecretSaysSo) {
  EXPECT_EQ(attempt().error().code(), base::ErrorCode::not_found);
  put("\nhunter2");
  EXPECT_THAT(attempt().error().message(), HasSubstr("has an empty first line"));
  put(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(attempt().error().code(), base::ErrorCode::limit_reached);
  file = directory.path();
  EXPECT_THAT(attempt().error().message(), HasSubstr("is not a regular file"));
}

TEST_F(SecretFile, ASystemdCredentialIsAFileInItsDirectory) {
  put("hunter2\n", 0440);  // as systemd's access list shows
  SecretRef ref;
  ref.name = "secret";
  ref.source = SecretRef::Source::credential;
  const auto found = resolve(ref, environment({{"CREDENTIALS_DIRECTORY", directory.path().string()}}));
  EXPECT_EQ(found.value().reveal(), "hunter2");
  EXPECT_THAT(resolve(ref, environment()).error().message(), HasSubstr("CREDENTIALS_DIRECTORY is not set"));
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
