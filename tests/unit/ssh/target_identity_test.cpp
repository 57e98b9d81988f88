#include "ssh/pool/target_identity.hpp"

#include <gtest/gtest.h>

namespace mcpssh::ssh {
namespace {
using namespace std::chrono_literals;

Target target() {
  Target made;
  made.name = "web1";
  made.address = "192.0.2.1";
  made.user = "ann";
  made.credentials.password = base::Secret("one");
  return made;
}

TEST(TargetIdentity, HoldsAcrossTimeouts) {
  auto other = target();
  other.connect_timeout = 5s;
  other.login_timeout = 6s;
  EXPECT_TRUE(same_identity(target(), other));
}

TEST(TargetIdentity, ChangesWithWhateverMakesAnotherLogIn) {
  const std::vector<void (*)(Target&)> changes{
      [](Target& t) { t.address = "192.0.2.2"; },
      [](Target& t) { t.port = 2222; },
      [](Target& t) { t.user = "bob"; },
      [](Target& t) { t.credentials.methods = {Credentials::Method::password}; },
      [](Target& t) { t.credentials.key_files = {"/k"}; },
      [](Target& t) { t.credentials.passphrase = base::Secret("p"); },
      [](Target& t) { t.credentials.password = base::Secret("two"); },
      [](Target& t) { t.credentials.password.reset(); },
      [](Target& t) { t.credentials.agent_socket = "/a"; },
      [](Target& t) { t.host_key_checking = HostKeyChecking::off; },
      [](Target& t) { t.known_hosts = "/h"; },
      [](Target& t) { t.posix = false; },
      [](Target& t) { t.name = "web2"; },
  };
  for (const auto change : changes) {
    auto other = target();
    change(other);
    EXPECT_FALSE(same_identity(target(), other));
  }
}

}  // namespace
}  // namespace mcpssh::ssh
