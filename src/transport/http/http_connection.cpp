#include "transport/http/http_connection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/system_error.hpp>
#include <iterator>

namespace mcpssh::transport {
namespace {

namespace http = beast::http;
namespace asio = base::asio;
using base::Task;

/// Read ahead of what is being parsed: a body streams through it.
constexpr std::size_t read_ahead = 64 * 1024;
/// One read, and one write with its own deadline.
constexpr std::size_t read_piece = 16 * 1024;
constexpr std::size_t write_piece = 64 * 1024;
/// An unwanted body of at most this size is read and dropped, so that the connection can go on.
constexpr std::size_t skipped_body = 64 * 1024;
/// The client's time to take the last answer before the connection is closed under it.
constexpr std::chrono::seconds farewell{2};
/// Of what a client says, as far as it is told on.
constexpr std::size_t longest_method = 32;
constexpr std::size_t longest_agent = 200;

void put_field(std::string& to, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(to), "{}: {}\r\n", name, value);
}

Answer plain(unsigned status, std::string text) {
  Answer answer;
  answer.status = status;
  answer.body = std::move(text) + "\n";
  answer.content_type = "text/plain; charset=utf-8";
  answer.close = true;
  return answer;
}

}  // namespace

HttpConnection::HttpConnection(const base::Executor& executor, std::unique_ptr<Wire> wire, std::string peer,
                               const HttpLimits& limits, const base::Clock& clock, OnExchange on_exchange)
    : limits_(limits),
      clock_(clock),
      wire_(std::move(wire)),
      peer_(std::move(peer)),
      on_exchange_(std::move(on_exchange)),
      news_(std::make_shared<base::Wakeup>(executor)),
      room_(executor),
      watchdog_(executor, [this] { cut(); }),
      alarm_(executor, [this] { ring(); }) {
  watchdog_.within(limits_.header_time);
}

void HttpConnection::set_alarm(std::chrono::milliseconds time) {
  alarmed_ = false;
  alarm_.within(time);
}

void HttpConnection::ring() {
  alarmed_ = true;
  news_->notify();
}

Task<void> HttpConnection::read_all() {
  const auto self = shared_from_this();
  try {
    co_await wire_->greet();
    std::string piece(read_piece, '\0');
    for (;;) {
      while (buffer_.size() >= read_ahead && !closing_) co_await room_.wait();
      if (closing_) break;
      const auto count = co_await wire_->read_some(piece.data(), piece.size());
      if (count == 0 || closing_) break;
      buffer_.append(piece, 0, count);
      news_->notify();
    }
  } catch (const boost::system::system_error&) {
    wire_->close();
  }
  ended_ = true;
  news_->notify();
}

Task<void> HttpConnection::run(const Serve& serve) {
  const auto self = shared_from_this();
  try {
    while (co_await read_head()) {
      responded_ = streamed_ = false;
      co_await serve(*this);
      if (!responded_) co_await respond(plain(500, "internal error"));
      tell();
      if (keep_ && !draining_) co_await skip_body();
      if (!keep_ || draining_) break;
    }
    co_await linger();
  } catch (const boost::system::system_error&) {
    // The client is gone, or was cut.
  } catch (...) {
    tell();
    throw;
  }
  tell();
  cut();
}

void HttpConnection::begin_exchange() {
  exchange_ = HttpExchange();
  exchange_.at = clock_.wall();
  exchange_.address = peer_;
  began_ = clock_.mono();
  asked_ = true;
}

void HttpConnection::tell() {
  if (!std::exchange(asked_, false) || !on_exchange_) return;
  exchange_.took = clock_.mono() - began_;
  const auto& fields = request();
  exchange_.method = fields.method_string().substr(0, longest_method);
  exchange_.user_agent = fields[http::field::user_agent].substr(0, longest_agent);
  on_exchange_(exchange_);
}

void HttpConnection::drain() {
  draining_ = true;
  if (silent_) cut();
}

