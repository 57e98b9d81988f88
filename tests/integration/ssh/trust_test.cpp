// Whose key it is: pins, certificate authorities, old and weak cryptography.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libssh/libssh.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "bench.hpp"
#include "fingerprint.hpp"
#include "ssh/trust/algorithms.hpp"
#include "support/hostile_server.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Trust : public testing::Test {
 protected:
  base::Error error(ssh::Target with) { return error_of(loop_, Connection::open(std::move(with))); }
  TempDir directory_;
  Loop loop_;
};

TEST_F(Trust, APinIsEnoughAndNothingElseCounts) {
  OpensshServer::Options options;
  options.host_key_types = {"ed25519", "rsa"};
  OpensshServer server(std::move(options));
  auto target = target_of(server, directory_);
  const auto recorded = target.known_hosts;
  target.known_hosts = directory_.path() / "none";
  target.pins = {fingerprint_of(server.host_keys()[0])};
  EXPECT_EQ(loop_.run(Connection::open(target))->facts().host_key_type, "ssh-ed25519");
  // A pin that names the type has that type negotiated.
  target.pins = {server.host_keys()[1]};
  EXPECT_EQ(loop_.run(Connection::open(target))->facts().host_key_type, "ssh-rsa");
  EXPECT_FALSE(std::filesystem::exists(target.known_hosts));

  target.known_hosts = recorded;
  target.pins = {"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
  const auto refused = error(target);
  EXPECT_EQ(refused.code(), ErrorCode::host_key_changed);
  EXPECT_THAT(refused.message(),
              AllOf(HasSubstr("expected SHA256:AAAA"),
                    HasSubstr("got ssh-ed25519 " + fingerprint_of(server.host_keys()[0]))));
}

TEST_F(Trust, AHostBehindACertificateAuthorityIsNeverTakenOnItsPlainKey) {
  const auto authority = make_client_key(directory_.path() / "authority");
  OpensshServer server;
  const auto host_key = server.directory().path() / "host-ed25519.pub";
  run_ok({"ssh-keygen", "-q", "-s", authority.path.string(), "-I", "web1", "-h", "-n", "127.0.0.1",
          host_key.string()});
  auto target = target_of(server, directory_);
  target.known_hosts =
      directory_.write("authorities", "@cert-authority [127.0.0.1]:" + std::to_string(server.port()) + " " +
                                          authority.public_line + "\n");
  for (const auto checking : {ssh::HostKeyChecking::strict, ssh::HostKeyChecking::accept_new}) {
    target.host_key_checking = checking;
    const auto refused = error(target);
    EXPECT_EQ(refused.code(), ErrorCode::host_key_unknown);
    EXPECT_THAT(refused.message(), HasSubstr("only through a certificate authority"));
    EXPECT_THAT(refused.next_move(), HasSubstr("mcp-ssh hosts trust web1"));
  }
}

TEST_F(Trust, TheSystemsFilesCountToo) {
  OpensshServer server;
  auto target = target_of(server, directory_);
  const auto users = target.known_hosts;
  const auto absent = directory_.path() / "absent";
  target.known_hosts = absent;
  target.other_known_hosts = {directory_.path() / "absent2", users};
  EXPECT_EQ(loop_.run(Connection::open(target))->facts().fingerprint, fingerprint_of(server.host_keys()[0]));

  const auto revoking = directory_.write("system", "@revoked * " + server.host_keys()[0] + "\n");
  target.known_hosts = users;
  target.other_known_hosts = {revoking};
  for (const auto checking : {ssh::HostKeyChecking::strict, ssh::HostKeyChecking::accept_new}) {
    target.host_key_checking = checking;
    const auto refused = error(target);
    EXPECT_EQ(refused.code(), ErrorCode::host_key_changed);
    EXPECT_THAT(refused.message(), HasSubstr("is revoked in " + revoking.string()));
  }
  // A first contact is none when the system knows another key.
  const auto other = make_client_key(directory_.path() / "other");
  target.known_hosts = absent;
  target.other_known_hosts = {directory_.write(
      "system2", "[127.0.0.1]:" + std::to_string(server.port()) + " " + other.public_line + "\n")};
  EXPECT_EQ(error(target).code(), ErrorCode::host_key_changed);
  EXPECT_FALSE(std::filesystem::exists(absent));
}

/// What counts is what stands there when the key is judged, not when the connection was begun.
TEST_F(Trust, AKeyTrustedOrRevokedDuringTheKeyExchangeCounts) {
  std::string becomes;
  const auto file = directory_.path() / "known_hosts";
  HostileServer server([&](SshWire& wire) {
    wire.exchange_versions();  // the client has looked once
    base::replace_file(file, becomes);
    wire.exchange_keys();
    wire.await(ssh_service_request);
  });
  ssh::Target target;
  target.name = "web1";
  target.address = "127.0.0.1";
  target.port = server.port();
  target.user = "root";
  target.known_hosts = file;

  base::replace_file(file, "");
  becomes = server.known_hosts();
  EXPECT_NE(error(target).code(), ErrorCode::host_key_unknown);

  base::replace_file(file, server.known_hosts());
  becomes = "@revoked " + server.known_hosts();
  const auto refused = error(target);
  EXPECT_EQ(refused.code(), ErrorCode::host_key_changed);
  EXPECT_THAT(refused.message(), HasSubstr("is revoked in"));
}

/// Why @cert-authority lines cannot be honoured. When this fails, they can.
TEST_F(Trust, LibsshCannotNegotiateHostCertificates) {
  const auto authority = make_client_key(directory_.path() / "authority");
  TempDir keys;
  const auto host = make_client_key(keys.path() / "host");
  run_ok({"ssh-keygen", "-q", "-s", authority.path.string(), "-I", "web1", "-h", "-n", "127.0.0.1",
          host.path.string() + ".pub"});
  OpensshServer::Options options;
  options.config = {"HostKey " + host.path.string(), "HostCertificate " + host.path.string() + "-cert.pub"};
  OpensshServer server(std::move(options));
  const ssh_session session = ssh_new();
  const unsigned port = server.port();
  const int no = 0;
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519-cert-v01@openssh.com");
  EXPECT_NE(ssh_connect(session), SSH_OK);
  ssh_free(session);
}

/// OpenSSH that speaks nothing newer than a switch of 2008.
OpensshServer::Options old_switch() {
  OpensshServer::Options options;
  options.host_key_types = {"rsa"};
  options.config = {"KexAlgorithms diffie-hellman-group1-sha1", "HostKeyAlgorithms ssh-rsa",
                    "PubkeyAcceptedAlgorithms ssh-rsa", "Ciphers aes128-cbc,3des-cbc", "MACs hmac-sha1"};
  return options;
}

ssh::Target old_target(const OpensshServer& server, const TempDir& directory) {
  auto target = target_of(server, directory);
  const auto key = make_client_key(directory.path() / "old", "rsa");
  const auto authorized = server.directory().path() / "authorized_keys";
  base::replace_file(authorized, base::read_file(authorized, 65536) + key.public_line + "\n", 0644);
  target.credentials.key_files = {key.path};
  return target;
}

TEST_F(Trust, AnOldSwitchIsRefusedWithWhatItOffersAndWhatWouldAllowIt) {
  OpensshServer server(old_switch());
  const auto refused = error(target_of(server, directory_));
  EXPECT_EQ(refused.code(), ErrorCode::handshake_failed);
  EXPECT_THAT(refused.message(),
              HasSubstr("no key exchange algorithm in common: the host offers diffie-hellman-group1-sha1"));
  EXPECT_THAT(refused.next_move(),
              HasSubstr("`algorithms: legacy` for this host would allow diffie-hellman-group1-sha1"));
}

TEST_F(Trust, AnOldSwitchIsReachedWithLegacyAlgorithmsAndTheyAreNamed) {
  OpensshServer server(old_switch());
  auto target = old_target(server, directory_);
  target.algorithms.legacy = true;
  const auto connection = loop_.run(Connection::open(target));
  const auto& facts = connection->facts();
  EXPECT_EQ(facts.key_exchange, "diffie-hellman-group1-sha1");
  EXPECT_EQ(facts.cipher, "aes128-cbc");
  EXPECT_EQ(facts.mac, "hmac-sha1");
  EXPECT_THAT(facts.weak_algorithms,
              testing::ElementsAre("diffie-hellman-group1-sha1", "ssh-rsa", "aes128-cbc", "hmac-sha1"));
  EXPECT_EQ(loop_.run(exec(connection, "echo in")).out, "in\n");
}

TEST_F(Trust, AnOldSwitchIsReachedWithExactlyTheAlgorithmsNamed) {
  OpensshServer server(old_switch());
  auto target = old_target(server, directory_);
  target.algorithms.key_exchange = {"diffie-hellman-group1-sha1"};
  target.algorithms.host_keys = {"ssh-rsa"};
  target.algorithms.ciphers = {"3des-cbc"};
  EXPECT_THAT(error(target).message(), HasSubstr("no MAC algorithm in common: the host offers hmac-sha1"));
  target.algorithms.macs = {"hmac-sha1"};
  EXPECT_THAT(error(target).message(), HasSubstr("tried publickey (old)"));
  target.algorithms.user_keys = {"ssh-rsa"};
  EXPECT_EQ(loop_.run(Connection::open(target))->facts().cipher, "3des-cbc");
  target.algorithms.macs = {"hmac-md5"};
  EXPECT_EQ(error(target).code(), ErrorCode::invalid_config);
}

TEST_F(Trust, WhereBothSidesKnowBetterLegacyChangesNothing) {
  OpensshServer server;
  auto target = target_of(server, directory_);
  target.algorithms.legacy = true;
  const auto facts = loop_.run(Connection::open(target))->facts();
  EXPECT_EQ(facts.key_exchange, "curve25519-sha256");
  EXPECT_EQ(facts.cipher, "aes256-gcm@openssh.com");
  EXPECT_THAT(facts.weak_algorithms, IsEmpty());
}

TEST_F(Trust, AShortRsaHostKeyIsRefusedUnlessTheHostIsLegacy) {
  const auto key = directory_.path() / "short";
  run_ok({"ssh-keygen", "-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", key.string()});
  const auto line = base::read_file(key.string() + ".pub", 4096);
  OpensshServer::Options options;
  options.host_key_types = {};
  options.config = {"HostKey " + key.string()};
  OpensshServer server(std::move(options));
  auto target = target_of(server, directory_);
  target.known_hosts =
      directory_.write("short_hosts", "[127.0.0.1]:" + std::to_string(server.port()) + " " + line);
  const auto refused = error(target);
  EXPECT_EQ(refused.code(), ErrorCode::handshake_failed);
  EXPECT_THAT(refused.message(), HasSubstr("has only 1024 bits"));
  EXPECT_THAT(refused.next_move(), HasSubstr("algorithms: legacy"));
  target.algorithms.legacy = true;
  EXPECT_EQ(loop_.run(Connection::open(target))->facts().host_key_type, "ssh-rsa");
}

/// CVE-2023-48795. The server's own word for it.
TEST_F(Trust, TheKeyExchangeIsStrictAgainstTerrapin) {
  OpensshServer::Options options;
  options.config = {"LogLevel DEBUG3"};
  OpensshServer server(std::move(options));
  loop_.run(Connection::open(target_of(server, directory_)));
  EXPECT_THAT(server.log(), HasSubstr("kex-strict-c-v00@openssh.com"));
  EXPECT_THAT(server.log(), HasSubstr("will use strict KEX ordering"));
}

}  // namespace
}  // namespace mcpssh::test
