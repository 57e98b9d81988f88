#include "transport/http/token_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <span>
#include <system_error>
#include <utility>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/rights_json.hpp"
#include "base/text.hpp"
#include "transport/http/brake.hpp"
#include "transport/http/file_version.hpp"

namespace mcpssh::transport {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Task;
using std::chrono::seconds;

constexpr std::int64_t format = 1;
constexpr std::size_t file_bytes = 1024 * 1024;
constexpr std::size_t digest_hex = 64;
constexpr std::size_t longest_name = 40;

Error unusable(const fs::path& file, const std::string& why) {
  return Error(Fault::tokens_unusable, "the tokens in " + file.string() + " cannot be used: " + why,
               "mend or remove the file, and make new tokens with mcp-ssh token add");
}

std::optional<base::WallTime> time_of(const json::object& entry, std::string_view key) {
  const auto* value = entry.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return base::WallTime(seconds(value->get_int64()));
}

std::int64_t to_seconds(base::WallTime time) {
  return std::chrono::duration_cast<seconds>(time.time_since_epoch()).count();
}

std::optional<NamedToken> read_entry(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const auto& entry = value.get_object();
  auto name = base::find_string(entry, "name");
  auto digest = base::find_string(entry, "sha256");
  const auto created = time_of(entry, "created");
  if (!name || problem_of_token_name(*name) || !digest || digest->size() != digest_hex || !created)
    return std::nullopt;
  NamedToken token;
  token.name = std::move(*name);
  token.sha256 = std::move(*digest);
  token.created = *created;
  token.expires = time_of(entry, "expires");
  // An expiry that cannot be read must not become none.
  if (!token.expires && entry.contains("expires")) return std::nullopt;
  if (entry.contains("rights")) {
    const auto* rights = base::find_object(entry, "rights");
    auto read = rights == nullptr ? std::nullopt : std::optional(base::rights_from_json(*rights));
    if (!read || !*read) return std::nullopt;
    token.rights = **std::move(read);
  }
  // What this version does not know may take rights away.
  const std::size_t known = 3U + (token.expires ? 1 : 0) + (token.rights ? 1 : 0);
  return entry.size() == known ? std::optional(std::move(token)) : std::nullopt;
}

std::vector<NamedToken> parse_tokens(const fs::path& file, const std::string& text) {
  const auto parsed = base::parse_json(text);
  if (!parsed) throw unusable(file, parsed.error().cause());
  const auto* root = parsed->if_object();
  const auto* version = root == nullptr ? nullptr : root->if_contains("format");
  const auto* list = root == nullptr ? nullptr : root->if_contains("tokens");
  if (version == nullptr || *version != format || list == nullptr || !list->is_array())
    throw unusable(file, "it is not of the format this version writes");
  std::vector<NamedToken> tokens;
  for (const auto& entry : list->get_array()) {
    auto token = read_entry(entry);
    if (!token) throw unusable(file, "entry " + std::to_string(tokens.size() + 1) + " makes no sense");
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

class TokenBook {
 public:
  TokenBook(fs::path file, Authenticate otherwise, base::Clock clock, base::Log log)
      : file_(std::move(file)),
        otherwise_(std::move(otherwise)),
        clock_(std::move(clock)),
        log_(std::move(log)) {}

  /// The principal of a token that is in force.
  std::optional<base::Principal> holder(const std::string& token) {
    refresh();
    const auto found = by_digest_.find(token_digest(token));
    if (found == by_digest_.end()) return std::nullopt;
    if (found->second.expires && *found->second.expires <= clock_.wall()) return std::nullopt;
    base::Principal principal;
    principal.name = found->second.name;
    principal.via = base::Via::http;
    if (found->second.rights) principal.rights = std::make_shared<const base::Rights>(*found->second.rights);
    return principal;
  }
  [[nodiscard]] const Authenticate& otherwise() const { return otherwise_; }

 private:
  void refresh() {
    const auto now = version_of(file_);
    if (loaded_ && now == version_) return;
    loaded_ = true;
    version_ = now;
    by_digest_.clear();
    try {
      for (auto& token : read_tokens(file_)) by_digest_.emplace(token.sha256, std::move(token));
    } catch (const Error& error) {
      log_.error(error.message() + "; they are refused");
      // Not the file's fault: perhaps no descriptor was free. The next request looks again.
      loaded_ = error.code() != ErrorCode::io_error;
    }
  }

  fs::path file_;
  Authenticate otherwise_;
  base::Clock clock_;
  base::Log log_;
  bool loaded_ = false;
  FileVersion version_;
  std::map<std::string, NamedToken> by_digest_;
};

Task<Authenticated> look_up(std::shared_ptr<TokenBook> book, Credentials credentials) {
  if (credentials.bearer)
    if (auto principal = book->holder(*credentials.bearer)) co_return std::move(*principal);
  if (book->otherwise()) co_return co_await book->otherwise()(std::move(credentials));
  co_return std::unexpected(no_valid_token(credentials));
}

}  // namespace

std::optional<std::string> problem_of_token_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || name.size() > longest_name || !std::ranges::all_of(name, fits))
    return "a token's name is 1 to 40 of a-z, 0-9, '-', '_' and '.'";
  for (const std::string_view taken : {"shared", "local", "system"})
    if (name == taken) return "the name " + std::string(taken) + " is taken";
  return std::nullopt;
}

std::string new_token() {
  return "mcpssh_" + base::random_hex(32);
}

std::string token_digest(const std::string& token) {
  const auto digest = sha256(token);
  return base::to_hex(std::span(reinterpret_cast<const unsigned char*>(digest.data()), digest.size()));
}

std::vector<NamedToken> read_tokens(const fs::path& file) {
  struct ::stat found{};
  if (::stat(file.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    throw unusable(file, std::generic_category().message(errno));
  }
  if (found.st_uid != 0 && found.st_uid != ::geteuid()) throw unusable(file, "it belongs to another user");
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw unusable(file, "others may write to it");
  return parse_tokens(file, base::read_file(file, file_bytes));
}

void write_tokens(const fs::path& file, const std::vector<NamedToken>& tokens) {
  json::array list;
  for (const auto& token : tokens) {
    json::object entry;
    entry["name"] = token.name;
    entry["sha256"] = token.sha256;
    entry["created"] = to_seconds(token.created);
    if (token.expires) entry["expires"] = to_seconds(*token.expires);
    if (token.rights) entry["rights"] = base::to_json(*token.rights);
    list.push_back(std::move(entry));
  }
  json::object root;
  root["format"] = format;
  root["tokens"] = std::move(list);
  base::ensure_private_directory(file.parent_path());
  base::replace_file(file, serialize(root) + "\n", 0600);
}

Authenticate named_tokens(fs::path file, Authenticate otherwise, base::Clock clock, base::Log log) {
  auto book =
      std::make_shared<TokenBook>(std::move(file), std::move(otherwise), std::move(clock), std::move(log));
  return [book](Credentials credentials) { return look_up(book, std::move(credentials)); };
}

}  // namespace mcpssh::transport
