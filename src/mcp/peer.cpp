#include "mcp/peer.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/text.hpp"
#include "mcp/elicitation.hpp"
#include "mcp/modern_envelope.hpp"
#include "mcp/protocol.hpp"

namespace mcpssh::mcp {
namespace {

namespace asio = base::asio;
namespace code = protocol::code;
using base::Task;

/// Keeps `owner` alive as long as `work` may use it.
Task<void> kept(std::shared_ptr<Peer> owner, Task<void> work) {
  co_await std::move(work);
  owner.reset();
}

RpcError invalid_params(std::string message) {
  return {code::invalid_params, std::move(message), {}};
}

void make_cacheable(json::object& result, std::chrono::milliseconds lifetime) {
  result["ttlMs"] = lifetime.count();
  result["cacheScope"] = "public";
}

}  // namespace

Peer::Peer(Service& service, base::Executor executor, std::shared_ptr<MessageStream> stream,
           base::Principal principal)
    : service_(service),
      executor_(executor),
      stream_(std::move(stream)),
      principal_(std::move(principal)),
      outbox_(executor, stream_),
      calls_(executor, service.limits.calls_in_flight, protocol::listens),
      requests_(executor, outbox_) {}

Task<void> Peer::run() {
  using namespace asio::experimental::awaitable_operators;
  asio::co_spawn(executor_, kept(shared_from_this(), outbox_.run()),
                 asio::bind_cancellation_slot(stop_writing_.slot(), [](const std::exception_ptr&) {}));
  const auto first = co_await (read_until_end() || outbox_.broken());
  const End end = first.index() == 0 ? std::get<0>(first) : End::broken;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (end == End::broken)
    service_.log.info("the connection to the MCP client broke; its calls are cancelled");
  co_await farewell(end);
}

Task<void> Peer::farewell(End end) {
  shutting_down_ = end == End::cancelled;
  outbox_.hurry();
  calls_.cancel_all();
  co_await calls_.emptied();
  const bool written = co_await outbox_.finish(protocol::farewell);
  if (!written) stop_writing_.emit(asio::cancellation_type::terminal);
  co_await outbox_.ended();
}

Task<Peer::End> Peer::read_until_end() {
  try {
    co_return co_await read_all();
  } catch (const base::Error& error) {
    service_.log.debug(error.message());
    co_return End::broken;
  } catch (const boost::system::system_error&) {
    co_return End::cancelled;
  }
}

Task<Peer::End> Peer::read_all() {
  for (;;) {
    std::optional<std::string> text;
    std::optional<RpcError> oversize;
    try {
      text = co_await stream_->read();
      if (!text) co_return End::stream_ended;
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::limit_reached) throw;
      oversize = RpcError{code::parse_error, error.cause(), {}};
    }
    if (oversize)
      co_await reply(nullptr, error_response(std::nullopt, *oversize));
    else
      co_await receive(std::move(*text));
  }
}

Task<void> Peer::receive(std::string text) {
  auto parcel = parse(text);
  if (!parcel.batch) {
    co_await handle(std::move(parcel.messages.front()), nullptr);
    co_return;
  }
  if (!legacy_.batching()) {
    const RpcError error{code::invalid_request, "batches exist only in protocol version 2025-03-26", {}};
    co_await reply(nullptr, error_response(std::nullopt, error));
    co_return;
  }
  const auto batch = std::make_shared<Batch>();
  for (const auto& message : parcel.messages) {
    if (std::holds_alternative<Request>(message) || std::holds_alternative<Malformed>(message)) ++batch->open;
  }
  for (auto& message : parcel.messages) co_await handle(std::move(message), batch);
}

Task<void> Peer::handle(Message message, BatchRef batch) {
  if (auto* request = std::get_if<Request>(&message)) {
    co_await serve(std::move(*request), std::move(batch));
  } else if (const auto* malformed = std::get_if<Malformed>(&message)) {
    co_await reply(std::move(batch), error_response(malformed->id, malformed->error));
  } else if (auto* response = std::get_if<Response>(&message)) {
    requests_.deliver(std::move(*response));
  } else {
    notice(std::get<Notification>(message));
  }
}

Task<void> Peer::reply(BatchRef batch, std::optional<json::object> message) {
  if (!batch) {
    if (message) co_await outbox_.send(serialize(std::move(*message)));
    co_return;
  }
  if (message) batch->answers.push_back(std::move(*message));
  if (--batch->open == 0 && !batch->answers.empty()) co_await outbox_.send(serialize(batch->answers));
}

