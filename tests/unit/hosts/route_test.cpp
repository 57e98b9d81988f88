// The ways to a host and the ways to log in: what is taken and what is refused.
#include <gmock/gmock.h>

#include "hosts/routes.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::bad;
using ::testing::ElementsAre;
using testing::good;
using ::testing::HasSubstr;
using testing::web1_with;

const char* const ed25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const char* const fingerprint =
    "SHA256:"
    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

Host web1(std::string_view lines) {
  return good(web1_with(lines)).hosts.at(0);
}

TEST(Routes, LogInMethodsAreOneOrAListInOrder) {
  const Host host = web1(
      "    auth:\n      method: [agent, key, keyboard-interactive, none, gssapi]\n      key_path: [~/a, "
      "~/b]\n"
      "      certificate_path: ~/a-cert.pub\n      agent_key: ~/a.pub");
  EXPECT_THAT(host.auth.methods,
              ElementsAre(AuthMethod::agent, AuthMethod::key, AuthMethod::keyboard_interactive,
                          AuthMethod::none, AuthMethod::gssapi));
  EXPECT_THAT(host.auth.key_paths, ElementsAre("~/a", "~/b"));
  EXPECT_EQ(host.auth.certificate_path, "~/a-cert.pub");
  EXPECT_EQ(host.auth.agent_key, "~/a.pub");
  EXPECT_EQ(bad(web1_with("    auth: {method: [agent, agent]}")),
            "hosts.yaml:5: hosts.web1.auth.method holds `agent` twice");
  EXPECT_EQ(bad(web1_with("    auth: {method: key, key_path: k, agent_key: k.pub}")),
            "hosts.yaml:5: hosts.web1.auth.agent_key has no effect without `method: agent`");
  EXPECT_THAT(bad(web1_with("    auth: {method: agent, agent_key: id_ed25519}")),
              HasSubstr("neither `SHA256:...` nor the name of a .pub file"));
}

TEST(Routes, ASecretComesFromExactlyOneSource) {
  const auto password = [](const std::string& lines) {
    return web1("    auth:\n      method: password\n      " + lines).auth.password.value();
  };
  EXPECT_EQ(password("password_file: ~/pw").source, SecretRef::Source::file);
  EXPECT_EQ(password("password_file: ~/pw").name, "~/pw");
  EXPECT_EQ(password("password_credential: web1.pw").source, SecretRef::Source::credential);
  EXPECT_THAT(password("password_command: [pass, show, 'a b']").command, ElementsAre("pass", "show", "a b"));
  EXPECT_THAT(password("password_command: pass  show web1").command, ElementsAre("pass", "show", "web1"));
  EXPECT_EQ(password("password_command: pass show web1").place.str(), "hosts.yaml:7");
  EXPECT_EQ(
      bad(web1_with("    auth:\n      method: password\n      password_env: P\n      password_file: f")),
      "hosts.yaml:8: hosts.web1.auth.password_env and password_file both say where the password of host "
      "web1 is. Next: keep one of them");
  EXPECT_EQ(bad(web1_with("    auth: {method: password, password_command: 'pass show $HOST'}")),
            "hosts.yaml:5: hosts.web1.auth.password_command is run without a shell, so `$` would not do what "
            "it seems to. Next: write the command as a list of words: `[program, first argument, ...]`");
  EXPECT_THAT(bad(web1_with("    auth: {method: password, password_command: []}")),
              HasSubstr("must hold a program and its arguments"));
  EXPECT_THAT(bad(web1_with("    auth: {method: password, password_credential: ../x}")),
              HasSubstr("is not the name of a systemd credential"));
}

