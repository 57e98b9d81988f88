// Who is told that a host changed: those who could look at it, and nobody else.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tools/resources.hpp"

namespace mcpssh::tools {
namespace {

class MaySee : public testing::Test {
 protected:
  static hosts::SnapshotPtr two_hosts() {
    auto made = std::make_shared<hosts::Snapshot>();
    for (const char* name : {"web1", "db1"}) {
      hosts::Host host;
      host.name = name;
      host.groups = {std::string(name) == "db1" ? "secret" : "open"};
      made->hosts.push_back(host);
    }
    return made;
  }
  [[nodiscard]] bool told(const std::string& host, const base::Rights& rights) const {
    base::Principal principal;
    principal.rights = std::make_shared<const base::Rights>(rights);
    return may_see(gateway_)(principal, host_uri(host));
  }
  static base::Rights only(std::string selector) {
    base::Rights rights;
    rights.hosts = std::move(selector);
    return rights;
  }

  boost::asio::io_context loop_;
  hosts::SnapshotPtr snapshot_ = two_hosts();
  gateway::Gateway gateway_{
      loop_.get_executor(), {}, snapshot_, gateway::PolicySet::compile(*snapshot_).value()};
};

TEST_F(MaySee, AHostThatIsThereIsForThoseWhoseRightsReachIt) {
  EXPECT_TRUE(told("db1", {}));
  EXPECT_TRUE(told("db1", only("@secret")));
  EXPECT_FALSE(told("db1", only("web*")));
  EXPECT_FALSE(told("db1", only("*,!@secret")));
}

TEST_F(MaySee, AHostThatIsGoneIsForThoseWhoseRightsNamedIt) {
  EXPECT_TRUE(told("db2", {}));
  EXPECT_TRUE(told("db2", only("db*")));
  EXPECT_FALSE(told("db2", only("web*")));
  EXPECT_FALSE(told("db2", only("db*,!db2")));
  EXPECT_FALSE(told("db2", only("*,!@secret"))) << "it may have been one of those";
}

TEST_F(MaySee, NothingIsForThoseWithoutTheTool) {
  base::Rights rights;
  rights.tools = {"ssh_run"};
  EXPECT_FALSE(told("web1", rights));
  EXPECT_FALSE(told("gone", rights));
  rights.tools = {"ssh_list_hosts"};
  EXPECT_TRUE(told("web1", rights));
  EXPECT_FALSE(may_see(gateway_)({}, "ssh://elsewhere/web1"));
}

}  // namespace
}  // namespace mcpssh::tools
