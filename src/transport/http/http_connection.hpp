#pragma once
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "base/wakeup.hpp"
#include "transport/http.hpp"
#include "transport/http/watchdog.hpp"
#include "transport/http/wire.hpp"

namespace mcpssh::transport {

namespace beast = boost::beast;

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// A complete answer.
struct Answer {
  unsigned status = 200;
  std::string body{};
  std::string content_type = "application/json";  ///< of a body that is not empty
  std::vector<std::pair<std::string, std::string>> fields{};
  bool close = false;  ///< the connection ends behind it
};

/// One client's connection (HTTP/1.1 and 1.0, RFC 9112): reads one request after the other within its limits
/// of size and time, and lets `serve` answer each. Notices at once when the client goes. Lives on one
/// executor.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Request = beast::http::request<beast::http::string_body>;
  using Serve = std::function<base::Task<void>(HttpConnection&)>;

  HttpConnection(const base::Executor& executor, std::unique_ptr<Wire> wire, std::string peer,
                 const HttpLimits& limits, const base::Clock& clock, OnExchange on_exchange = {});

  /// Until the connection ends. `serve` is called for each request and answers it. `read_all` has to run
  /// beside it.
  base::Task<void> run(const Serve& serve);
  base::Task<void> read_all();
  /// No further request is taken; a silent connection ends now.
  void drain();
  /// The listener's side of a client that has to go: whoever waits for it is woken, and nothing unread of it
  /// is kept.
  void cut();

  // For `serve`:

  [[nodiscard]] const Request& request() const { return parser_->get(); }
  /// The TCP peer's address.
  [[nodiscard]] const std::string& peer() const { return peer_; }
  /// The field's value; nothing when it is absent. Several are joined with ", ", so that nobody can show one
  /// to us and another to a proxy.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> headers(std::string_view name) const;
  /// Reads the body into request(). False: it could not be had, and that was answered.
  base::Task<bool> read_body();
  /// The body, to whoever keeps it: request() is without it from here on.
  [[nodiscard]] std::string take_body() { return std::exchange(parser_->get().body(), {}); }
  base::Task<void> respond(Answer answer);
  /// Sends the head of a stream of events and `first`.
  base::Task<void> start_stream(std::vector<std::pair<std::string, std::string>> fields,
                                std::string_view first);
  base::Task<void> stream(std::string_view bytes);
  base::Task<void> end_stream();
  /// The request was answered with a stream.
  [[nodiscard]] bool streamed() const { return streamed_; }
  /// What will be told of this request; who learns something of it adds it here.
  [[nodiscard]] HttpExchange& exchange() { return exchange_; }
  /// A request is under way whose body has not come whole.
  [[nodiscard]] bool half_sent() const { return asked_ && parser_ && !parser_->is_done(); }
  /// The client has closed the connection, or it was cut.
  [[nodiscard]] bool gone() const { return ended_; }
  /// Notified when the client goes, when the alarm goes off, and by whoever has something for the client.
  [[nodiscard]] const std::shared_ptr<base::Wakeup>& news() const { return news_; }
  void set_alarm(std::chrono::milliseconds time);
  [[nodiscard]] bool alarmed() const { return alarmed_; }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;
  enum class Parsed { done, more, failed };

  void ring();
  void begin_exchange();
  /// Of the request under way, once.
  void tell();
  base::Task<bool> read_head();
  base::Task<bool> first_byte();
  Parsed parse(bool whole);
  [[nodiscard]] std::optional<Answer> fault() const;
  base::Task<void> skip_body();
  base::Task<void> say(std::string_view bytes);
  base::Task<void> linger();
  [[nodiscard]] std::string head(unsigned status, bool close) const;

  const HttpLimits& limits_;
  const base::Clock& clock_;
  std::unique_ptr<Wire> wire_;
  std::string peer_;
  std::string buffer_;  ///< read and not yet parsed
  OnExchange on_exchange_;
  HttpExchange exchange_;
  base::MonoTime began_{};
  bool asked_ = false;  ///< a request is under way, and nobody was told of it
  std::shared_ptr<base::Wakeup> news_;
  base::Wakeup room_;
  Watchdog watchdog_;
  Watchdog alarm_;
  bool alarmed_ = false;
  std::optional<Parser> parser_;
  boost::system::error_code problem_;  ///< of the parser
  bool ended_ = false;                 ///< nothing more comes from the client
  bool closing_ = false;               ///< nothing more is taken from it
  bool draining_ = false;
  bool silent_ = true;  ///< between two requests
  bool first_ = true;
  bool responded_ = false;
  bool keep_ = true;
  bool chunked_ = false;
  bool streamed_ = false;
};

}  // namespace mcpssh::transport
