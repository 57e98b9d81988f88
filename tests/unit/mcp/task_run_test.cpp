// A call that may become a task is answered however its work ends.
#include "mcp/task/task_run.hpp"

#include "conversation.hpp"
#include "mcp/service.hpp"

namespace mcpssh::testing {
namespace {

base::Task<mcp::Outcome> break_promise() {
  throw std::runtime_error("the key is hunter2");
  co_return mcp::Outcome();
}

base::Task<void> perform(std::shared_ptr<mcp::TaskRun> run, std::optional<mcp::Performed>& performed) {
  performed = co_await mcp::TaskRun::perform(std::move(run));
}

TEST(TaskRun, ThatThrowsWhatNoHandlerMayIsAnsweredAtOnce) {
  base::asio::io_context io;
  mcp::Service service({"test-server", "Test server", "1.0", ""}, {}, base::Log::silent(), {}, {});
  mcp::Outbox outbox(io.get_executor(), memory_stream_pair(io.get_executor()).first);
  mcp::Job job;
  job.method = "tools/call";
  job.subject = "broken";
  job.run = [](mcp::Call&) { return break_promise(); };
  mcp::Voice voice(outbox, job.about, job.params, std::nullopt);
  std::optional<mcp::Performed> performed;
  auto run = std::make_shared<mcp::TaskRun>(service, io.get_executor(), job, mcp::Round(), voice);
  base::asio::co_spawn(io, perform(std::move(run), performed),
                       [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
  io.poll();
  const bool answered = performed.has_value();
  base::asio::co_spawn(io, service.tasks.end(), [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
  io.restart();
  io.run();
  ASSERT_TRUE(answered) << "the request would hang as long as a task may live";
  ASSERT_FALSE(*performed);
  EXPECT_EQ(performed->error().code, -32603);
  EXPECT_EQ(performed->error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace mcpssh::testing
