// mcp-ssh answer: what a host asks during a log-in, from a person.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "cli/commands.hpp"
#include "cli/operator/code.hpp"
#include "cli/operator/host_asking.hpp"
#include "cli/operator/login_question.hpp"
#include "cli/operator/question_text.hpp"
#include "cli/operator/servers.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::Fault;

/// The first line of stdin, not through a stream, which would keep it.
base::Secret from_stdin() {
  std::string line;
  line.reserve(gateway::most_answer_bytes + 2);
  char next = '\0';
  while (line.size() <= gateway::most_answer_bytes) {
    const auto count = ::read(STDIN_FILENO, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 && line.empty())
      throw Error(Fault::usage, "there is no answer on stdin", "write it there as one line");
    if (count <= 0 || next == '\n') break;
    line.push_back(next);
  }
  return base::Secret(std::move(line));
}

base::Secret from_terminal(const std::string& host) {
  if (!base::UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)))
    throw Error(Fault::needs_terminal, "the answer is asked for on a terminal, and there is none",
                "run it in a terminal, or with --stdin");
  auto answer = asked_at_terminal(answer_prompt(host, false));
  if (!answer)
    throw Error(Fault::cancelled, "nothing was answered", "the question stays open until it expires");
  return *std::move(answer);
}

base::Secret require_sendable(base::Secret answer) {
  const auto& text = answer.reveal();
  if (text.size() > gateway::most_answer_bytes)
    throw Error(Fault::usage, "the answer is longer than " + std::to_string(gateway::most_answer_bytes) +
                                  " bytes, so it is none");
  if (!base::is_utf8(text) || text.contains('\0'))
    throw Error(Fault::usage, "the answer is no UTF-8 text, and cannot be sent");
  return answer;
}

}  // namespace

int answer_login(const OperatorOptions& options) {
  const auto found = find_login_question(options);
  if (!found)
    throw Error(Fault::no_such_request,
                "no server that you can reach has an open question " + base::printable(options.id, 40),
                "mcp-ssh pending shows what is open");
  // Nobody looks at what is shown, so somebody has to say beforehand who gets it.
  if (options.from_stdin && options.socket.empty() && found->servers > 1)
    throw Error(Fault::usage,
                std::to_string(found->servers) + " servers answer, and --stdin asks nobody which",
                "name the one that is meant with --socket");
  std::cout << "to " << described(found->server) << ":\n" << question_text(found->question) << std::flush;
  const auto host = base::find_string(found->question, "host").value_or("");
  control::Wish wish;
  wish.kind = control::Wish::Kind::answer;
  wish.id = options.id;
  wish.answer = require_sendable(options.from_stdin ? from_stdin() : from_terminal(host));
  for (const auto& told : ask_servers(found->socket, wish, std::nullopt, found->server)) {
    if (!told.answer) throw Error(told.answer.error());
    std::cout << base::printable(base::find_string(*told.answer, "text").value_or(""), 500) << "\n";
    return 0;
  }
  throw Error(Fault::no_server, "the server at " + found->socket + " is gone");
}

}  // namespace mcpssh::cli
