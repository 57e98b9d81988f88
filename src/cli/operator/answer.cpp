// mcp-ssh approve, deny.
#include <iostream>
#include <optional>

#include "approvals/login_questions.hpp"
#include "approvals/shown.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/operator/always.hpp"
#include "cli/operator/code.hpp"
#include "cli/operator/login_question.hpp"
#include "cli/operator/question_text.hpp"
#include "cli/operator/request_text.hpp"
#include "cli/operator/servers.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

/// An open request, and the server that has it.
struct Found {
  std::string socket;
  base::UnixPeer server;
  std::string text;
  std::string digest;       ///< of exactly what `text` shows
  bool needs_code = false;  ///< this person's approval counts with a one-time code only
  std::optional<AlwaysRule> always{};
};

/// Throws Error(refused) when several servers say they have it: one of them shows what another would run.
std::optional<Found> find_request(const OperatorOptions& options) {
  control::Wish look;
  look.kind = control::Wish::Kind::pending;
  std::optional<Found> found;
  for (const auto& [socket, told, server] : ask_servers(options.socket, look)) {
    if (!told) continue;
    for (const auto* request : requests_of(*told)) {
      if (base::find_string(*request, "id").value_or("") != options.id) continue;
      if (found)
        throw Error(ErrorCode::refused,
                    "two servers say they have " + base::printable(options.id, 40) + ": " + found->socket +
                        " of " + described(found->server) + ", and " + socket.string() + " of " +
                        described(server),
                    "one of them imitates the other: find out which, and name the true one with --socket");
      found = Found{socket.string(),
                    server,
                    request_text(*request),
                    approvals::digest_of_shown(*request),
                    base::find_string(*request, "yours").value_or("") == "code",
                    std::nullopt};
      if (options.always) found->always = always_rule_of(*request, base::find_object(*told, "server"));
    }
  }
  return found;
}

Error what_matters(const std::vector<Told>& told) {
  std::optional<Error> failure;
  for (const auto& each : told) {
    // Of many servers one had it; what the others say matters only when none had.
    const bool telling = each.answer.error().code() != ErrorCode::not_found ||
                         each.answer.error().message().find("is over") != std::string::npos;
    if (!failure || telling) failure = each.answer.error();
  }
  if (failure) return *failure;
  return {Fault::no_server, "no mcp-ssh server that you can reach runs", "name its socket with --socket"};
}

/// Whoever has it ends that log-in; nothing is given away when that is another than it seems.
int decline_login(const OperatorOptions& options) {
  const auto found = find_login_question(options);
  if (found)
    std::cout << "to " << described(found->server) << ":\n" << question_text(found->question) << std::flush;
  control::Wish wish;
  wish.kind = control::Wish::Kind::deny;
  wish.id = options.id;
  const auto told = ask_servers(found ? found->socket : options.socket, wish);
  for (const auto& each : told) {
    if (!each.answer) continue;
    std::cout << base::printable(base::find_string(*each.answer, "text").value_or(""), 500) << "\n";
    return 0;
  }
  throw Error(what_matters(told));
}

}  // namespace

int answer(const Common& common, const OperatorOptions& options, bool approve) {
  if (approvals::names_login_question(options.id)) {
    if (!approve) return decline_login(options);
    throw Error(Fault::usage,
                base::printable(options.id, 40) + " is what a host asks, and not a request for approval",
                "answer it with mcp-ssh answer, or refuse it with mcp-ssh deny");
  }
  const auto found = find_request(options);
  if (found) std::cout << "to " << described(found->server) << ":\n" << found->text << std::flush;
  if (options.always && !found)
    throw Error(Fault::no_such_request, "there is no open request " + base::printable(options.id, 40),
                "mcp-ssh pending shows what is open");
  if (options.always)
    std::cout << "and from now on without a question:\n" << shown(*found->always) << std::flush;
  control::Wish wish;
  wish.kind = approve ? control::Wish::Kind::approve : control::Wish::Kind::deny;
  wish.id = options.id;
  if (found) wish.digest = found->digest;
  if (approve) wish.code = one_time_code(options, found && found->needs_code);
  if (!found) require_one_server(options, wish.code);
  const auto told = ask_servers(found ? found->socket : options.socket, wish);
  for (const auto& each : told) {
    if (!each.answer) continue;
    std::cout << base::printable(base::find_string(*each.answer, "text").value_or(""), 500) << "\n";
    if (options.always) write_always(common, *found->always);
    return 0;
  }
  throw Error(what_matters(told));
}

}  // namespace mcpssh::cli
