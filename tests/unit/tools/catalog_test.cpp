// Every word of the tool list is paid for by every user of every model.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "mcp/lists/tool_set.hpp"
#include "tools/catalog.hpp"

namespace mcpssh::tools {
namespace {

class Catalog : public testing::Test {
 protected:
  Catalog()
      : gateway_(loop_.get_executor(), {}, snapshot_, gateway::PolicySet::compile(*snapshot_).value()) {}

  boost::asio::io_context loop_;
  hosts::SnapshotPtr snapshot_ = std::make_shared<hosts::Snapshot>();
  gateway::Gateway gateway_;
};

TEST_F(Catalog, TheWholeListStaysUnderTenKilobytes) {
  const mcp::ToolSet tools(catalog(gateway_));
  EXPECT_LT(base::json::serialize(tools.listing({})).size(), 10'000u);
  EXPECT_LT(instructions().size(), 2'000u);
}

TEST_F(Catalog, TheBaseSixStayUnderFiveKilobytes) {
  base::Rights rights;
  rights.tools = {"ssh_list_hosts", "ssh_connect",       "ssh_run",
                  "ssh_shell",      "ssh_list_sessions", "ssh_disconnect"};
  base::Principal limited;
  limited.rights = std::make_shared<const base::Rights>(rights);
  const auto listing = mcp::ToolSet(catalog(gateway_), may_use).listing(limited);
  ASSERT_EQ(listing.size(), 6u);
  EXPECT_LT(base::json::serialize(listing).size(), 5'000u);
}

TEST_F(Catalog, EveryToolAndParameterIsDescribed) {
  std::set<std::string> names;
  for (const auto& tool : catalog(gateway_)) {
    EXPECT_TRUE(names.insert(tool.name).second) << tool.name;
    EXPECT_GE(tool.description.size(), 20u) << tool.name;
    for (const auto& parameter : tool.parameters)
      EXPECT_GE(parameter.description.size(), 5u) << tool.name << "." << parameter.name;
  }
  for (const char* name : {"ssh_list_hosts", "ssh_connect", "ssh_run", "ssh_shell", "ssh_list_sessions",
                           "ssh_disconnect", "ssh_output", "ssh_stop"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST_F(Catalog, TheNamesForThoseWithoutAGatewayAreTheTools) {
  std::vector<std::string> names;
  for (const auto& tool : catalog(gateway_)) names.push_back(tool.name);
  EXPECT_EQ(tool_names(), names);
}

TEST_F(Catalog, AToolOutsideTheRightsIsNotListed) {
  base::Rights rights;
  rights.tools = {"ssh_output", "ssh_run"};
  base::Principal limited;
  limited.rights = std::make_shared<const base::Rights>(rights);
  const mcp::ToolSet tools(catalog(gateway_), may_use);
  EXPECT_EQ(tools.listing(limited).size(), 2u);
  EXPECT_EQ(tools.find("ssh_shell", limited), nullptr);
  EXPECT_NE(tools.find("ssh_run", limited), nullptr);
  EXPECT_FALSE(tools.all_for(limited));
  EXPECT_TRUE(tools.all_for({}));
  EXPECT_EQ(tools.listing({}).size(), tool_names().size());
}

}  // namespace
}  // namespace mcpssh::tools
