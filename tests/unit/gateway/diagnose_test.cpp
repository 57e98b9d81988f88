// A look at a host's network goes straight to its address, and so only where everything else does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "../../support/run_task.hpp"
#include "gateway/gateway.hpp"

namespace mcpssh::gateway {
namespace {
namespace fs = std::filesystem;

class Directory {
 public:
  Directory() {
    std::string name = (fs::temp_directory_path() / "diagnose-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Nobody listens there.
hosts::Host closed(std::string name) {
  hosts::Host host;
  host.name = std::move(name);
  host.address = "127.0.0.1";
  host.port = 1;
  host.user = "ann";
  return host;
}

Outcome diagnosed(hosts::Host host) {
  const Directory state;
  base::asio::io_context loop;
  auto snapshot = std::make_shared<hosts::Snapshot>();
  snapshot->hosts = {std::move(host), closed("bastion")};
  Gateway::Options options;
  options.journal = state.path() / "audit.jsonl";
  Gateway gateway(loop.get_executor(), std::move(options), snapshot, PolicySet::compile(*snapshot).value());
  Action action;
  action.principal.name = "ann";
  action.principal.via = base::Via::local;
  action.host = "web1";
  action.tool = "doctor";
  action.what = Diagnose{};
  const auto call = gateway.submit(std::move(action));
  auto progress = test::run_task(loop, gateway.wait(call, std::chrono::steady_clock::time_point::max()));
  test::run_task(loop, gateway.shutdown());
  return std::get<Outcome>(std::move(progress));
}

TEST(ALookAtTheNetwork, GoesToAHostThatIsReachedDirectly) {
  const auto outcome = diagnosed(closed("web1"));
  EXPECT_EQ(outcome.state, State::diagnosed);
  ASSERT_TRUE(outcome.diagnosis);
  EXPECT_EQ(outcome.diagnosis->addresses.size(), 1U);
}

TEST(ALookAtTheNetwork, DoesNotGoPastWhatStandsBeforeAHost) {
  auto jumped = closed("web1");
  jumped.jump = {"bastion"};
  auto piped = closed("web1");
  piped.proxy_command = {"nc", "127.0.0.1", "1"};
  auto proxied = closed("web1");
  proxied.proxy.emplace();
  proxied.proxy->address = "127.0.0.1";
  for (const auto& host : {jumped, piped, proxied}) {
    const auto outcome = diagnosed(host);
    EXPECT_FALSE(outcome.diagnosis);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, base::ErrorCode::invalid_argument);
    EXPECT_THAT(outcome.error->message, testing::HasSubstr("web1: its network cannot be looked at"));
  }
}

}  // namespace
}  // namespace mcpssh::gateway