void HttpConnection::cut() {
  closing_ = ended_ = true;
  wire_->close();
  std::string().swap(buffer_);
  room_.notify();
  news_->notify();
}

std::optional<std::string> HttpConnection::header(std::string_view name) const {
  const auto found = request().equal_range(name);
  if (found.first == found.second) return std::nullopt;
  std::string all(found.first->value());
  for (auto field = std::next(found.first); field != found.second; ++field)
    all.append(", ").append(field->value());
  return all;
}

std::vector<std::string> HttpConnection::headers(std::string_view name) const {
  const auto found = request().equal_range(name);
  std::vector<std::string> values;
  for (auto field = found.first; field != found.second; ++field) values.emplace_back(field->value());
  return values;
}

Task<bool> HttpConnection::first_byte() {
  silent_ = true;
  if (!std::exchange(first_, false)) watchdog_.within(limits_.idle_time);
  while (buffer_.empty() && !ended_) co_await news_->wait();
  silent_ = false;
  watchdog_.within(limits_.header_time);
  co_return !buffer_.empty();
}

HttpConnection::Parsed HttpConnection::parse(bool whole) {
  problem_ = {};
  if (!buffer_.empty()) {
    const auto taken = parser_->put(asio::buffer(buffer_), problem_);
    buffer_.erase(0, taken);
    room_.notify();
  }
  if (problem_ == http::error::need_more) problem_ = {};
  if (problem_) return Parsed::failed;
  const bool done = whole ? parser_->is_done() : parser_->is_header_done();
  if (done) return Parsed::done;
  // The parser wants more than is ever read ahead: no chunk's header or trailer is that long.
  if (buffer_.size() >= read_ahead) problem_ = http::error::buffer_overflow;
  return problem_ ? Parsed::failed : Parsed::more;
}

std::optional<Answer> HttpConnection::fault() const {
  if (problem_ == http::error::header_limit)
    return plain(431, fmt::format("the header is larger than {} bytes", limits_.header_bytes));
  if (problem_ == http::error::body_limit)
    return plain(413, fmt::format("the body is larger than {} bytes", limits_.body_bytes));
  if (problem_ == http::error::bad_version) return plain(505, "this server speaks HTTP/1.1 and 1.0");
  if (problem_) return plain(400, "not a well-formed HTTP request");
  const auto& fields = request();
  const auto encodings = fields.count(http::field::transfer_encoding);
  const auto lengths = fields.count(http::field::content_length);
  // Two readers must not disagree about where a request ends (RFC 9112, 11.2).
  if (lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1))
    return plain(400, "the length of the body is given more than once");
  if (encodings == 1 && !beast::iequals(fields[http::field::transfer_encoding], "chunked"))
    return plain(501, "the only transfer encoding this server reads is chunked");
  return std::nullopt;
}

Task<bool> HttpConnection::read_head() {
  keep_ = true;
  if (!co_await first_byte()) co_return false;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser_->body_limit(limits_.body_bytes);
  parser_->eager(false);
  auto parsed = parse(false);
  while (parsed == Parsed::more) {
    if (ended_) co_return false;
    co_await news_->wait();
    parsed = parse(false);
  }
  watchdog_.rest();
  begin_exchange();
  if (auto answer = fault()) {
    co_await respond(std::move(*answer));
    tell();
    co_await linger();
    co_return false;
  }
  co_return true;
}

Task<bool> HttpConnection::read_body() {
  watchdog_.within(limits_.body_time);
  parser_->eager(true);
  if (!parser_->is_done() && beast::iequals(request()[http::field::expect], "100-continue"))
    co_await say("HTTP/1.1 100 Continue\r\n\r\n");
  watchdog_.within(limits_.body_time);
  auto parsed = parser_->is_done() ? Parsed::done : parse(true);
  while (parsed == Parsed::more && !ended_) {
    co_await news_->wait();
    parsed = parse(true);
  }
  watchdog_.rest();
  if (parsed == Parsed::done) co_return true;
  keep_ = false;
  if (parsed == Parsed::failed)
    if (auto answer = fault()) co_await respond(std::move(*answer));
  responded_ = true;
  co_return false;
}

