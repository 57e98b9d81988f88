// Who is let in, who is not, and what is said about it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "agent.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "fingerprint.hpp"
#include "served.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace {
using base::ErrorCode;
using ssh::Connection;
using ssh::Credentials;
using testing::HasSubstr;
using testing::StartsWith;

class Login : public Served<Login> {
 protected:
  ssh::Target target() { return user_target(); }
  ssh::Target password_target(const std::string& password) {
    auto with = target();
    with.credentials = Credentials();
    with.credentials.methods = {Credentials::Method::password};
    with.credentials.password = base::Secret(password);
    return with;
  }
  ssh::Target agent_target(const std::string& socket) {
    auto with = target();
    with.credentials = Credentials();
    with.credentials.agent_socket = socket;
    return with;
  }
  std::shared_ptr<Connection> open(ssh::Target target) {
    return loop_.run(Connection::open(std::move(target)));
  }
  base::Error error(ssh::Target target) { return error_of(loop_, Connection::open(std::move(target))); }
};

TEST_F(Login, WithAKeyTellsWhatItFound) {
  const auto connection = open(target());
  const auto& facts = connection->facts();
  EXPECT_EQ(facts.auth_method, "publickey (client)");
  EXPECT_EQ(facts.host_key_type, "ssh-ed25519");
  EXPECT_EQ(facts.fingerprint, fingerprint_of(server().host_keys().front()));
  EXPECT_THAT(facts.server_version, StartsWith("SSH-2.0-OpenSSH"));
  EXPECT_THAT(facts.login_shell, StartsWith("/"));
  EXPECT_EQ(facts.address, "127.0.0.1:" + std::to_string(server().port()));
  EXPECT_FALSE(facts.host_key_added);
  EXPECT_GT(facts.took.count(), 0);
}

TEST_F(Login, WithAnEncryptedKey) {
  auto with = target();
  with.credentials.key_files = {server().encrypted_key().path};
  with.credentials.passphrase = base::Secret(server().encrypted_key().passphrase);
  EXPECT_EQ(open(with)->facts().auth_method, "publickey (client-encrypted)");
}

TEST_F(Login, WithEveryKindOfKey) {
  for (const std::string type : {"rsa", "ecdsa"}) {
    const auto key = make_client_key(directory_.path() / type, type);
    const auto authorized = server().directory().path() / "authorized_keys";
    base::replace_file(authorized, base::read_file(authorized, 65536) + key.public_line + "\n", 0644);
    auto with = target();
    with.credentials.key_files = {key.path};
    EXPECT_EQ(open(with)->facts().auth_method, "publickey (" + type + ")");
  }
}

TEST_F(Login, WithAnUnusableKeySaysWhichWay) {
  auto with = target();
  with.credentials.key_files = {server().encrypted_key().path};
  auto missing = error(with);
  EXPECT_EQ(missing.code(), ErrorCode::auth_failed);
  EXPECT_THAT(missing.message(), HasSubstr("is encrypted and no passphrase is set"));

  with.credentials.passphrase = base::Secret("battery staple");
  auto wrong = error(with);
  EXPECT_THAT(wrong.message(), HasSubstr("passphrase of the key"));
  EXPECT_THAT(wrong.message(), HasSubstr("is wrong"));
  EXPECT_THAT(wrong.message(), testing::Not(HasSubstr("battery")));

  with.credentials.key_files = {directory_.path() / "absent"};
  EXPECT_EQ(error(with).code(), ErrorCode::not_found);

  with.credentials.key_files = {directory_.write("garbage", "not a key at all\n")};
  EXPECT_THAT(error(with).message(), HasSubstr("is not a private key"));

  const auto open_to_all = directory_.write("open", base::read_file(server().key().path, 65536), 0644);
  with.credentials.key_files = {open_to_all};
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::permission_denied);
  EXPECT_THAT(refused.next_move(), HasSubstr("chmod 600"));
  EXPECT_EQ(refused.step(), "log in");
  EXPECT_EQ(refused.host(), "web1");
}

TEST_F(Login, WithAKeyTheHostDoesNotKnowSaysWhatWasTriedAndWhatIsAccepted) {
  auto with = target();
  with.credentials.key_files = {make_client_key(directory_.path() / "stranger").path};
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("tried publickey (stranger); it accepts publickey, password"));
  EXPECT_THAT(refused.next_move(), HasSubstr("authorized_keys"));
}

TEST_F(Login, WithAPassword) {
  EXPECT_EQ(open(password_target(server().password_user().password()))->facts().auth_method, "password");
}

TEST_F(Login, WithAWrongPasswordIsRefusedAndTheWordNotRepeated) {
  const auto refused = error(password_target("hunter22"));
  EXPECT_EQ(refused.code(), ErrorCode::auth_failed);
  EXPECT_THAT(refused.message(), HasSubstr("tried password"));
  EXPECT_THAT(refused.message(), testing::Not(HasSubstr("hunter22")));
}

