#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <future>
#include <map>
#include <string>
#include <thread>

#include "../mcp/conversation.hpp"
#include "transport/http.hpp"

namespace mcpssh::testing {

namespace asio = base::asio;

/// One answer as it came over the wire.
struct HttpSeen {
  unsigned status = 0;
  std::map<std::string, std::string> fields;  ///< names in lower case
  std::string body;

  [[nodiscard]] std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  }
  [[nodiscard]] json::value parsed() const { return json::parse(body); }
};

/// A client that says exactly the bytes it is told to, and waits for the answer at most ten seconds.
class RawHttp {
 public:
  explicit RawHttp(std::uint16_t port, int receive_buffer = 0) : socket_(context_) {
    socket_.open(asio::ip::tcp::v4());
    if (receive_buffer > 0) socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    const timeval patience{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  /// False when the server has closed.
  bool send(std::string_view bytes) {
    boost::system::error_code error;
    asio::write(socket_, asio::buffer(bytes), error);
    return !error;
  }
  /// The head and, when its length is said, the body.
  HttpSeen hear() {
    auto seen = hear_head();
    if (const auto length = seen.field("content-length"); !length.empty())
      seen.body = take(std::stoul(length));
    return seen;
  }
  HttpSeen hear_head() {
    HttpSeen seen;
    const auto head = take_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 ")) << head;
    if (head.size() < 12) return seen;
    seen.status = static_cast<unsigned>(std::stoul(head.substr(9, 3)));
    for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
      const auto end = head.find("\r\n", at);
      const auto colon = head.find(": ", at);
      auto name = head.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      seen.fields[name] = head.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    return seen;
  }
  /// The next chunk of a stream; empty at its end.
  std::string hear_chunk() {
    const auto size = take_until("\r\n");
    if (size.empty()) return {};
    auto chunk = take(std::stoul(size, nullptr, 16) + 2);
    chunk.resize(chunk.size() - 2);
    return chunk;
  }
  /// The data of the next event that has some, comments passed over.
  std::string hear_event() {
    for (;;) {
      while (events_.find("\n\n") == std::string::npos) {
        const auto chunk = hear_chunk();
        if (chunk.empty()) return {};
        events_ += chunk;
      }
      const auto end = events_.find("\n\n");
      const auto event = events_.substr(0, end);
      events_.erase(0, end + 2);
      last_id = line_of(event, "id: ").value_or(last_id);
      if (const auto data = line_of(event, "data: ")) return *data;
    }
  }
  HttpSeen ask(std::string_view bytes) {
    send(bytes);
    return hear();
  }
  /// True when the server closes, having said nothing more.
  bool closed() {
    boost::system::error_code error;
    char byte = 0;
    return buffer_.empty() && socket_.read_some(asio::buffer(&byte, 1), error) == 0 &&
           error != asio::error::would_block && error != asio::error::try_again;
  }
  void close() { socket_.close(); }

  std::string last_id;

 private:
  static std::optional<std::string> line_of(const std::string& event, const std::string& name) {
    const auto at = event.starts_with(name) ? 0 : event.find("\n" + name);
    if (at == std::string::npos) return std::nullopt;
    const auto from = at + name.size() + (at == 0 && event.starts_with(name) ? 0 : 1);
    return event.substr(from, event.find('\n', from) - from);
  }
  bool more() {
    boost::system::error_code error;
    char piece[4096];
    const auto count = socket_.read_some(asio::buffer(piece), error);
    buffer_.append(piece, count);
    return count > 0;
  }
  std::string take(std::size_t count) {
    while (buffer_.size() < count && more()) {
    }
    auto taken = buffer_.substr(0, count);
    buffer_.erase(0, taken.size());
    return taken;
  }
  std::string take_until(const std::string& mark) {
    while (buffer_.find(mark) == std::string::npos)
      if (!more()) return {};
    const auto end = buffer_.find(mark) + mark.size();
    auto taken = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return taken;
  }

  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  std::string buffer_;
  std::string events_;
};

inline base::Task<transport::Authenticated> two_tokens(transport::Credentials credentials) {
  base::Principal principal;
  principal.via = base::Via::http;
  if (credentials.bearer == "token-of-alice") {
    principal.name = "alice";
    co_return principal;
  }
  if (credentials.bearer == "token-of-bob") {
    principal.name = "bob";
    co_return principal;
  }
  transport::Denial denial;
  denial.why = "who are you?";
  denial.bad_token = credentials.bearer.has_value();
  co_return std::unexpected(denial);
}

/// A real server on a real port, on a thread of its own, with the tools of the protocol's tests.
class HttpFixture {
 public:
  explicit HttpFixture(transport::HttpOptions options = {})
      : server_(info(), tools(seen), base::Log::silent()) {
    options.port = 0;
    if (!options.authenticate) options.authenticate = two_tokens;
    http_.emplace(io_.get_executor(), server_, std::move(options), base::Log::silent());
    http_->listen();
    port = http_->port();
    asio::co_spawn(io_, http_->run(),
                   asio::bind_cancellation_slot(stop_.slot(), [](const std::exception_ptr&) {}));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~HttpFixture() {
    stop();
    EXPECT_EQ(seen.started, seen.unwound);
  }
  /// Ends it as a signal does, and waits.
  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
    thread_.join();
  }
  /// What `look` gives on the server's thread.
  template <class Look>
  auto inside(Look look) {
    std::packaged_task<decltype(look())()> task(look);
    auto result = task.get_future();
    asio::post(io_, [&task] { task(); });
    return result.get();
  }
  void drain() {
    inside([this] {
      http_->drain();
      return true;
    });
  }
  void dismiss(const std::string& principal) {
    inside([this, &principal] {
      http_->dismiss(principal);
      return true;
    });
  }
  [[nodiscard]] RawHttp client() const { return RawHttp(port); }

  Seen seen;
  std::uint16_t port = 0;

 private:
  static mcp::ServerInfo info() { return {"test-server", "Test server", "1.0", "Use it to test."}; }

  asio::io_context io_{1};
  mcp::Server server_;
  std::optional<transport::HttpServer> http_;
  asio::cancellation_signal stop_;
  std::thread thread_;
};

/// A request of alice; `fields` are further header lines, each with its CRLF.
inline std::string http_request(std::string_view method, std::string_view path, std::string_view fields,
                                std::string_view body = "", std::string_view token = "token-of-alice") {
  std::string text(method);
  text.append(" ")
      .append(path)
      .append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ")
      .append(token);
  text.append("\r\n").append(fields);
  if (!body.empty() || method == "POST")
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return text.append("\r\n").append(body);
}

inline constexpr std::string_view both_types =
    "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n";

inline std::string post(std::string_view body, std::string_view fields = "",
                        std::string_view token = "token-of-alice") {
  return http_request("POST", "/mcp", std::string(both_types).append(fields), body, token);
}

inline std::string initialize_body(std::string_view version = "2025-11-25",
                                   std::string_view capabilities = "{}") {
  return R"({"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":")" +
         std::string(version) + R"(","capabilities":)" + std::string(capabilities) +
         R"(,"clientInfo":{"name":"tester","version":"9"}}})";
}