void Peer::notice(const Notification& notification) {
  if (notification.method != "notifications/cancelled") return;
  const auto* raw = notification.params.if_contains("requestId");
  const auto id = raw == nullptr ? std::nullopt : read_id(*raw);
  if (id) calls_.cancel(*id);
}

Task<void> Peer::serve(Request request, BatchRef batch) {
  const auto sender = sender_of(request);
  std::optional<Result> result;
  if (calls_.contains(request.id))
    result = std::unexpected(duplicate_id());
  else if (!sender)
    result = std::unexpected(sender.error());
  else if (batch && (sender->era == Era::modern || request.method == "initialize"))
    result = std::unexpected(RpcError{code::invalid_request, "this request must not be in a batch", {}});
  else
    result = begin(request, *sender, batch);
  if (!result) co_return;
  if (*result && sender->era == Era::modern) complete(**result, service_.identity);
  auto message =
      *result ? response(request.id, std::move(**result)) : error_response(request.id, result->error());
  co_await reply(std::move(batch), std::move(message));
}

std::expected<Peer::Sender, RpcError> Peer::sender_of(const Request& request) const {
  Sender sender;
  sender.era = era_of(request);
  sender.principal = principal_;
  if (sender.era == Era::legacy) {
    sender.can_elicit = legacy_.can_elicit();
    if (!legacy_.client().empty()) sender.principal.client = legacy_.client();
    return sender;
  }
  auto envelope = read_envelope(request.params);
  if (!envelope) return std::unexpected(std::move(envelope.error()));
  sender.can_elicit = envelope->can_elicit;
  if (!envelope->client.empty()) sender.principal.client = std::move(envelope->client);
  return sender;
}

std::optional<Peer::Result> Peer::begin(const Request& request, const Sender& sender, const BatchRef& batch) {
  if (request.method == "tools/list") return list_tools(request.params, sender.era);
  if (request.method != "tools/call")
    return sender.era == Era::modern ? answer_modern(request) : answer_legacy(request);
  auto job = read_job(request, sender);
  if (!job) return std::unexpected(std::move(job.error()));
  auto entry = calls_.open(request.id, CallTable::Kind::call);
  if (!entry) return std::unexpected(std::move(entry.error()));
  start(*entry, run_call(*entry, std::move(*job), batch));
  return std::nullopt;
}

std::optional<Peer::Result> Peer::answer_legacy(const Request& request) {
  if (request.method == "ping") return json::object();
  if (request.method != "initialize")
    return std::unexpected(
        RpcError{code::method_not_found, "unknown method " + base::printable(request.method, 100), {}});
  const auto version = legacy_.initialize(request.params);
  if (!version) return std::unexpected(version.error());
  service_.log.debug(fmt::format("{} speaks {}", legacy_.client(), *version));
  json::object result{{"protocolVersion", *version}};
  result["capabilities"] = {{"tools", json::object()}};
  result["serverInfo"] = service_.identity;
  if (!service_.info.instructions.empty()) result["instructions"] = service_.info.instructions;
  return result;
}

std::optional<Peer::Result> Peer::answer_modern(const Request& request) {
  if (request.method == "subscriptions/listen") {
    if (base::find_object(request.params, "notifications") == nullptr)
      return std::unexpected(invalid_params("subscriptions/listen needs notifications, an object"));
    auto entry = calls_.open(request.id, CallTable::Kind::listen);
    if (!entry) return std::unexpected(std::move(entry.error()));
    start(*entry, listen(*entry));
    return std::nullopt;
  }
  if (request.method != "server/discover")
    return std::unexpected(
        RpcError{code::method_not_found, "unknown method " + base::printable(request.method, 100), {}});
  json::object result;
  result["supportedVersions"] = supported_versions();
  result["capabilities"] = {{"tools", json::object()}};
  if (!service_.info.instructions.empty()) result["instructions"] = service_.info.instructions;
  make_cacheable(result, protocol::discover_lifetime);
  return result;
}