TEST(Routes, OneWayLeadsToAHost) {
  const Host proxied = web1("    proxy: socks5://me@proxy.example:1080\n    proxy_password_env: P");
  EXPECT_EQ(proxied.proxy->kind, Proxy::Kind::socks5);
  EXPECT_EQ(proxied.proxy->address, "proxy.example");
  EXPECT_EQ(proxied.proxy->port, 1080);
  EXPECT_EQ(proxied.proxy->user, "me");
  EXPECT_EQ(proxied.proxy->password->name, "P");
  EXPECT_EQ(web1("    proxy: http://[::1]:3128").proxy->address, "::1");
  EXPECT_THAT(web1("    proxy_command: nc -X 5 %h %p").proxy_command,
              ElementsAre("nc", "-X", "5", "%h", "%p"));
  EXPECT_EQ(
      bad(web1_with("    proxy_command: nc %h %p\n    proxy: http://p:1")),
      "hosts.yaml:6: hosts.web1.proxy_command and proxy are two ways to one host. Next: keep one of jump, "
      "proxy_command and proxy");
  EXPECT_THAT(bad(web1_with("    proxy_command: nc %n %p")), HasSubstr("`%n` holds a `%` that is not"));
  EXPECT_THAT(bad(web1_with("    proxy: ftp://p:1")), HasSubstr("must begin with `socks5://` or `http://`"));
  EXPECT_THAT(bad(web1_with("    proxy: http://p")), HasSubstr("must end with `address:port`"));
  const std::string secret = bad(web1_with("    proxy: http://me:hunter2@p:1"));
  EXPECT_THAT(secret, HasSubstr("secrets do not go into this file"));
  EXPECT_THAT(secret, ::testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(bad(web1_with("    proxy_password_env: P")), HasSubstr("hosts.web1.proxy is missing"));
  EXPECT_THAT(bad(web1_with("    proxy: http://p:1\n    proxy_password_env: P")),
              HasSubstr("names no user for this password"));
}

std::vector<std::string> names(const std::vector<const Host*>& hosts) {
  std::vector<std::string> out;
  for (const Host* host : hosts) out.push_back(host->name);
  return out;
}

TEST(Routes, JumpHostsFollowOneAnother) {
  const Snapshot snapshot = good(
      "hosts:\n  db: {host: d, user: u, jump: [edge, inner]}\n  inner: {host: i, user: u, jump: other}\n"
      "  edge: {host: e, user: u, jump: door}\n  door: {host: o, user: u}\n  other: {host: x, user: u}\n");
  const Routes routes(snapshot);
  EXPECT_THAT(names(routes.hops_to(*snapshot.find("db"))), ElementsAre("door", "edge", "inner"));
  EXPECT_THAT(names(routes.hops_to(*snapshot.find("inner"))), ElementsAre("other"));
  EXPECT_THAT(names(routes.hops_to(*snapshot.find("door"))), ElementsAre());
}

TEST(Routes, AJumpToNowhereOrInACircleIsAnErrorAtLoad) {
  EXPECT_EQ(bad("hosts:\n  db: {host: d, user: u, jump: bastoin}\n  bastion: {host: b, user: u}\n"),
            "hosts.yaml:2: hosts.db.jump: no host is called `bastoin`. Next: did you mean `bastion`?");
  EXPECT_EQ(bad("hosts:\n  a: {host: d, user: u, jump: b}\n  b: {host: b, user: u, jump: a}\n"),
            "hosts.yaml:2: hosts.a.jump leads in a circle: a -> b -> a. Next: name jump hosts that can be "
            "reached without this one");
  EXPECT_THAT(bad(web1_with("    jump: web1")), HasSubstr("leads in a circle: web1 -> web1"));
  EXPECT_THAT(bad(web1_with("    jump: [a, b, c, d, e, f, g, h, i]")), HasSubstr("more than 8 hosts"));
}

TEST(Routes, HostKeysArePinnedByFingerprintOrKey) {
  EXPECT_THAT(web1("    host_key: " + std::string(fingerprint)).host_keys, ElementsAre(fingerprint));
  EXPECT_THAT(web1("    host_key: [" + std::string(ed25519) + " comment, '" + fingerprint + "']").host_keys,
              ElementsAre(ed25519, fingerprint));
  EXPECT_THAT(bad(web1_with("    host_key: SHA256:abc")), HasSubstr("is no fingerprint"));
  EXPECT_THAT(bad(web1_with("    host_key: ssh-rsa " + std::string(ed25519).substr(12))),
              HasSubstr("what follows `ssh-rsa` is no public key of that type"));
  EXPECT_THAT(bad(web1_with("    host_key: aa:bb:cc")), HasSubstr("is neither `SHA256:...` nor a key"));
}

TEST(Routes, AlgorithmsAreLegacyOrLists) {
  EXPECT_TRUE(web1("    algorithms: legacy").algorithms.legacy);
  const Algorithms lists =
      web1(
          "    algorithms: {kex: [diffie-hellman-group1-sha1], ciphers: aes128-cbc, macs: [hmac-sha1],\n"
          "      host_keys: [ssh-rsa, ssh-dss], user_keys: [ssh-rsa]}")
          .algorithms;
  EXPECT_FALSE(lists.legacy);
  EXPECT_THAT(lists.key_exchange, ElementsAre("diffie-hellman-group1-sha1"));
  EXPECT_THAT(lists.ciphers, ElementsAre("aes128-cbc"));
  EXPECT_THAT(lists.host_keys, ElementsAre("ssh-rsa", "ssh-dss"));
  EXPECT_THAT(bad(web1_with("    algorithms: old")), HasSubstr("must be `legacy`, or a mapping of kex"));
  EXPECT_EQ(bad(web1_with("    algorithms: {kexx: [a]}")),
            "hosts.yaml:5: unknown key `kexx` under hosts.web1.algorithms; did you mean `kex`?");
  EXPECT_THAT(bad(web1_with("    algorithms: {kex: ['a,b']}")),
              HasSubstr("is not the name of an SSH algorithm"));
}

TEST(Routes, WhatRunsThereIsTakenAndCodeVariablesAreNot) {
  const Host host = web1(
      "    workdir: ~/app\n    env: {LANG: C, B: '', PORT: 80}\n    sudo: {password_env: S}\n"
      "    limits: {connections: 2, sessions: 5, spare: 0}\n    platform: windows");
  EXPECT_EQ(host.workdir, "~/app");
  EXPECT_THAT(host.environment,
              ElementsAre(std::pair("LANG", "C"), std::pair("B", ""), std::pair("PORT", "80")));
  EXPECT_EQ(host.sudo->password->purpose, "sudo password of host web1");
  EXPECT_EQ(host.limits, (HostLimits{2, 5, 0}));
  EXPECT_EQ(host.platform, "windows");
  EXPECT_TRUE(web1("    sudo: true").sudo.has_value());
  EXPECT_FALSE(web1("    sudo: false").sudo.has_value());
  EXPECT_EQ(bad(web1_with("    sudo: yes")),
            "hosts.yaml:5: hosts.web1.sudo must be true or false, not `yes`");
  for (const char* name : {"LD_PRELOAD", "BASH_ENV", "ENV", "IFS", "BASH_FUNC_x", "PS4"})
    EXPECT_THAT(bad(web1_with("    env: {" + std::string(name) + ": x}")),
                HasSubstr("makes programs load or run other code"))
        << name;
  EXPECT_THAT(bad(web1_with("    env: {'a b': x}")), HasSubstr("is not the name of an environment variable"));
  EXPECT_THAT(bad(web1_with("    workdir: app")), HasSubstr("must be absolute or begin with `~/`"));
  EXPECT_THAT(bad(web1_with("    shell: cli\n    workdir: /a")),
              HasSubstr("has no effect with `shell: cli`"));
  EXPECT_EQ(bad(web1_with("    limits: {sessions: 0}")),
            "hosts.yaml:5: hosts.web1.limits.sessions must be a whole number from 1 to 256, not `0`");
}

TEST(Routes, TunnelTargetsAreAddressAndPort) {
  const Host host = web1(
      "    tunnel_targets: ['db:5432', '[::1]:80', '10.0.0.1:*']\n    tunnel_dynamic: true\n"
      "    tunnel_remote: true\n    tunnel_remote_targets: '127.0.0.1:3000'");
  EXPECT_THAT(host.tunnel_targets,
              ElementsAre(TunnelTarget{"db", 5432}, TunnelTarget{"::1", 80}, TunnelTarget{"10.0.0.1", 0}));
  EXPECT_TRUE(host.tunnel_dynamic);
  EXPECT_TRUE(host.tunnel_remote);
  EXPECT_THAT(host.tunnel_remote_targets, ElementsAre(TunnelTarget{"127.0.0.1", 3000}));
  EXPECT_EQ(to_string(host.tunnel_targets[1]), "[::1]:80");
  EXPECT_EQ(to_string(host.tunnel_targets[2]), "10.0.0.1:*");
  for (const char* target : {"db", "db:0", "db:99999", "::1:80", "-x:80", ":80", "'*:80'"})
    EXPECT_THAT(bad(web1_with("    tunnel_targets: [" + std::string(target) + "]")),
                HasSubstr("hosts.web1.tunnel_targets: "))
        << target;
  EXPECT_THAT(bad(web1_with("    tunnel_dynamic: true")), HasSubstr("leads nowhere without tunnel_targets"));
}

}  // namespace
}  // namespace mcpssh::hosts
