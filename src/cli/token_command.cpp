// mcp-ssh token: the named tokens of clients over HTTP.
#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/token_place.hpp"
#include "cli/token_rights.hpp"
#include "transport/http/token_file.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

base::WallTime now() {
  return base::Clock().wall();
}

std::string date(base::WallTime time) {
  return base::rfc3339(time).substr(0, 10);
}

}  // namespace

std::filesystem::path token_place() {
  return base::state_directory() / "tokens.json";
}

int token_add(const Common& common, const TokenOptions& options) {
  if (const auto problem = transport::problem_of_token_name(options.name))
    throw Error(ErrorCode::invalid_argument, *problem);
  auto rights = rights_of(common, options);
  const auto file = token_place();
  const auto lock = base::lock_beside(file);
  auto tokens = transport::read_tokens(file);
  if (std::ranges::count(tokens, options.name, &transport::NamedToken::name) > 0)
    throw Error(Fault::exists_already, "there is a token " + options.name + " already",
                "choose another name, or revoke it first: mcp-ssh token revoke " + options.name);
  const auto token = transport::new_token();
  transport::NamedToken entry;
  entry.name = options.name;
  entry.sha256 = transport::token_digest(token);
  entry.created = now();
  if (options.days > 0) entry.expires = entry.created + std::chrono::hours(24) * options.days;
  entry.rights = std::move(rights);
  tokens.push_back(entry);
  transport::write_tokens(file, tokens);
  std::cout << token << "\n";
  std::cerr << "This is the token " << options.name
            << ". It is shown this once, and only its hash is kept in " << file.string()
            << ".\nA running server takes it from now on";
  if (entry.expires) std::cerr << ", until " << date(*entry.expires);
  std::cerr << ": Authorization: Bearer <token>\n";
  if (entry.rights) std::cerr << "It may do no more than: " << described(*entry.rights) << "\n";
  return 0;
}

int token_list() {
  const auto tokens = transport::read_tokens(token_place());
  if (tokens.empty()) std::cout << "no named tokens\n";
  for (const auto& token : tokens) {
    std::cout << token.name << "  made " << date(token.created);
    if (token.expires)
      std::cout << (*token.expires <= now() ? ", expired " : ", expires ") << date(*token.expires);
    if (token.rights) std::cout << "; " << described(*token.rights);
    std::cout << "\n";
  }
  return 0;
}

int token_revoke(const std::string& name) {
  const auto file = token_place();
  const auto lock = base::lock_beside(file);
  auto tokens = transport::read_tokens(file);
  if (std::erase_if(tokens, [&](const auto& token) { return token.name == name; }) == 0)
    throw Error(Fault::no_such_token, "there is no token " + base::printable(name, 60),
                "mcp-ssh token list names them all");
  transport::write_tokens(file, tokens);
  std::cout << name << ": revoked; a running server refuses it from now on\n";
  return 0;
}

}  // namespace mcpssh::cli
