// The methods of one log-in, in turn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "bench.hpp"
#include "fingerprint.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using Method = ssh::Credentials::Method;
using testing::HasSubstr;
using testing::Not;

class Methods : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    authority_directory_ = std::make_unique<TempDir>();
    authority_ = make_client_key(authority_directory_->path() / "authority");
    OpensshServer::Options options;
    options.password_user = true;
    options.config = {"TrustedUserCAKeys " + authority_.path.string() + ".pub"};
    server_ = std::make_unique<OpensshServer>(std::move(options));
  }
  static void TearDownTestSuite() {
    server_.reset();
    authority_directory_.reset();
  }

  static OpensshServer& server() { return *server_; }
  ssh::Target target(std::vector<Method> methods, std::vector<std::filesystem::path> keys = {}) {
    auto with = target_of(server(), directory_);
    with.user = server().password_user().name();
    with.credentials.methods = std::move(methods);
    with.credentials.key_files = std::move(keys);
    return with;
  }
  ClientKey stranger(const std::string& name = "stranger", const std::string& type = "ed25519") {
    return make_client_key(directory_.path() / name, type);
  }
  std::vector<std::filesystem::path> strangers(int count) {
    std::vector<std::filesystem::path> keys;
    for (int i = 0; i < count; ++i) keys.push_back(stranger("stranger" + std::to_string(i)).path);
    return keys;
  }
  /// Signs KEY.pub for the user of `target`; `validity` as ssh-keygen -V takes it.
  void certify(const ClientKey& key, const std::string& validity = "always:forever") {
    run_ok({"ssh-keygen", "-q", "-s", authority_.path.string(), "-I", "test", "-n",
            server().password_user().name(), "-V", validity, key.path.string() + ".pub"});
  }
  std::string method_of(const ssh::Target& with) {
    return loop_.run(Connection::open(with))->facts().auth_method;
  }
  base::Error error(ssh::Target with) { return error_of(loop_, Connection::open(std::move(with))); }

  TempDir directory_;
  Loop loop_;

 private:
  static inline std::unique_ptr<TempDir> authority_directory_;
  static inline ClientKey authority_;
  static inline std::unique_ptr<OpensshServer> server_;
};

TEST_F(Methods, EveryKeyOfTheListIsTriedInItsOrder) {
  EXPECT_EQ(method_of(target({Method::key}, {stranger().path, server().key().path})), "publickey (client)");
}

TEST_F(Methods, OfTheUsualKeysTheAbsentAndTheLockedOnesArePassedOver) {
  auto with = target({Method::key},
                     {directory_.path() / "id_absent", server().encrypted_key().path, server().key().path});
  with.credentials.usual_keys = true;
  EXPECT_EQ(method_of(with), "publickey (client)");

  with.credentials.key_files.pop_back();
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("is encrypted and no passphrase is set"));
}

TEST_F(Methods, ANamedKeyThatCannotBeUsedEndsTheLogInAtOnce) {
  auto with = target({Method::key, Method::password}, {directory_.path() / "absent"});
  with.credentials.password = base::Secret(server().password_user().password());
  EXPECT_EQ(error(with).code(), ErrorCode::not_found);
  with.credentials.key_files = {server().encrypted_key().path};
  with.credentials.passphrase = base::Secret("wrong");
  EXPECT_THAT(error(with).message(), HasSubstr("the passphrase of the key"));
}

TEST_F(Methods, ANamedKeyThatIsLockedMayBeInTheAgent) {
  TempDir elsewhere;
  const auto unlocked = elsewhere.path() / "unlocked";
  std::filesystem::copy_file(server().encrypted_key().path, unlocked);
  run_ok({"ssh-keygen", "-q", "-p", "-P", server().encrypted_key().passphrase, "-N", "", "-f",
          unlocked.string()});
  const Agent agent(elsewhere, {unlocked});
  auto with = target({Method::key, Method::agent}, {server().encrypted_key().path});
  with.credentials.agent_socket = agent.socket();
  EXPECT_EQ(method_of(with), "publickey (agent)");
}

TEST_F(Methods, FollowEachOther) {
  auto with = target({Method::gssapi, Method::key, Method::agent, Method::password}, {stranger().path});
  with.credentials.password = base::Secret(server().password_user().password());
  EXPECT_EQ(method_of(with), "password");
}

TEST_F(Methods, ThatAllFailAreAllTold) {
  auto with = target({Method::key, Method::agent, Method::password}, {stranger().path});
  with.credentials.password = base::Secret("hunter22");
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(),
              HasSubstr("tried publickey (stranger), password; it accepts publickey, password"));
  EXPECT_THAT(refused.message(),
              HasSubstr("not tried: publickey (agent): no SSH agent: SSH_AUTH_SOCK is not set"));
  EXPECT_THAT(refused.message(), Not(HasSubstr("hunter22")));
}

TEST_F(Methods, AKerberosLogInWithoutATicketSaysSo) {
  const auto refused = error(target({Method::gssapi}));
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("no Kerberos ticket"));
  EXPECT_THAT(refused.next_move(), HasSubstr("kinit"));
}