Peer::Result Peer::list_tools(const json::object& params, Era era) const {
  // All tools fit one page, so no cursor was ever given out.
  if (const auto* cursor = params.if_contains("cursor"); cursor != nullptr && !cursor->is_null())
    return std::unexpected(invalid_params("unknown cursor; list without one"));
  json::object result;
  result["tools"] = service_.tools.listing();
  if (era == Era::modern) make_cacheable(result, protocol::list_lifetime);
  return result;
}

std::expected<Peer::Job, RpcError> Peer::read_job(const Request& request, const Sender& sender) const {
  const auto name = base::find_string(request.params, "name");
  if (!name) return std::unexpected(invalid_params("tools/call needs name, a string"));
  Job job;
  job.tool = service_.tools.find(*name);
  if (job.tool == nullptr)
    return std::unexpected(invalid_params(
        fmt::format("unknown tool \"{}\"; tools/list names them all", base::printable(*name, 100))));
  if (const auto* arguments = request.params.if_contains("arguments"); arguments && !arguments->is_null()) {
    if (!arguments->is_object()) return std::unexpected(invalid_params("arguments must be an object"));
    job.arguments = arguments->get_object();
  }
  job.params = request.params;
  job.sender = sender;
  return job;
}

void Peer::start(std::shared_ptr<CallTable::Entry> entry, Task<void> work) {
  const auto slot = entry->signal.slot();
  auto ended = [self = shared_from_this(), entry = std::move(entry)](const std::exception_ptr&) {
    self->calls_.close(*entry);
  };
  asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(slot, std::move(ended)));
}

Task<void> Peer::run_call(std::shared_ptr<CallTable::Entry> entry, Job job, BatchRef batch) {
  auto result = co_await perform(std::move(job));
  // A cancelled call in a batch may be the last one the others' answers wait
  // for.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  std::optional<json::object> message;
  if (!entry->cancelled)
    message = result ? response(entry->id, std::move(*result)) : error_response(entry->id, result.error());
  co_await reply(std::move(batch), std::move(message));
}

Task<Peer::Result> Peer::perform(Job job) {
  if (job.sender.era == Era::modern) co_return co_await perform_modern(std::move(job));
  LegacyCall call(job.sender.principal, job.sender.can_elicit, Progress(outbox_, job.params), requests_,
                  service_.limits.elicitation);
  const auto result = co_await run_tool(*job.tool, call, job.arguments, service_.log);
  co_return render(*job.tool, result);
}

Task<Peer::Result> Peer::perform_modern(Job job) {
  const auto& principal = job.sender.principal;
  const StateBinding binding{principal.name, "tools/call", job.tool->name, digest(job.arguments)};
  auto answers = read_input_responses(job.params);
  if (!answers) co_return std::unexpected(answers.error());
  std::optional<std::string> state;
  if (const auto* token = job.params.if_contains("requestState")) {
    if (!token->is_string()) co_return std::unexpected(invalid_params("requestState must be a string"));
    auto opened = service_.states.open(binding, token->get_string());
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    state = std::move(*opened);
  }
  ModernCall call(principal, job.sender.can_elicit, Progress(outbox_, job.params), std::move(state),
                  std::move(*answers));
  const auto result = co_await run_tool(*job.tool, call, job.arguments, service_.log);
  json::object rendered;
  if (result.ask_state) {
    rendered["resultType"] = "input_required";
    if (!call.questions().empty()) rendered["inputRequests"] = call.questions();
    rendered["requestState"] = service_.states.seal(binding, *result.ask_state);
    if (!result.meta.empty()) rendered["_meta"] = result.meta;
  } else {
    rendered = render(*job.tool, result);
  }
  complete(rendered, service_.identity);
  co_return rendered;
}

Task<void> Peer::listen(std::shared_ptr<CallTable::Entry> entry) {
  const json::object subscription{{protocol::key::subscription_id, to_json(entry->id)}};
  // Nothing we have changes while we run, so of what was asked for nothing is
  // promised.
  json::object params{{"notifications", json::object()}, {"_meta", subscription}};
  auto acknowledged = notification("notifications/subscriptions/acknowledged", std::move(params));
  co_await reply(nullptr, std::move(acknowledged));
  asio::steady_timer never(executor_, asio::steady_timer::time_point::max());
  try {
    co_await never.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    if (!shutting_down_) co_return;
  }
  json::object result{{"resultType", "complete"}, {"_meta", subscription}};
  complete(result, service_.identity);
  outbox_.offer(serialize(response(entry->id, std::move(result))));
}

}  // namespace mcpssh::mcp
