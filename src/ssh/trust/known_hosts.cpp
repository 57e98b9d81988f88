#include "ssh/trust/known_hosts.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <optional>
#include <system_error>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::ssh {
namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
namespace {

/// 100,000 hosts with three keys each stay under this; what is bigger is no known_hosts file.
constexpr std::size_t max_file_bytes = 64 * 1024 * 1024;
constexpr std::string_view blanks = " \t";
constexpr std::string_view revoked = "@revoked";
constexpr std::string_view cert_authority = "@cert-authority";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

/// The name a host goes by in the file.
std::string lookup_name(std::string_view address, std::uint16_t port) {
  const std::string name = lower(address);
  return port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

std::string_view take_field(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  const std::string_view field = rest.substr(0, rest.find_first_of(blanks));
  rest.remove_prefix(field.size());
  return field;
}

struct Line {
  std::string_view marker, names;
  HostKey key;
};

/// The key when `type` is what the blob itself says it is (RFC 4253 section 6.6), in canonical base64.
std::optional<HostKey> read_key(std::string_view type, std::string_view base64) {
  const auto blob = base::from_base64(base64);
  if (!blob || blob->size() < 4 || type.empty()) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | (*blob)[i];
  if (length != type.size() || blob->size() - 4 < length) return std::nullopt;
  if (!std::equal(type.begin(), type.end(), blob->begin() + 4,
                  [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; }))
    return std::nullopt;
  return HostKey{std::string(type), base::to_base64(*blob)};
}

/// Nothing for blank lines, comments, unknown markers and damaged keys.
std::optional<Line> read_line(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  Line line;
  std::string_view first = take_field(text);
  if (first.empty() || first.front() == '#') return std::nullopt;
  if (first.front() == '@') {
    if (first != revoked && first != cert_authority) return std::nullopt;
    line.marker = first;
    first = take_field(text);
  }
  line.names = first;
  const std::string_view type = take_field(text);
  auto key = read_key(type, take_field(text));
  if (!key) return std::nullopt;
  line.key = std::move(*key);
  return line;
}

/// `*` and `?` only. Goes back to the last star alone, so the time is bounded by the product of the lengths.
bool glob(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == name[n])) {
      ++p, ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// "|1|base64 salt|base64 HMAC-SHA1 of the name".
bool hash_matches(std::string_view hashed, std::string_view name) {
  const auto parts = base::split(hashed, '|');
  if (parts.size() != 4 || !parts[0].empty() || parts[1] != "1") return false;
  const auto salt = base::from_base64(parts[2]);
  const auto wanted = base::from_base64(parts[3]);
  if (!salt || !wanted || salt->size() != SHA_DIGEST_LENGTH || wanted->size() != SHA_DIGEST_LENGTH)
    return false;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  if (HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()),
           reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data(),
           nullptr) == nullptr)
    return false;
  return std::ranges::equal(digest, *wanted);
}

/// `name` is a lookup_name(). One matching negation excludes the whole line.
bool names_match(std::string_view names, std::string_view name) {
  if (names.starts_with('|')) return hash_matches(names, name);
  bool found = false;
  for (std::string_view pattern : base::split(names, ',')) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty() || !glob(pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

bool is_plain_name(std::string_view address) {
  if (address.empty() || address.front() == '|' || address.front() == '@' || address.front() == '#')
    return false;
  return std::ranges::none_of(address, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f || std::string_view("*?!,").contains(c);
  });
}

/// The names of a line that no longer speaks for `name`; nothing when no name is left.
std::optional<std::string> without_name(std::string_view names, std::string_view name) {
  if (names.starts_with('|')) return std::nullopt;
  std::vector<std::string> kept;
  bool speaks_for_someone = false;
  for (const std::string_view pattern : base::split(names, ',')) {
    if (lower(pattern) == name) continue;
    kept.emplace_back(pattern);
    speaks_for_someone |= !pattern.empty() && pattern.front() != '!';
  }
  if (!speaks_for_someone) return std::nullopt;
  std::string result = base::join(kept, ",");
  return names_match(result, name) ? "!" + std::string(name) + "," + result : result;
}

/// `text` without what it says about `name`; every other byte stays.
std::string without_lines_of(std::string_view text, std::string_view name) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view bytes = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(bytes.size());
    const auto line = read_line(bytes.substr(0, end));
    if (!line || !line->marker.empty() || !names_match(line->names, name)) {
      result += bytes;
      continue;
    }
    const auto names = without_name(line->names, name);
    if (!names) continue;
    const auto at = static_cast<std::size_t>(line->names.data() - bytes.data());
    result.append(bytes.substr(0, at)).append(*names).append(bytes.substr(at + line->names.size()));
  }
  return result;
}

std::string read_or_empty(const fs::path& file) {
  try {
    return base::read_file(file, max_file_bytes);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return {};
    throw;
  }
}

/// Held for as long as the object lives; the file stays, since removing it would let two holders in.
base::UniqueFd lock_beside(const fs::path& file) {
  const std::string path = file.string() + ".lock";
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  int outcome = fd ? ::flock(fd.get(), LOCK_EX) : -1;
  while (fd && outcome != 0 && errno == EINTR) outcome = ::flock(fd.get(), LOCK_EX);
  if (outcome == 0) return fd;
  const int error = errno;
  throw Error(error == EACCES || error == EROFS ? ErrorCode::permission_denied : ErrorCode::io_error,
              "cannot lock " + path + ": " + std::system_category().message(error),
              "let this user write to the directory of the known_hosts file, or name another file");
}

