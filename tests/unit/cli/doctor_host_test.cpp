// Hosts come and go in hosts.yaml while doctor looks at others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "../../support/run_task.hpp"
#include "cli/doctor/host_checks.hpp"

namespace mcpssh::cli::doctor {
namespace {

TEST(ALookAtAHost, ThatIsGoneMeanwhileIsAFailureOfTheConfiguration) {
  boost::asio::io_context loop;
  const hosts::SnapshotPtr none = std::make_shared<const hosts::Snapshot>();
  gateway::Gateway gateway(loop.get_executor(), {}, none, gateway::PolicySet::compile(*none).value());
  const auto section = test::run_task(loop, look_at_host(gateway, "web1"));
  EXPECT_EQ(section.title, "web1");
  EXPECT_THAT(section.findings, testing::ElementsAre(fail("configuration", "web1",
                                                          "it is gone from hosts.yaml meanwhile", "")));
}

}  // namespace
}  // namespace mcpssh::cli::doctor
