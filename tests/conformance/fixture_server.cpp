// mcp-fixture-server --port N: the protocol library over HTTP with what the public conformance suite expects
// of a server under test. Test-only. Says on stdout where it listens, and ends with SIGTERM or SIGINT.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fixtures.hpp"
#include "mcp/server.hpp"
#include "transport/http.hpp"

namespace {

using namespace mcpssh;

mcp::Features features(std::function<void(mcp::Change)> announce) {
  mcp::Features made;
  for (auto& tools :
       {conformance::content_tools(), conformance::asking_tools(), conformance::input_required_tools(),
        conformance::task_tools(), conformance::change_tools(std::move(announce))})
    made.tools.insert(made.tools.end(), tools.begin(), tools.end());
  made.resources = conformance::resources();
  made.templates = conformance::templates();
  made.prompts = conformance::prompts();
  made.logging = true;
  made.tools_change = made.resources_change = made.prompts_change = true;
  return made;
}

base::Task<void> until_told_to_end() {
  auto executor = co_await base::asio::this_coro::executor;
  base::asio::signal_set signals(executor, SIGINT, SIGTERM);
  co_await signals.async_wait(base::asio::use_awaitable);
}

base::Task<void> run_http(transport::HttpServer& http) {
  co_await http.run();
}

base::Task<void> serve(transport::HttpServer& http, mcp::Server& server) {
  using namespace base::asio::experimental::awaitable_operators;
  co_await (run_http(http) || until_told_to_end());
  co_await server.end_tasks();
}

int run(std::uint16_t port) {
  base::asio::io_context loop(1);
  std::unique_ptr<mcp::Server> server;
  const auto announce = [&server](mcp::Change what) { server->changed(what); };
  server = std::make_unique<mcp::Server>(
      mcp::ServerInfo{"mcp-fixture-server", "Conformance fixtures", "1.0.0", "For conformance tests."},
      features(announce), base::Log::to_stderr());
  transport::HttpOptions options;
  options.port = port;
  options.authenticate = transport::everyone("tester");
  transport::HttpServer http(loop.get_executor(), *server, std::move(options), base::Log::to_stderr());
  http.listen();
  std::printf("http://127.0.0.1:%u/mcp\n", unsigned{http.port()});
  std::fflush(stdout);
  std::exception_ptr problem;
  base::asio::co_spawn(loop, serve(http, *server),
                       [&problem](std::exception_ptr failure) { problem = failure; });
  loop.run();
  if (problem) std::rethrow_exception(problem);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (argc != 3 || std::string_view(argv[1]) != "--port") {
    std::fputs("usage: mcp-fixture-server --port N (0: any)\n", stderr);
    return 2;
  }
  try {
    return run(static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mcp-fixture-server: %s\n", error.what());
    return 1;
  }
}