TEST_F(Methods, NothingAtAllIsAMethodToo) {
  EXPECT_THAT(error(target({Method::none})).message(),
              HasSubstr("tried none; it accepts publickey, password"));
}

TEST_F(Methods, OfAFullAgentOneKeyCanBeChosen) {
  auto keys = strangers(8);
  keys.push_back(server().key().path);
  const Agent agent(directory_, keys);
  auto with = target({Method::agent});
  with.credentials.agent_socket = agent.socket();
  with.credentials.agent_key = fingerprint_of(server().key().public_line);
  EXPECT_EQ(method_of(with), "publickey (agent)");

  with.credentials.agent_key = fingerprint_of(stranger().public_line);
  const auto missing = error(with);
  EXPECT_EQ(missing.code(), ErrorCode::auth_failed);
  EXPECT_THAT(missing.message(), HasSubstr("does not hold the key " + with.credentials.agent_key));
  EXPECT_THAT(missing.message(), HasSubstr("it holds 9 others"));
  EXPECT_THAT(missing.next_move(), HasSubstr("ssh-add"));
}

TEST_F(Methods, AFullAgentLeavesAttemptsToTheOthers) {
  const Agent agent(directory_, strangers(8));
  auto with = target({Method::agent, Method::key, Method::password}, {stranger().path});
  with.credentials.agent_socket = agent.socket();
  with.credentials.password = base::Secret(server().password_user().password());
  EXPECT_EQ(method_of(with), "password");
}

TEST_F(Methods, SixAttemptsAreTheMost) {
  const auto refused = error(target({Method::key}, strangers(8)));
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("publickey (stranger4), publickey (stranger5)"));
  EXPECT_THAT(refused.message(), Not(HasSubstr("publickey (stranger6)")));
}

TEST_F(Methods, ACertificateBesideItsKeyIsUsed) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    const auto key = stranger("certified-" + type, type);
    certify(key);
    EXPECT_EQ(method_of(target({Method::key}, {key.path})),
              "publickey (certified-" + type + ", certificate)");
  }
}

TEST_F(Methods, ACertificateCanStandElsewhere) {
  const auto key = stranger("certified"), other = stranger("other");
  certify(key);
  const auto moved = directory_.path() / "moved-cert.pub";
  std::filesystem::rename(key.path.string() + "-cert.pub", moved);
  auto with = target({Method::key}, {other.path, key.path});
  with.credentials.certificate = moved;
  EXPECT_EQ(method_of(with), "publickey (certified, certificate)");
}

TEST_F(Methods, AnExpiredCertificateDoesNotHideTheKey) {
  const auto key = stranger("expired");
  certify(key, "20200101:20200102");
  EXPECT_THAT(error(target({Method::key}, {key.path})).message(),
              HasSubstr("tried publickey (expired, certificate), publickey (expired)"));
  const auto authorized = server().directory().path() / "authorized_keys";
  base::replace_file(authorized, base::read_file(authorized, 65536) + key.public_line + "\n", 0644);
  EXPECT_EQ(method_of(target({Method::key}, {key.path})), "publickey (expired)");
}

TEST_F(Methods, ACertificateOfAnotherKeyIsAnError) {
  const auto key = stranger("mine"), other = stranger("other");
  certify(other);
  std::filesystem::rename(other.path.string() + "-cert.pub", key.path.string() + "-cert.pub");
  EXPECT_THAT(error(target({Method::key}, {key.path})).message(), HasSubstr("is for another key than"));
  directory_.write("mine-cert.pub", "nonsense\n");
  EXPECT_THAT(error(target({Method::key}, {key.path})).message(), HasSubstr("is not a certificate"));
}

TEST_F(Methods, ACertificateOfTheAgentIsUsed) {
  const auto key = stranger("certified");
  certify(key);
  const Agent agent(directory_, {key.path});
  auto with = target({Method::agent});
  with.credentials.agent_socket = agent.socket();
  with.credentials.agent_key = fingerprint_of(key.public_line);
  EXPECT_EQ(method_of(with), "publickey (agent)");
}

TEST(TwoFactors, AreUsedInTheHostsOrderWhateverOursIs) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = {"AuthenticationMethods publickey,password"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.user = server.password_user().name();
  target.credentials.methods = {Method::password, Method::key};
  target.credentials.password = base::Secret(server.password_user().password());
  EXPECT_EQ(loop.run(Connection::open(target))->facts().auth_method, "publickey (client), password");
  target.credentials.password = base::Secret("wrong");
  EXPECT_THAT(error_of(loop, Connection::open(target)).message(),
              HasSubstr("it took publickey (client) and wants more"));
}

TEST(TwoFactors, CanBeTwoKeys) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = {"AuthenticationMethods publickey,publickey"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.credentials.key_files = {server.key().path, server.encrypted_key().path};
  target.credentials.passphrase = base::Secret(server.encrypted_key().passphrase);
  EXPECT_EQ(loop.run(Connection::open(target))->facts().auth_method,
            "publickey (client), publickey (client-encrypted)");
}

}  // namespace
}  // namespace mcpssh::test
