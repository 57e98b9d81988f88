// Connections that end in mid-command, and hosts that hold others up: what is said then is true.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <vector>

#include "pool_fixture.hpp"
#include "support/relay.hpp"

namespace mcpssh::test {
namespace {
using End = ssh::ExecResult::End;

class CutOff : public PoolTest {
 protected:
  static void SetUpTestSuite() { server_ = server_with_user(); }
  static void TearDownTestSuite() { server_.reset(); }
  ssh::Target through(const Relay& relay, const std::string& name = "web1") {
    auto target = user_target(*server_, directory_);
    target.name = name;
    target.port = relay.port();
    target.host_key_checking = ssh::HostKeyChecking::off;
    target.spare_channels = 2;
    return target;
  }
  static inline std::unique_ptr<OpensshServer> server_;
};

/// How often the command on that file began.
std::size_t runs_in(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? std::filesystem::file_size(file) : 0;
}

/// A command that is cut off: what became of it, and whether it has spoken by now.
struct Cut {
  std::atomic<bool> spoken = false;
  bool over = false;
  bool sent = true;  ///< as far as the engine says
  ssh::ExecResult result;
};

base::Task<ssh::ExecResult> run_cut(std::shared_ptr<ssh::Connection> connection, std::string command,
                                    std::shared_ptr<Cut> cut) {
  ssh::ExecRequest request;
  request.command = std::move(command);
  ssh::Sink listen = [cut](std::string_view, bool) { cut->spoken = true; };
  auto running = connection->exec(std::move(request), std::move(listen));
  co_return co_await base::hop(connection->executor(), std::move(running));
}

/// N7, a tenth of it: each connection is reset at another moment of its command, which would end with 0 but
/// never does.
TEST_F(CutOff, FiftyResetsInMidCommandAreNeverASuccessAndNothingIsRepeated) {
  Relay relay(server_->port());
  const TempDir shared;
  std::filesystem::permissions(shared.path(), std::filesystem::perms::all);
  int begun = 0, unknown = 0;
  for (int i = 0; i < 50; ++i) {
    const auto lease = acquire(through(relay));
    if (i % 2 == 0) EXPECT_EQ(run(lease, "echo warm").out, "warm\n");
    const auto file = shared.path() / std::to_string(i);
    const auto cut = std::make_shared<Cut>();
    // From before the request is sent to when the command has spoken.
    const auto enough = relay.bytes_to_client() + static_cast<std::uint64_t>(i % 10) * 32;
    const std::string command = "printf x >> " + file.string() + "; printf begun; sleep 20; exit 0";
    base::asio::co_spawn(loop_.executor(), run_cut(lease.connection(), command, cut),
                         [cut](const std::exception_ptr& thrown, ssh::ExecResult result) {
                           cut->sent = !thrown;
                           cut->result = std::move(result);
                           cut->over = true;
                         });
    bool now = false;
    const std::function<void()> look = [&] {
      now = cut->spoken || relay.bytes_to_client() >= enough;
      if (!now) base::asio::post(loop_.executor(), look);
    };
    base::asio::post(loop_.executor(), look);
    loop_.run_until(now);
    relay.reset();
    loop_.run_until(cut->over);
    if (cut->sent) {
      EXPECT_EQ(cut->result.end, End::connection_lost) << i;
    }
    const auto runs = runs_in(file);
    EXPECT_LE(runs, cut->sent ? 1U : 0U) << i << ": it ran, or ran again, though nobody was told";
    begun += static_cast<int>(runs);
    unknown += cut->sent ? 1 : 0;
  }
  EXPECT_GT(begun, 0) << "all were cut before they began";
  EXPECT_GT(unknown, 0);
}

/// N2: commands, connections and log-ins that hang in a black hole take nothing from another host. A bound
/// for a busy machine: what would wait for them would wait for seconds.
TEST_F(CutOff, ABlackHoleDelaysNoOtherHost) {
  const auto bright = acquire(user_target(*server_, directory_));
  const auto median = [&] {
    std::vector<std::chrono::steady_clock::duration> took;
    for (int i = 0; i < 41; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(run(bright, "echo x").out, "x\n");
      took.push_back(std::chrono::steady_clock::now() - begin);
    }
    std::ranges::nth_element(took, took.begin() + 20);
    return took[20];
  };
  const auto alone = median();

  Relay relay(server_->port());
  std::vector<ssh::Lease> dark;
  for (int i = 0; i < 4; ++i) dark.push_back(acquire(through(relay, "dark" + std::to_string(i))));
  relay.stall();
  std::vector<std::shared_ptr<Running>> hanging;
  for (const auto& lease : dark) hanging.push_back(start(lease, "true"));
  std::vector<std::shared_ptr<Acquired>> connecting;
  for (int i = 0; i < 8; ++i) connecting.push_back(start_acquire(through(relay, "new" + std::to_string(i))));
  EXPECT_LE(median(), 4 * alone + 100ms);

  relay.resume();
  for (const auto& each : hanging) loop_.run_until(each->ended);
  for (const auto& each : connecting) wait_for(*each);
}

}  // namespace
}  // namespace mcpssh::test
