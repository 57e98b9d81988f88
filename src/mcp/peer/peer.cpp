#include "mcp/peer/peer.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "mcp/lists/subscribing.hpp"
#include "mcp/peer/round_trip.hpp"
#include "mcp/tally.hpp"
#include "mcp/task/task_requests.hpp"
#include "mcp/wire/log_level.hpp"
#include "mcp/wire/modern_envelope.hpp"
#include "mcp/wire/protocol.hpp"

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

/// Of the response to a request.
Relation relation_to(const RequestId& id) {
  Relation about;
  about.request = to_text(id);
  about.answers = true;
  return about;
}

RequestEnd::How ending_of(const Result& result) {
  if (!result) return RequestEnd::How::error;
  const auto* flag = result->if_contains("isError");
  const bool failed = flag != nullptr && flag->is_bool() && flag->get_bool();
  return failed ? RequestEnd::How::tool_error : RequestEnd::How::result;
}

/// Of a response.
Relation relation_of(const json::object& message) {
  Relation about;
  about.answers = true;
  if (const auto* id = message.if_contains("id")) about.request = json::serialize(*id);
  if (const auto* error = message.if_contains("error"))
    about.error = static_cast<int>(error->at("code").as_int64());
  return about;
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
      requests_(executor, outbox_),
      legacy_news_(executor, service.hub,
                   [this](const std::string& uri) { return service_.may_see(speaker(), uri); }) {}

const base::Principal& Peer::speaker() const {
  const auto* speaker = stream_->speaker();
  return speaker == nullptr ? principal_ : *speaker;
}

Task<void> Peer::run() {
  using namespace asio::experimental::awaitable_operators;
  asio::co_spawn(executor_, kept(shared_from_this(), outbox_.run()),
                 asio::bind_cancellation_slot(stop_writing_.slot(), [](const std::exception_ptr&) {}));
  const auto first = co_await (read_until_end() || outbox_.broken() || tell_legacy_news());
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
    const auto* asked = std::get_if<Request>(&message);
    if (asked != nullptr || std::holds_alternative<Malformed>(message)) ++batch->open;
    if (asked != nullptr && batch->first.empty()) batch->first = to_text(asked->id);
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
    if (!message) co_return;
    auto about = relation_of(*message);
    co_await outbox_.send(mcp::serialize(std::move(*message)), std::move(about));
    co_return;
  }
  if (message) batch->answers.push_back(std::move(*message));
  if (--batch->open > 0) co_return;
  Relation about;
  about.request = batch->first;
  about.answers = true;
  if (batch->answers.empty())
    stream_->unanswered(about.request);
  else
    co_await outbox_.send(mcp::serialize(batch->answers), std::move(about));
}

void Peer::notice(const Notification& notification) {
  if (notification.method != "notifications/cancelled") return;
  const auto* raw = notification.params.if_contains("requestId");
  const auto id = raw == nullptr ? std::nullopt : read_id(*raw);
  if (id) calls_.cancel(*id);
}

Task<void> Peer::serve(Request request, BatchRef batch) {
  Tally tally(service_.on_request_end, request.method);
  const auto sender = sender_of(request);
  if (sender && !batch && !calls_.contains(request.id)) {
    if (const auto* text = service_.fixed.find(service_, request, *sender)) {
      auto about = relation_to(request.id);
      tally.how = RequestEnd::How::result;
      co_await outbox_.send(response_line(request.id, *text), std::move(about));
      co_return;
    }
  }
  std::optional<Result> result;
  if (calls_.contains(request.id))
    result = std::unexpected(duplicate_id());
  else if (!sender)
    result = std::unexpected(sender.error());
  else if (batch && (sender->era == Era::modern || request.method == "initialize"))
    result = std::unexpected(RpcError{code::invalid_request, "this request must not be in a batch", {}});
  else
    result = begin(request, *sender, batch);
  tally.told = result.has_value();
  if (!result) co_return;
  tally.how = ending_of(*result);
  if (*result && sender->era == Era::modern) complete(**result, service_.identity);
  auto message =
      *result ? response(request.id, std::move(**result)) : error_response(request.id, result->error());
  co_await reply(std::move(batch), std::move(message));
}

std::expected<Sender, RpcError> Peer::sender_of(const Request& request) const {
  Sender sender;
  sender.era = era_of(request);
  sender.principal = speaker();
  if (sender.era == Era::legacy) {
    sender.abilities = legacy_.abilities();
    if (service_.logging) sender.log_from = legacy_.log_from();
    if (!legacy_.client().empty()) sender.principal.client = legacy_.client();
    return sender;
  }
  auto envelope = read_envelope(request.params);
  if (!envelope) return std::unexpected(std::move(envelope.error()));
  sender.abilities = std::move(envelope->abilities);
  sender.tasks = envelope->tasks;
  if (service_.logging) sender.log_from = envelope->log_level;
  if (!envelope->client.empty()) sender.principal.client = std::move(envelope->client);
  return sender;
}

std::optional<Result> Peer::begin(const Request& request, const Sender& sender, const BatchRef& batch) {
  if (offers(service_, request.method)) {
    if (is_job(request.method)) return begin_job(request, sender, batch);
    return answer_list(service_, request, sender);
  }
  if (sender.era == Era::legacy) return answer_legacy(request);
  if (request.method == "subscriptions/listen") return begin_listening(request, sender);
  if (request.method == "server/discover") return discovery(service_);
  if (is_task_request(request.method) && service_.tools.has_tasks())
    return answer_task_request(service_, request, sender);
  return std::unexpected(unknown_method(request.method));
}

