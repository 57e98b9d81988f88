#include "mcp/task/task_run.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "mcp/service.hpp"
#include "mcp/wire/modern_envelope.hpp"
#include "mcp/wire/protocol.hpp"
#include "mcp/wire/protocol_error.hpp"

namespace mcpssh::mcp {
namespace {

namespace asio = base::asio;

RpcError internal_error(std::string message) {
  return {protocol::code::internal_error, std::move(message), {}};
}

/// A task asks through its own questions; to be called again it has no request.
bool wants_another_round(const Performed& result) {
  return result && base::find_string(*result, "resultType") == "input_required";
}

struct Played {
  std::optional<Performed> result;
  std::exception_ptr failure;  ///< where there is no result
};

/// `||` waits for a success, so a failure must be one.
base::Task<Played> played(Service& service, const Job& job, const StateBinding& binding, ModernCall& call) {
  Played ended;
  try {
    ended.result = co_await play(service, job, binding, call);
  } catch (...) {
    ended.failure = std::current_exception();
  }
  co_return ended;
}

}  // namespace

TaskRun::TaskRun(Service& service, const base::Executor& executor, Job job, Round round, Voice voice)
    : ModernCall(job.sender, std::move(voice), std::move(round.carried), std::move(round.answers)),
      service_(service),
      job_(std::move(job)),
      binding_(std::move(round.binding)),
      task_(service.tasks.prepare(executor)),
      told_(executor) {}

base::Task<Performed> TaskRun::perform(std::shared_ptr<TaskRun> self) {
  const auto executor = co_await asio::this_coro::executor;
  self->service_.tasks.start(executor, "tool " + self->job_.subject, run(self));
  try {
    co_await self->answered();
  } catch (const boost::system::system_error&) {
    // Cancelled; seen below, where it may also have come with the answer.
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    self->task_->cancel();  // nobody will know a task's id
    co_await self->answered();
  }
  co_return std::move(*self->answer_);
}

base::Task<void> TaskRun::answered() {
  while (!answer_) co_await told_.wait();
}

void TaskRun::answer(Performed result) {
  if (answer_) return;
  answer_ = std::move(result);
  told_.notify();
}

base::Task<void> TaskRun::run(std::shared_ptr<TaskRun> self) {
  auto result = co_await self->play_out();
  if (!self->task_->begun()) {
    self->answer(result ? std::move(*result) : std::unexpected(internal_error("cancelled")));
    co_return;
  }
  self->task_->end(std::move(result));
  const auto task = self->task_;
  auto& board = self->service_.tasks;
  self.reset();
  co_await task->outdated();
  board.remove(task->id());
}

base::Task<std::optional<Performed>> TaskRun::play_out() {
  using namespace asio::experimental::awaitable_operators;
  std::string problem;
  try {
    auto first = co_await (played(service_, job_, binding_, *this) || task_->stopped());
    if (first.index() != 0) co_return std::nullopt;
    auto& ended = std::get<0>(first);
    if (ended.failure) std::rethrow_exception(ended.failure);
    auto result = std::move(*ended.result);
    if (!task_->begun() || !wants_another_round(result)) co_return result;
    problem = "it asked for another round, but is a task";
  } catch (const boost::system::system_error&) {
    co_return std::nullopt;  // the server ends
  } catch (const std::exception& error) {
    problem = error.what();
  }
  service_.log.error("tool " + job_.subject + ": " + problem);
  co_return std::unexpected(internal_error("internal error; the server's log says more"));
}

bool TaskRun::become_task(std::string message) {
  if (task_->begun()) return true;
  if (answer_ || task_->cancelled()) return false;
  const bool posted = service_.tasks.post(task_, sender_.principal, std::move(message));
  if (!posted && job_.tasks == TaskUse::always)
    throw ProtocolError(internal_error("too many tasks are open; wait for one to end or cancel one"));
  if (!posted) return false;
  auto created = task_->seed();
  created["resultType"] = "task";
  complete(created, service_.identity);
  answer(std::move(created));
  return true;
}

base::Task<Answered> TaskRun::ask(Question question) {
  if (!task_->begun()) co_return co_await ModernCall::ask(std::move(question));
  if (!can(question.ability)) co_return Answered();
  co_return co_await task_->ask(std::move(question), service_.limits.request_state);
}

void TaskRun::progress(double done, std::optional<double> total, std::string message) {
  if (!task_->begun())
    ModernCall::progress(done, total, std::move(message));
  else if (!message.empty())
    task_->say(std::move(message));
}

void TaskRun::log(LogLevel level, base::json::value data) {
  if (!task_->begun()) ModernCall::log(level, std::move(data));
}

}  // namespace mcpssh::mcp