TEST_F(Login, WithAnAgent) {
  const auto stranger = make_client_key(directory_.path() / "stranger");
  const Agent agent(directory_, {stranger.path, server().key().path});
  const auto connection = open(agent_target(agent.socket()));
  EXPECT_EQ(connection->facts().auth_method, "publickey (agent)");
  EXPECT_EQ(loop_.run(exec(connection, "echo in")).out, "in\n");
}

TEST_F(Login, WithAnAgentThatHasNoKeyTheHostTakes) {
  const Agent agent(directory_, {make_client_key(directory_.path() / "stranger").path});
  EXPECT_THAT(error(agent_target(agent.socket())).message(),
              HasSubstr("tried publickey (agent); it accepts"));
}

TEST_F(Login, WithoutAnAgentSaysSo) {
  EXPECT_THAT(error(agent_target("")).message(), HasSubstr("SSH_AUTH_SOCK is not set"));
  EXPECT_THAT(error(agent_target(directory_.path() / "nobody")).message(), HasSubstr("failed: No such file"));
}

/// Listens as an agent would and never says a word.
base::UniqueFd silent_agent(const std::string& path) {
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(fd.get(), 8), 0);
  return fd;
}

struct Race {
  std::string order;
  std::string agent_error;
};

base::Task<void> wait_for_agent(std::shared_ptr<Race> race, ssh::Target target) {
  try {
    co_await Connection::open(std::move(target));
  } catch (const base::Error& error) {
    race->agent_error = error.message();
  }
  race->order += "agent ";
}

base::Task<void> work_beside(std::shared_ptr<Race> race, ssh::Target target) {
  const auto connection = co_await Connection::open(std::move(target));
  for (int i = 0; i < 20; ++i) co_await exec(connection, "true");
  race->order += "beside ";
}

TEST_F(Login, WithAHangingAgentStallsNoOtherConnection) {
  const std::string path = directory_.path() / "silent";
  auto agent = silent_agent(path);
  auto hanging = agent_target(path);
  const auto race = std::make_shared<Race>();
  bool done = false;
  base::asio::co_spawn(loop_.executor(), wait_for_agent(race, hanging),
                       [&done](std::exception_ptr) { done = true; });
  loop_.run(work_beside(race, target()));
  EXPECT_EQ(race->order, "beside ");
  agent.reset();
  loop_.run_until(done);
  EXPECT_EQ(race->order, "beside agent ");
  EXPECT_THAT(race->agent_error, HasSubstr("web1: log in: the SSH agent at " + path + " failed"));
}

TEST_F(Login, WithAHangingAgentEndsInTime) {
  const std::string path = directory_.path() / "silent";
  const auto agent = silent_agent(path);
  auto hanging = agent_target(path);
  hanging.login_timeout = 1s;
  const auto late = error(hanging);
  EXPECT_EQ(late.code(), ErrorCode::timed_out);
  EXPECT_EQ(late.step(), "log in");
  EXPECT_THAT(late.message(), HasSubstr("the agent"));
}

TEST_F(Login, ToAnUnknownHostNamesTheFingerprintAndTheCommand) {
  auto with = target();
  with.known_hosts = directory_.path() / "none";
  const auto refused = error(with);
  EXPECT_EQ(refused.code(), ErrorCode::host_key_unknown);
  EXPECT_EQ(refused.step(), "host key");
  EXPECT_THAT(refused.message(), HasSubstr(fingerprint_of(server().host_keys().front())));
  EXPECT_THAT(refused.message(), HasSubstr("`mcp-ssh hosts trust web1`"));
}

TEST_F(Login, AcceptNewRemembersTheKeyOnceAndIsStrictAfterwards) {
  auto with = target();
  with.known_hosts = directory_.path() / "fresh";
  with.host_key_checking = ssh::HostKeyChecking::accept_new;
  EXPECT_TRUE(open(with)->facts().host_key_added);
  EXPECT_THAT(base::read_file(with.known_hosts, 65536), HasSubstr(server().host_keys().front()));
  EXPECT_FALSE(open(with)->facts().host_key_added);
  with.host_key_checking = ssh::HostKeyChecking::strict;
  EXPECT_FALSE(open(with)->facts().host_key_added);
}

TEST_F(Login, OffChecksAndRemembersNothing) {
  auto with = target();
  with.known_hosts = directory_.path() / "fresh";
  with.host_key_checking = ssh::HostKeyChecking::off;
  EXPECT_FALSE(open(with)->facts().host_key_added);
  EXPECT_FALSE(std::filesystem::exists(with.known_hosts));
}

TEST_F(Login, ToARevokedKeyIsRefused) {
  auto with = target();
  with.known_hosts = directory_.write("revoked", "@revoked * " + server().host_keys().front() + "\n");
  with.host_key_checking = ssh::HostKeyChecking::accept_new;
  EXPECT_THAT(error(with).message(), HasSubstr("is revoked"));
}