/// The file a link leads to, so that replacing it leaves the link alone.
fs::path behind_link(const fs::path& file) {
  std::error_code ignored;
  return fs::is_symlink(file, ignored) ? fs::weakly_canonical(file) : file;
}

unsigned mode_of(const fs::path& file) {
  struct stat info{};
  return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 0777U : 0600U;
}

}  // namespace

std::string HostKey::fingerprint() const {
  const auto blob = base::from_base64(base64);
  if (!blob) return "unreadable key";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(blob->data(), blob->size(), digest.data());
  std::string text = base::to_base64(digest);
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

KnownHosts KnownHosts::parse(std::string_view text) {
  KnownHosts hosts;
  for (const std::string_view bytes : base::split(text, '\n'))
    if (auto line = read_line(bytes))
      hosts.entries_.push_back({std::string(line->names), std::string(line->marker), std::move(line->key)});
  return hosts;
}

KnownHosts KnownHosts::load(const fs::path& file) {
  KnownHosts hosts = parse(read_or_empty(file));
  hosts.files_ = {file};
  return hosts;
}

KnownHosts KnownHosts::load(const fs::path& file, const std::vector<fs::path>& others) {
  KnownHosts hosts = load(file);
  for (const auto& other : others) hosts.add(load(other));
  return hosts;
}

void KnownHosts::add(KnownHosts other) {
  for (Entry& entry : other.entries_) entry.file += files_.size();
  std::ranges::move(other.entries_, std::back_inserter(entries_));
  std::ranges::move(other.files_, std::back_inserter(files_));
}

KnownHosts::Answer KnownHosts::check(std::string_view address, std::uint16_t port,
                                     const HostKey& offered) const {
  const std::string name = lookup_name(address, port);
  Answer answer;
  const Entry* revoking = nullptr;
  const Entry* first = nullptr;
  for (const Entry& entry : entries_) {
    if (!names_match(entry.names, name)) continue;
    if (entry.marker == revoked) {
      if (entry.key.base64 == offered.base64) revoking = &entry;
      continue;
    }
    if (first == nullptr) first = &entry;
    if (entry.marker == cert_authority)
      answer.by_authority = true;
    else
      answer.on_record.push_back(entry.key);
  }
  if (revoking != nullptr) first = revoking;
  if (first != nullptr) answer.file = files_[first->file];
  if (revoking != nullptr)
    answer.state = State::revoked;
  else if (std::ranges::find(answer.on_record, offered) != answer.on_record.end())
    answer.state = State::match;
  else if (!answer.on_record.empty())
    answer.state = State::changed;
  return answer;
}

std::vector<std::string> KnownHosts::types_for(std::string_view address, std::uint16_t port) const {
  const std::string name = lookup_name(address, port);
  std::vector<std::string> types;
  for (const Entry& entry : entries_)
    if (entry.marker.empty() && std::ranges::find(types, entry.key.type) == types.end() &&
        names_match(entry.names, name))
      types.push_back(entry.key.type);
  return types;
}

std::vector<HostKey> forget(const fs::path& file, std::string_view address, std::uint16_t port) {
  const fs::path real = behind_link(file);
  std::error_code unreadable;
  if (!fs::exists(real, unreadable)) return {};
  const base::UniqueFd lock = lock_beside(real);
  const std::string text = read_or_empty(real);
  auto removed = KnownHosts::parse(text).check(address, port, HostKey()).on_record;
  if (!removed.empty())
    base::replace_file(real, without_lines_of(text, lookup_name(address, port)), mode_of(real));
  return removed;
}

void remember(const fs::path& file, std::string_view address, std::uint16_t port, const HostKey& key,
              bool replace_changed, bool first_contact) {
  if (!is_plain_name(address))
    throw Error(ErrorCode::invalid_argument,
                "cannot remember a host key for the address '" + base::printable(address) + "'",
                "use a host name or an IP address");
  const auto readable = read_key(key.type, key.base64);
  if (!readable)
    throw Error(ErrorCode::invalid_argument,
                "the host key to remember is no " + base::printable(key.type) + " key");

  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  base::ensure_private_directory(parent);
  const fs::path real = behind_link(file);
  const base::UniqueFd lock = lock_beside(real);

  std::string text = read_or_empty(real);
  const std::string name = lookup_name(address, port);
  const KnownHosts::Answer answer = KnownHosts::parse(text).check(address, port, *readable);
  if (answer.state == KnownHosts::State::revoked)
    throw Error(ErrorCode::refused,
                file.string() + " revokes this host key (" + readable->fingerprint() + ")",
                "do not connect; ask who revoked it");
  const bool others =
      std::ranges::any_of(answer.on_record, [&](const HostKey& known) { return known != *readable; });
  if (first_contact && others)
    throw Error(ErrorCode::host_key_changed,
                file.string() + " now holds another key for " + name + " (someone may be in between)",
                "find out why; if this is intended run `mcp-ssh hosts trust`");
  if (answer.state == KnownHosts::State::match && !(replace_changed && others)) return;
  if (replace_changed && others) text = without_lines_of(text, name);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  text += name + " " + readable->type + " " + readable->base64 + "\n";
  base::replace_file(real, text, mode_of(real));
}

}  // namespace mcpssh::ssh