Task<void> HttpConnection::skip_body() {
  if (parser_->is_done()) co_return;
  // Already answered: whatever is wrong with the body ends the connection without a word.
  const auto length = parser_->content_length_remaining();
  keep_ = length && *length <= skipped_body && request()[http::field::expect].empty();
  if (!keep_) co_return;
  watchdog_.within(limits_.body_time);
  parser_->eager(true);
  auto parsed = parse(true);
  while (parsed == Parsed::more && !ended_) {
    co_await news_->wait();
    parsed = parse(true);
  }
  keep_ = parsed == Parsed::done;
}

Task<void> HttpConnection::say(std::string_view bytes) {
  while (!bytes.empty()) {
    watchdog_.within(limits_.write_time);
    const auto piece = bytes.substr(0, write_piece);
    co_await wire_->write(piece);
    exchange_.bytes += piece.size();
    bytes.remove_prefix(piece.size());
  }
  watchdog_.rest();
}

std::string HttpConnection::head(unsigned status, bool close) const {
  const auto reason = http::obsolete_reason(static_cast<http::status>(status));
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, std::string_view(reason));
  const auto now = std::chrono::system_clock::to_time_t(clock_.wall());
  put_field(text, "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(now)));
  if (close)
    put_field(text, "Connection", "close");
  else if (parser_->is_header_done() && request().version() == 10)
    put_field(text, "Connection", "keep-alive");
  return text;
}

Task<void> HttpConnection::respond(Answer answer) {
  responded_ = true;
  exchange_.status = answer.status;
  const bool readable = parser_->is_header_done() && !problem_;
  keep_ = keep_ && readable && request().keep_alive() && !answer.close && !draining_;
  auto text = head(answer.status, !keep_);
  for (const auto& [name, value] : answer.fields) put_field(text, name, value);
  if (!answer.body.empty()) put_field(text, "Content-Type", answer.content_type);
  if (answer.status >= 200 && answer.status != 204)
    put_field(text, "Content-Length", std::to_string(answer.body.size()));
  text += "\r\n";
  if (!readable || request().method() != http::verb::head) text += answer.body;
  co_await say(text);
}

Task<void> HttpConnection::start_stream(std::vector<std::pair<std::string, std::string>> fields,
                                        std::string_view first) {
  responded_ = streamed_ = true;
  exchange_.status = 200;
  chunked_ = request().version() == 11;
  keep_ = keep_ && chunked_ && request().keep_alive() && !draining_;
  auto text = head(200, !keep_);
  put_field(text, "Content-Type", "text/event-stream");
  put_field(text, "Cache-Control", "no-cache, no-transform");
  put_field(text, "X-Accel-Buffering", "no");
  for (const auto& [name, value] : fields) put_field(text, name, value);
  if (chunked_) put_field(text, "Transfer-Encoding", "chunked");
  text += "\r\n";
  if (chunked_)
    fmt::format_to(std::back_inserter(text), "{:x}\r\n{}\r\n", first.size(), first);
  else
    text += first;
  co_await say(text);
}

Task<void> HttpConnection::stream(std::string_view bytes) {
  if (bytes.empty()) co_return;  // an empty chunk would be the last
  if (!chunked_) {
    co_await say(bytes);
    co_return;
  }
  const auto chunk = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
  co_await say(chunk);
}

Task<void> HttpConnection::end_stream() {
  if (chunked_) co_await say("0\r\n\r\n");
}

/// Closing with bytes unread makes the kernel send a reset, which can overtake the answer.
Task<void> HttpConnection::linger() {
  wire_->finish();
  watchdog_.within(farewell);
  while (!ended_) {
    buffer_.clear();
    room_.notify();
    co_await news_->wait();
  }
}

}  // namespace mcpssh::transport
