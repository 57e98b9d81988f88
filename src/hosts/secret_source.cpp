#include "hosts/secret_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;
using base::Secret;

Error fail(const SecretRef& ref, Fault fault, std::string_view why, std::string next_move) {
  return Error(fault, fmt::format("{} {} {}", name_of(ref), why, asked_by(ref)), std::move(next_move));
}

std::expected<Secret, Error> from_environment(const SecretRef& ref, const Environment& environment) {
  auto value = environment(ref.name);
  if (value && !value->empty()) return Secret(std::move(*value));
  return std::unexpected(
      fail(ref, Fault::secret_missing, value ? "is empty" : "is not set",
           fmt::format("set {} where the server is started (for an MCP client: `env` of its server entry)",
                       ref.name)));
}

/// Only we and root may read it. A systemd credential may carry an ACL, which shows as a group's bit.
std::optional<Error> wrong_reader(const SecretRef& ref, const fs::path& path, const struct stat& info) {
  const mode_t others = ref.source == SecretRef::Source::credential ? S_IRWXO : S_IRWXG | S_IRWXO;
  const std::string file = base::shell_quote(path.string());
  if (!S_ISREG(info.st_mode)) return fail(ref, Fault::secret_missing, "is not a regular file", {});
  if (info.st_uid != ::geteuid() && info.st_uid != 0)
    return fail(ref, Fault::secret_file_open,
                fmt::format("belongs to uid {}, who could change it", info.st_uid),
                fmt::format("run chown {} {}", ::geteuid(), file));
  if ((info.st_mode & others) == 0) return std::nullopt;
  return fail(ref, Fault::secret_file_open,
              fmt::format("is open to {} (mode {:04o})",
                          (info.st_mode & S_IRWXO) != 0 ? "everyone" : "its group", info.st_mode & 07777u),
              fmt::format("run chmod 600 {}", file));
}

/// At most limits::secret_bytes; nothing when there is more.
std::optional<std::string> read_up_to_limit(int fd) {
  std::string bytes;
  bytes.reserve(limits::secret_bytes + 4096);  // never grows, so no copy of the secret is left behind
  std::array<char, 4096> chunk;
  ssize_t n = 0;
  while (bytes.size() <= limits::secret_bytes && (n = ::read(fd, chunk.data(), chunk.size())) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    bytes.append(chunk.data(), static_cast<std::size_t>(n));
  }
  ::explicit_bzero(chunk.data(), chunk.size());
  if (n >= 0 && bytes.size() <= limits::secret_bytes) return bytes;
  ::explicit_bzero(bytes.data(), bytes.size());
  return std::nullopt;
}

std::expected<Secret, Error> from_file(const SecretRef& ref, const fs::path& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd)
    return std::unexpected(
        fail(ref, errno == ENOENT ? Fault::not_found : Fault::permission_denied,
             "cannot be opened: " + std::system_category().message(errno),
             fmt::format("put the secret there in one line, with mode 0600 ({})", path.string())));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0)
    return std::unexpected(fail(ref, Fault::io_error, "cannot be looked at", {}));
  if (auto problem = wrong_reader(ref, path, info)) return std::unexpected(*std::move(problem));
  auto bytes = read_up_to_limit(fd.get());
  if (!bytes)
    return std::unexpected(fail(ref, Fault::limit_reached, "cannot be read, or is longer than 64 KiB", {}));
  Secret secret = first_line(std::move(*bytes));
  if (secret.empty())
    return std::unexpected(
        fail(ref, Fault::secret_missing, "has an empty first line", "put the secret into its first line"));
  return secret;
}

}  // namespace

Secret first_line(std::string bytes) {
  const Secret all(std::move(bytes));
  std::string_view line = std::string_view(all.reveal()).substr(0, all.reveal().find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Secret(std::string(line));
}

std::string name_of(const SecretRef& ref) {
  const std::string& name =
      ref.source == SecretRef::Source::command && !ref.command.empty() ? ref.command.front() : ref.name;
  return fmt::format("{} {}", to_string(ref.source), base::printable(name));
}

std::string asked_by(const SecretRef& ref) {
  return fmt::format("({}{})", ref.purpose.empty() ? "" : ref.purpose + ", ", ref.place.str());
}

std::expected<Secret, Error> resolve(const SecretRef& ref, const Environment& environment) {
  switch (ref.source) {
    case SecretRef::Source::environment:
      return from_environment(ref, environment);
    case SecretRef::Source::file:
      return from_file(ref, base::expand_home(ref.name));
    case SecretRef::Source::credential: {
      const auto directory = environment("CREDENTIALS_DIRECTORY");
      if (directory && directory->starts_with('/')) return from_file(ref, fs::path(*directory) / ref.name);
      return std::unexpected(
          fail(ref, Fault::secret_missing, "is not there: CREDENTIALS_DIRECTORY is not set",
               "start the server as a systemd service with LoadCredential= or SetCredential="));
    }
    case SecretRef::Source::command:
      break;
  }
  return std::unexpected(fail(ref, Fault::invalid_argument, "has to be run", {}));
}

std::vector<const SecretRef*> secrets_of(const Host& host) {
  std::vector<const SecretRef*> refs;
  if (host.auth.passphrase) refs.push_back(&*host.auth.passphrase);
  if (host.auth.password) refs.push_back(&*host.auth.password);
  if (host.proxy && host.proxy->password) refs.push_back(&*host.proxy->password);
  if (host.sudo && host.sudo->password) refs.push_back(&*host.sudo->password);
  return refs;
}

std::vector<Secret> all_secrets(const Snapshot& snapshot, const Environment& environment) {
  std::set<std::string> variables;
  for (const Host& host : snapshot.hosts)
    for (const SecretRef* ref : secrets_of(host))
      if (ref->source == SecretRef::Source::environment) variables.insert(ref->name);
  for (const auto& [user, ref] : snapshot.settings.approver_totp)
    if (ref.source == SecretRef::Source::environment) variables.insert(ref.name);
  std::vector<Secret> secrets;
  for (const std::string& variable : variables)
    if (auto value = environment(variable); value && !value->empty()) secrets.emplace_back(std::move(*value));
  return secrets;
}

}  // namespace mcpssh::hosts
