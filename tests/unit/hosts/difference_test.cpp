#include "hosts/difference.hpp"

#include <gmock/gmock.h>

#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using ::testing::ElementsAre;
using testing::good;
using ::testing::IsEmpty;

Snapshot with(std::string_view web1, std::string_view settings = "") {
  return good("hosts:\n  web1: {host: a, user: u" + std::string(web1) +
              "}\n  db1: {host: b, user: u}\nsettings: {" + std::string(settings) + "}\n");
}

TEST(Difference, CommentsOrderAndLayoutAreNoChange) {
  const Snapshot before = good("hosts:\n  a: {host: a, user: u}\n  b: {host: b, user: u}\n");
  const Snapshot after =
      good("# moved\nhosts:\n\n  b: {user: u, host: b, port: 22}\n  a: {host: a, user: u}\n");
  EXPECT_THAT(policy_difference(before, after), IsEmpty());
  EXPECT_THAT(connections_to_close(before, after), IsEmpty());
}

TEST(Difference, EveryChangeIsOneReadableLine) {
  const Snapshot before = with(", deny_patterns: [x], groups: [g]", "approval: auto, deny_patterns: [p]");
  const Snapshot after = good(
      "hosts:\n"
      "  web1: {host: a2, port: 2222, user: u, mode: readonly, deny_patterns: [y], groups: [g], unlock: "
      "[disk.mkfs],\n"
      "         auth: {method: password, password_env: P}}\n"
      "  new1: {host: n, user: root}\n"
      "settings: {approval: none, command_timeout: 5, keepalive_interval: 9}\n");
  EXPECT_THAT(
      policy_difference(before, after),
      ElementsAre("settings: command_timeout 60 -> 5", "settings: keepalive_interval (not set) -> 9",
                  "settings: approval auto -> none", "settings: deny_patterns without `p`",
                  "host web1: host a -> a2", "host web1: port 22 -> 2222",
                  "host web1: auth.method agent, usual keys -> password",
                  "host web1: auth.password_env (not set) -> P", "host web1: mode standard -> readonly",
                  "host web1: deny_patterns without `x`", "host web1: deny_patterns with `y`",
                  "host web1: unlock with `disk.mkfs`", "host db1: removed",
                  "host new1: added (root@n port 22, auth agent, usual keys, mode standard)"));
}

TEST(Difference, ConnectionsEndWhenTheHostIsReachedOrJudgedInAnotherWay) {
  const Snapshot before = with("");
  for (const char* change : {", port: 23", ", auth: {method: key, key_path: k}", ", mode: full",
                             ", shell: cli", ", host_key_checking: off"})
    EXPECT_THAT(connections_to_close(before, with(change)), ElementsAre("web1")) << change;
  for (const char* change : {", host_key_checking: strict", ", groups: [g]", ", description: d",
                             ", approval: human", ", deny_patterns: [x]"})
    EXPECT_THAT(connections_to_close(before, with(change)), IsEmpty()) << change;
  EXPECT_THAT(connections_to_close(before, good("")), ElementsAre("web1", "db1"));
  EXPECT_THAT(connections_to_close(good(""), before), IsEmpty());
}

TEST(Difference, AWayEndsWithEachOfItsHops) {
  const auto behind = [](std::string_view edge) {
    return good(
        "hosts:\n  db: {host: d, user: u, jump: inner}\n  inner: {host: i, user: u, jump: edge}\n  edge: "
        "{host: e, "
        "user: u" +
        std::string(edge) + "}\n  other: {host: o, user: u}\n");
  };
  EXPECT_THAT(connections_to_close(behind(""), behind(", port: 23")), ElementsAre("db", "inner", "edge"));
  EXPECT_THAT(connections_to_close(behind(""), behind(", description: d")), IsEmpty());
}

TEST(Difference, SecretsAreShownByWhereTheyAreAndTunnelsByWhatTheyReach) {
  EXPECT_THAT(
      policy_difference(with(", auth: {method: password, password_env: P}"),
                        with(", auth: {method: password, password_command: [pass, show]}, "
                             "tunnel_targets: ['db:5432'], tunnel_remote_targets: ['127.0.0.1:3000'], "
                             "env: {A: b}, host_key_checking: off")),
      ElementsAre("host web1: auth.password_env P -> (not set)",
                  "host web1: auth.password_command (not set) -> pass show",
                  "host web1: host_key_checking (not set) -> off", "host web1: env with `A=b`",
                  "host web1: tunnel_targets with `db:5432`",
                  "host web1: tunnel_remote_targets with `127.0.0.1:3000`"));
  EXPECT_THAT(connections_to_close(with(""), with(", tunnel_targets: ['db:5432'], workdir: /w, sudo: true")),
              IsEmpty());
}

TEST(Difference, ConnectionsEndWhenTheSettingsChangeWhichKeysAreTrusted) {
  const Snapshot before = with(", host_key_checking: strict");
  EXPECT_THAT(connections_to_close(before, with(", host_key_checking: strict", "host_key_checking: off")),
              ElementsAre("db1"));
  EXPECT_THAT(connections_to_close(before, with(", host_key_checking: strict", "known_hosts: /k")),
              ElementsAre("web1", "db1"));
}

}  // namespace
}  // namespace mcpssh::hosts
