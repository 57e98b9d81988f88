#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/mcp_client.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {

namespace http = boost::beast::http;

/// One HTTP connection that says what it is told to. Reads give up after 20 s.
class HttpClient {
 public:
  using Fields = std::map<std::string, std::string>;

  explicit HttpClient(std::uint16_t port) : socket_(context_) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    const timeval patience{20, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  void send(http::verb method, const std::string& path, const Fields& fields, std::string body = {}) {
    http::request<http::string_body> request{method, path, 11};
    request.set(http::field::host, "localhost");
    for (const auto& [name, value] : fields) request.set(name, value);
    request.body() = std::move(body);
    request.prepare_payload();
    http::write(socket_, request);
  }
  /// The whole answer; of a stream, to its end.
  http::response<http::string_body> hear() {
    http::response<http::string_body> answer;
    http::read(socket_, buffer_, answer);
    return answer;
  }
  /// The head of a stream, which goes on.
  unsigned hear_head() {
    parser_.emplace();
    http::read_header(socket_, buffer_, *parser_);
    return parser_->get().result_int();
  }
  /// True when the stream whose head was heard ends; false when nothing ends it within 20 s.
  bool ends() {
    boost::system::error_code error;
    http::read(socket_, buffer_, *parser_, error);
    return !error || error == http::error::end_of_stream || error == http::error::partial_message ||
           error == boost::asio::error::connection_reset;
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
};

/// The real program serving HTTP, in a home of its own, and its token command beside it.
class HttpService {
 public:
  explicit HttpService(const std::string& hosts_yaml) {
    home_.write("hosts.yaml", hosts_yaml);
    Process::Options options;
    options.argv = {MCPSSH_BINARY, "serve", "--http", "127.0.0.1:0"};
    options.env = environment();
    options.env["MCP_AUTH_TOKEN"] = shared;
    server_.emplace(std::move(options));
    const std::string mark = "MCP is served on http://127.0.0.1:";
    if (!says(mark)) throw std::runtime_error("it does not serve: " + log());
    port = static_cast<std::uint16_t>(std::stoi(log().substr(log().find(mark) + mark.size())));
  }

  /// `mcp-ssh ARGS...` with the service's configuration and state.
  [[nodiscard]] Finished cli(std::vector<std::string> args) const {
    Process::Options options;
    options.argv = {MCPSSH_BINARY};
    options.argv.insert(options.argv.end(), args.begin(), args.end());
    options.env = environment();
    return run_to_end(std::move(options), std::chrono::seconds(60));
  }
  /// A new named token.
  [[nodiscard]] std::string token(const std::string& name,
                                  const std::vector<std::string>& options = {}) const {
    std::vector<std::string> args{"token", "add", name};
    args.insert(args.end(), options.begin(), options.end());
    const auto made = cli(args);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }

  /// A message of the modern era and its answer, whatever form that has.
  [[nodiscard]] base::json::object ask(const std::string& token, const std::string& method,
                                       base::json::object params) const {
    auto fields = fields_of(token);
    fields["MCP-Protocol-Version"] = "2026-07-28";
    fields["Mcp-Method"] = method;
    if (const auto name = base::find_string(params, "name")) fields["Mcp-Name"] = *name;
    if (const auto* arguments = base::find_object(params, "arguments"))
      if (const auto host = base::find_string(*arguments, "host"))
        if (base::find_string(params, "name") != "ssh_list_hosts") fields["Mcp-Param-Host"] = *host;
    params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                       {"io.modelcontextprotocol/clientCapabilities", base::json::object()}};
    const base::json::object message{
        {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
    HttpClient client(port);
    client.send(http::verb::post, "/mcp", fields, base::json::serialize(message));
    return parsed(client.hear().body());
  }
  /// A tool call of the modern era.
  [[nodiscard]] ToolAnswer call(const std::string& token, const std::string& tool,
                                const std::string& arguments) const {
    base::json::object params;
    params["name"] = tool;
    params["arguments"] = base::json::parse(arguments);
    return answer_of(ask(token, "tools/call", std::move(params)));
  }

  /// A session of the legacy era: the fields its requests need.
  [[nodiscard]] HttpClient::Fields session(const std::string& token) const {
    HttpClient client(port);
    auto fields = fields_of(token);
    client.send(http::verb::post, "/mcp", fields,
                R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
                R"("capabilities":{},"clientInfo":{"name":"test","version":"1"}}})");
    const auto answer = client.hear();
    EXPECT_EQ(answer.result_int(), 200U) << answer.body();
    fields["Mcp-Session-Id"] = std::string(answer["Mcp-Session-Id"]);
    return fields;
  }
  /// A tool call in a session.
  [[nodiscard]] ToolAnswer call(const HttpClient::Fields& session, const std::string& tool,
                                const std::string& arguments) const {
    HttpClient client(port);
    client.send(http::verb::post, "/mcp", session,
                R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")" + tool +
                    R"(","arguments":)" + arguments + "}}");
    return answer_of(parsed(client.hear().body()));
  }

  /// SIGTERM, and its end.
  void stop() { server_->stop(); }

  static HttpClient::Fields fields_of(const std::string& token) {
    return {{"Authorization", "Bearer " + token},
            {"Accept", "application/json, text/event-stream"},
            {"Content-Type", "application/json"}};
  }
  [[nodiscard]] std::string log() const { return server_->err(); }
  /// Whether the log comes to have `text`; false after 20 s, or when the service has ended.
  [[nodiscard]] bool says(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (log().find(text) == std::string::npos)
      if (std::chrono::steady_clock::now() > deadline || server_->wait(std::chrono::milliseconds(20)))
        return false;
    return true;
  }
  void write_home(const std::string& name, const std::string& text) const { home_.write(name, text); }
  void write_config(const std::string& hosts_yaml) const { home_.write("hosts.yaml", hosts_yaml); }
  [[nodiscard]] std::filesystem::path tokens() const { return home_.path() / "state/mcp-ssh/tokens.json"; }
  [[nodiscard]] std::vector<base::json::object> records() const {
    std::vector<base::json::object> all;
    std::ifstream file(home_.path() / "state/mcp-ssh/audit.jsonl");
    for (std::string line; std::getline(file, line);) all.push_back(base::json::parse(line).as_object());
    return all;
  }

  static constexpr const char* shared = "the-shared-token-of-the-stories";
  std::uint16_t port = 0;

 private:
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    return {{"HOME", home_.path().string()},
            {"XDG_STATE_HOME", (home_.path() / "state").string()},
            {"XDG_CONFIG_HOME", (home_.path() / "config").string()},
            {"XDG_RUNTIME_DIR", (home_.path() / "run").string()},
            {"MCP_SSH_CONFIG", (home_.path() / "hosts.yaml").string()}};
  }
  static base::json::object parsed(const std::string& body) {
    const auto data = body.rfind("data: ");
    const auto text =
        data == std::string::npos ? body : body.substr(data + 6, body.find('\n', data) - data - 6);
    return base::json::parse(text).as_object();
  }
  static ToolAnswer answer_of(const base::json::object& message) {
    ToolAnswer answer;
    const auto* result = base::find_object(message, "result");
    if (result == nullptr) {
      answer.is_error = true;
      answer.text = base::json::serialize(message.at("error"));
      return answer;
    }
    for (const auto& block : result->at("content").as_array())
      answer.text += base::find_string(block.as_object(), "text").value_or("");
    if (const auto* flag = result->if_contains("isError")) answer.is_error = flag->as_bool();
    if (const auto* structured = base::find_object(*result, "structuredContent"))
      answer.structured = *structured;
    return answer;
  }

  TempDir home_;
  std::optional<Process> server_;
};

}  // namespace mcpssh::test
