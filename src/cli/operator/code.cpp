#include "cli/operator/code.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <optional>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/hosts/hosts_prompt.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::streamsize longest = 64;

/// The first line of stdin. A code is six digits: more is something else.
std::string from_stdin() {
  std::string line(longest, '\0');
  std::cin.get(line.data(), longest);
  line.resize(static_cast<std::size_t>(std::cin.gcount()));
  return std::string(base::trim(line));
}

std::string from_terminal() {
  const auto given = asked_at_terminal("your one-time code, for what is shown above:");
  return given ? std::string(base::trim(given->reveal())) : "";
}

}  // namespace

std::optional<base::Secret> asked_at_terminal(const std::string& what) {
  boost::asio::io_context loop(1);
  std::optional<base::Secret> given;
  boost::asio::co_spawn(
      loop, typed_below(own_question(what), false),
      [&given](const std::exception_ptr&, std::optional<base::Secret> answer) { given = std::move(answer); });
  loop.run();
  return given;
}

std::string one_time_code(const OperatorOptions& options, bool needed) {
  if (options.code == "-") return from_stdin();
  return needed ? from_terminal() : "";
}

void require_one_server(const OperatorOptions& options, const std::string& code) {
  if (code.empty() || !options.socket.empty()) return;
  throw base::Error(base::Fault::usage, "a code goes to one server, and none is named",
                    "name it with --socket");
}

}  // namespace mcpssh::cli