TEST(HostKeys, AChangedOneIsRefusedWithBothFingerprints) {
  OpensshServer server;
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  const auto before = fingerprint_of(server.host_keys().front());
  server.change_host_keys();
  const auto now = fingerprint_of(server.host_keys().front());
  for (const auto checking : {ssh::HostKeyChecking::strict, ssh::HostKeyChecking::accept_new}) {
    target.host_key_checking = checking;
    const auto refused = error_of(loop, Connection::open(target));
    EXPECT_EQ(refused.code(), ErrorCode::host_key_changed);
    EXPECT_THAT(refused.message(), HasSubstr("expected ssh-ed25519 " + before));
    EXPECT_THAT(refused.message(), HasSubstr("got ssh-ed25519 " + now));
    EXPECT_THAT(refused.message(), HasSubstr("if this is intended run `mcp-ssh hosts trust web1`"));
  }
}

TEST(HostKeys, TheTypeOnRecordIsAskedForFirst) {
  OpensshServer::Options options;
  options.host_key_types = {"ed25519", "ecdsa", "rsa"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  for (const auto& line : server.host_keys()) {
    const auto name = "[127.0.0.1]:" + std::to_string(server.port()) + " ";
    target.known_hosts = directory.write("known_hosts", name + line + "\n");
    const auto connection = loop.run(Connection::open(target));
    EXPECT_EQ(connection->facts().host_key_type, line.substr(0, line.find(' ')));
  }
}

TEST(HostKeys, AreFetchedWithoutLoggingIn) {
  OpensshServer::Options options;
  options.host_key_types = {"ed25519", "rsa"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.credentials.key_files = {directory.path() / "absent"};
  const auto first = loop.run(ssh::fetch_host_key(target));
  EXPECT_EQ(first.type + " " + first.base64, server.host_keys()[0]);
  const auto rsa = loop.run(ssh::fetch_host_key(target, "ssh-rsa"));
  EXPECT_EQ(rsa.type + " " + rsa.base64, server.host_keys()[1]);
  EXPECT_EQ(error_of(loop, ssh::fetch_host_key(target, "ssh-dss")).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of(loop, ssh::fetch_host_key(target, "ecdsa-sha2-nistp256")).code(),
            ErrorCode::handshake_failed);
}

TEST(Reaching, ARefusedPortNamesAddressAndPort) {
  TempDir directory;
  Loop loop;
  ssh::Target target;
  target.name = "web1";
  target.address = "127.0.0.1";
  target.port = free_port();
  target.known_hosts = directory.path() / "none";
  const auto refused = error_of(loop, Connection::open(target));
  EXPECT_EQ(refused.code(), ErrorCode::connect_failed);
  EXPECT_THAT(refused.message(),
              HasSubstr("web1: connect: connection refused by 127.0.0.1:" + std::to_string(target.port)));
}

TEST(Reaching, ANameThatDoesNotExistIsADnsFailure) {
  Loop loop;
  ssh::Target target;
  target.name = "web1";
  target.address = "name.invalid";
  const auto failed = error_of(loop, Connection::open(target));
  EXPECT_EQ(failed.code(), ErrorCode::resolve_failed);
  EXPECT_THAT(failed.message(), StartsWith("web1: resolve: "));
  EXPECT_THAT(failed.message(), HasSubstr("name.invalid"));
}

TEST(Reaching, AServerThatSaysNothingIsGivenUpInTime) {
  TempDir directory;
  Loop loop;
  base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  ssh::Target target;
  target.name = "web1";
  target.user = "nobody";
  target.address = "127.0.0.1";
  target.port = ntohs(address.sin_port);
  target.login_timeout = 300ms;
  target.known_hosts = directory.path() / "none";
  const auto late = error_of(loop, Connection::open(target));
  EXPECT_EQ(late.code(), ErrorCode::timed_out);
  EXPECT_EQ(late.step(), "key exchange");
}

TEST(KeyboardInteractive, IsAnsweredWithThePassword) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = {"UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.user = server.password_user().name();
  target.credentials.methods = {Credentials::Method::password};
  target.credentials.password = base::Secret(server.password_user().password());
  EXPECT_EQ(loop.run(Connection::open(target))->facts().auth_method, "keyboard-interactive");
  target.credentials.password = base::Secret("wrong");
  EXPECT_THAT(error_of(loop, Connection::open(target)).message(), HasSubstr("tried keyboard-interactive"));
}

TEST(TwoFactors, AKeyAndThenThePassword) {
  OpensshServer::Options options;
  options.password_user = true;
  options.config = {"AuthenticationMethods publickey,password"};
  OpensshServer server(std::move(options));
  TempDir directory;
  Loop loop;
  auto target = target_of(server, directory);
  target.user = server.password_user().name();
  EXPECT_THAT(error_of(loop, Connection::open(target)).message(), HasSubstr("it accepts password"));
  target.credentials.password = base::Secret(server.password_user().password());
  EXPECT_EQ(loop.run(Connection::open(target))->facts().auth_method, "publickey (client), password");
}

}  // namespace
}  // namespace mcpssh::test