/// Opens a session and gives the header line that names it.
inline std::string open_session(RawHttp& client, std::string_view version = "2025-11-25",
                                std::string_view capabilities = "{}") {
  const auto answer = client.ask(post(initialize_body(version, capabilities)));
  EXPECT_EQ(answer.status, 200U) << answer.body;
  EXPECT_FALSE(answer.field("mcp-session-id").empty());
  return "Mcp-Session-Id: " + answer.field("mcp-session-id") + "\r\n";
}

/// A modern request with the headers that have to mirror it.
inline std::string modern_post(std::string_view method, std::string_view rest = "",
                               std::string_view name = "", std::string_view fields = "") {
  std::string mirrored = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " + std::string(method) + "\r\n";
  if (!name.empty()) mirrored += "Mcp-Name: " + std::string(name) + "\r\n";
  return post(modern("1", method, rest), mirrored.append(fields));
}

/// Has the server serve others for so long, and does `meanwhile` in between until it gives false.
inline void serve_others(
    const HttpFixture& server, std::chrono::milliseconds time,
    const std::function<bool()>& meanwhile = [] { return true; }) {
  auto other = server.client();
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < deadline && meanwhile())
    EXPECT_EQ(other.ask(modern_post("server/discover")).status, 200U);
}

}  // namespace mcpssh::testing