std::optional<Result> Peer::begin_job(const Request& request, const Sender& sender, const BatchRef& batch) {
  auto job = read_job(service_, request, sender);
  if (!job) return std::unexpected(std::move(job.error()));
  auto entry = calls_.open(request.id, CallTable::Kind::call);
  if (!entry) return std::unexpected(std::move(entry.error()));
  start(*entry, run_job(*entry, std::move(*job), batch));
  return std::nullopt;
}

std::optional<Result> Peer::begin_listening(const Request& request, const Sender& sender) {
  auto interest = read_interest(service_, request.params, sender);
  if (!interest) return std::unexpected(std::move(interest.error()));
  auto entry = calls_.open(request.id, CallTable::Kind::listen);
  if (!entry) return std::unexpected(std::move(entry.error()));
  start(*entry, listen(*entry, std::move(*interest), sender.principal));
  return std::nullopt;
}

Result Peer::answer_legacy(const Request& request) {
  if (request.method == "ping") return json::object();
  if (request.method == "initialize") return initialize(request.params);
  if (request.method == "logging/setLevel" && service_.logging) {
    const auto word = base::find_string(request.params, "level").value_or("");
    const auto level = read_log_level(word);
    if (!level) return std::unexpected(unknown_log_level(word));
    legacy_.log_from(*level);
    return json::object();
  }
  if (service_.changes.resources) {
    if (request.method == "resources/subscribe")
      return subscribe(service_, request.params, legacy_news_.interest);
    if (request.method == "resources/unsubscribe") return unsubscribe(request.params, legacy_news_.interest);
  }
  return std::unexpected(unknown_method(request.method));
}

Result Peer::initialize(const json::object& params) {
  const auto version = legacy_.initialize(params);
  if (!version) return std::unexpected(version.error());
  service_.log.debug(fmt::format("{} speaks {}", legacy_.client(), *version));
  legacy_news_.interest.lists = changing_lists(service_);
  json::object result{{"protocolVersion", *version}};
  result["capabilities"] = capabilities(service_);
  result["serverInfo"] = service_.identity;
  if (!service_.info.instructions.empty()) result["instructions"] = service_.info.instructions;
  return result;
}

void Peer::start(std::shared_ptr<CallTable::Entry> entry, Task<void> work) {
  const auto slot = entry->signal.slot();
  auto ended = [self = shared_from_this(), entry = std::move(entry)](const std::exception_ptr&) {
    self->calls_.close(*entry);
  };
  asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(slot, std::move(ended)));
}

Task<void> Peer::run_job(std::shared_ptr<CallTable::Entry> entry, Job job, BatchRef batch) {
  Tally tally(service_.on_request_end, job.method, job.method == "tools/call" ? job.subject : "");
  auto result = co_await perform(service_, outbox_, requests_, std::move(job));
  if (!entry->cancelled) tally.how = ending_of(result);
  // A cancelled call in a batch may be the last one the others' answers wait
  // for.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  std::optional<json::object> message;
  if (entry->cancelled && !batch) stream_->unanswered(to_text(entry->id));
  if (!entry->cancelled)
    message = result ? response(entry->id, std::move(*result)) : error_response(entry->id, result.error());
  co_await reply(std::move(batch), std::move(message));
}

Task<void> Peer::tell_legacy_news() {
  const Relation none;
  for (;;) {
    auto item = co_await legacy_news_.next();
    auto message = mcp::serialize(notification(item.method, std::move(item.params)));
    co_await outbox_.send(std::move(message), none);
  }
}

Task<void> Peer::listen(std::shared_ptr<CallTable::Entry> entry, Interest interest,
                        base::Principal listener) {
  const json::object subscription{{protocol::key::subscription_id, to_json(entry->id)}};
  const auto may_see = [this, &listener](const std::string& uri) { return service_.may_see(listener, uri); };
  News news(executor_, service_.hub, may_see);
  Tally tally(service_.on_request_end, "subscriptions/listen");
  tally.how = RequestEnd::How::result;
  json::object params{{"notifications", to_json(interest)}, {"_meta", subscription}};
  news.interest = std::move(interest);
  news.tell_tasks();
  auto message = mcp::serialize(notification("notifications/subscriptions/acknowledged", std::move(params)));
  Relation about;
  about.request = to_text(entry->id);
  try {
    for (;;) {
      co_await outbox_.send(std::move(message), about);
      auto item = co_await news.next();
      item.params["_meta"] = subscription;
      message = mcp::serialize(notification(item.method, std::move(item.params)));
    }
  } catch (const boost::system::system_error&) {
    // Cancelled, by the client or by our own end: only the latter is said.
    about.answers = shutting_down_;
  }
  if (!about.answers) {
    stream_->unanswered(about.request);
    co_return;
  }
  json::object result{{"resultType", "complete"}, {"_meta", subscription}};
  complete(result, service_.identity);
  outbox_.offer(mcp::serialize(response(entry->id, std::move(result))), std::move(about));
}

}  // namespace mcpssh::mcp
