#include "hosts/route_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t argument_bytes = 4096;
constexpr std::size_t credential_bytes = 255;  // a file name
constexpr std::size_t algorithm_bytes = 64;    // RFC 4250 section 4.6.1
constexpr std::size_t value_bytes = 4096;
constexpr std::size_t sha256_bytes = 32;

std::string quoted(std::string_view text) {
  return "`" + base::printable(text, 80) + "`";
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool only(std::string_view text, std::string_view extra) {
  return std::ranges::all_of(text,
                             [&](char c) { return is_alnum(c) || extra.find(c) != std::string_view::npos; });
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0 || text.front() == '0')
    return std::nullopt;
  return port;
}

/// "address:port" or "[address]:port", cut apart; nothing when it is neither.
std::optional<std::pair<std::string_view, std::string_view>> address_and_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  else if (address.find(':') != std::string_view::npos)
    return std::nullopt;
  return std::pair(address, text.substr(colon + 1));
}

Problem problem_of_fingerprint(std::string_view text) {
  // OpenSSH prints base64 without its padding.
  const auto bytes = base::from_base64(std::string(text.substr(7)) + "=");
  if (!bytes || bytes->size() != sha256_bytes)
    return fmt::format(
        "{} is no fingerprint: `SHA256:` and 43 characters of base64 are, as `ssh-keygen -l` "
        "prints them",
        quoted(text));
  return std::nullopt;
}

/// The key's blob begins with its type (RFC 4253 section 6.6), so a key cut short or of another type shows.
bool blob_is_of(std::string_view type, std::string_view base64) {
  const auto blob = base::from_base64(base64);
  if (!blob || blob->size() < 5 + type.size()) return false;
  const std::size_t length = static_cast<std::size_t>((*blob)[0]) << 24 |
                             static_cast<std::size_t>((*blob)[1]) << 16 |
                             static_cast<std::size_t>((*blob)[2]) << 8 | (*blob)[3];
  return length == type.size() && std::equal(type.begin(), type.end(), blob->begin() + 4);
}

std::vector<std::string_view> blank_separated(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// Variables by which a shell, the loader or an interpreter takes up code before the command runs.
bool runs_code(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{"BASH_ENV",  "ENV",      "IFS",      "PS4",
                                                   "SHELLOPTS", "BASHOPTS", "CDPATH",   "GLOBIGNORE",
                                                   "PERL5OPT",  "RUBYOPT",  "PERL5LIB", "PROMPT_COMMAND"};
  return name.starts_with("LD_") || name.starts_with("DYLD_") || name.starts_with("BASH_FUNC_") ||
         std::ranges::count(names, name) > 0;
}

}  // namespace

Problem problem_of_argument(std::string_view word) {
  if (word.empty()) return "is empty";
  if (word.size() > argument_bytes) return fmt::format("is longer than {} bytes", argument_bytes);
  if (has_control(word)) return "holds a control character";
  return std::nullopt;
}

Problem problem_of_proxy_argument(std::string_view word) {
  if (auto problem = problem_of_argument(word)) return problem;
  for (std::size_t at = word.find('%'); at != std::string_view::npos; at = word.find('%', at + 2)) {
    const char what = at + 1 < word.size() ? word[at + 1] : '\0';
    if (std::string_view("hpr%").find(what) == std::string_view::npos || what == '\0')
      return fmt::format("{} holds a `%` that is not %h (host), %p (port), %r (user) or %%", quoted(word));
  }
  return std::nullopt;
}

Problem problem_of_host_key(std::string_view pin) {
  if (pin.starts_with("SHA256:")) return problem_of_fingerprint(pin);
  const auto words = blank_separated(pin);
  if (words.size() < 2 || has_control(pin))
    return fmt::format(
        "{} is neither `SHA256:...` nor a key as `ssh-keyscan` prints it (`ssh-ed25519 AAAA...`)",
        quoted(pin));
  if (auto problem = problem_of_algorithm(words[0])) return problem;
  if (!blob_is_of(words[0], words[1]))
    return fmt::format("what follows `{}` is no public key of that type", words[0]);
  return std::nullopt;
}

Problem problem_of_agent_key(std::string_view key) {
  if (key.starts_with("SHA256:")) return problem_of_fingerprint(key);
  if (auto problem = problem_of_path(key)) return problem;
  if (!key.ends_with(".pub"))
    return fmt::format("{} is neither `SHA256:...` nor the name of a .pub file", quoted(key));
  return std::nullopt;
}

Problem problem_of_algorithm(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > algorithm_bytes) return fmt::format("is longer than {} bytes", algorithm_bytes);
  if (name.front() == '-' || !only(name, "@.-_"))
    return fmt::format("{} is not the name of an SSH algorithm", quoted(name));
  return std::nullopt;
}

Problem problem_of_credential(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > credential_bytes) return fmt::format("is longer than {} bytes", credential_bytes);
  if (name.front() == '.' || name.front() == '-' || !only(name, "._-:@"))
    return "is not the name of a systemd credential (LoadCredential=NAME:...)";
  return std::nullopt;
}

Problem problem_of_workdir(std::string_view directory) {
  if (auto problem = problem_of_path(directory)) return problem;
  if (directory != "~" && !directory.starts_with("~/") && !directory.starts_with('/'))
    return fmt::format("{} must be absolute or begin with `~/`", quoted(directory));
  return std::nullopt;
}

Problem problem_of_remote_variable(std::string_view name) {
  if (name.size() > 256) return "is longer than 256 bytes";
  if (name.empty() || !only(name, "_") || (name.front() >= '0' && name.front() <= '9'))
    return fmt::format("{} is not the name of an environment variable (letters, digits and `_`)",
                       quoted(name));
  if (runs_code(name))
    return fmt::format("{} makes programs load or run other code than the command that was judged",
                       quoted(name));
  return std::nullopt;
}

Problem problem_of_remote_value(std::string_view value) {
  if (value.size() > value_bytes) return fmt::format("is longer than {} bytes", value_bytes);
  if (has_control(value)) return "holds a control character";
  return std::nullopt;
}

Problem problem_of_tunnel_target(std::string_view target) {
  const auto parts = address_and_port(target);
  if (!parts) return fmt::format("{} must be `address:port`, `address:*`, or `[IPv6]:port`", quoted(target));
  if (auto problem = problem_of_address(parts->first)) return problem;
  if (parts->second != "*" && !port_of(parts->second))
    return fmt::format("{}: the port must be 1 to 65535, or `*`", quoted(target));
  return std::nullopt;
}

Problem problem_of_proxy(std::string_view url) {
  const bool socks = url.starts_with("socks5://");
  if (!socks && !url.starts_with("http://"))
    return "must begin with `socks5://` or `http://`, for example `socks5://proxy.example:1080`";
  std::string_view rest = url.substr(socks ? 9 : 7);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    if (rest.substr(0, at).find(':') != std::string_view::npos)
      return "holds a password; secrets do not go into this file: name it in `proxy_password_env`";
    if (auto problem = problem_of_user(rest.substr(0, at))) return problem;
    rest.remove_prefix(at + 1);
  }
  const auto parts = address_and_port(rest);
  if (!parts || !port_of(parts->second)) return fmt::format("{} must end with `address:port`", quoted(rest));
  return problem_of_address(parts->first);
}

Problem problem_of_import_pattern(std::string_view pattern) {
  if (pattern.empty()) return "is empty";
  if (pattern.size() > 64) return "is longer than 64 bytes";
  if (!only(pattern, "._-*?"))
    return fmt::format("{} may hold only letters, digits, `.` `_` `-` and the wildcards `*` `?`",
                       quoted(pattern));
  return std::nullopt;
}

std::expected<std::vector<std::string>, std::string> words_of(std::string_view text) {
  const auto shell = text.find_first_of("'\"\\$`;&|<>(){}[]*?#!\n\r\t~");
  if (shell != std::string_view::npos)
    return std::unexpected(fmt::format("is run without a shell, so `{}` would not do what it seems to",
                                       base::printable(text.substr(shell, 1))));
  std::vector<std::string> words;
  for (const auto word : blank_separated(text)) words.emplace_back(word);
  return words;
}

TunnelTarget tunnel_target_of(std::string_view target) {
  const auto parts = *address_and_port(target);
  TunnelTarget result;
  result.address = parts.first;
  if (parts.second != "*") result.port = *port_of(parts.second);
  return result;
}

Proxy proxy_of(std::string_view url) {
  Proxy proxy;
  const bool socks = url.starts_with("socks5://");
  proxy.kind = socks ? Proxy::Kind::socks5 : Proxy::Kind::http;
  std::string_view rest = url.substr(socks ? 9 : 7);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    proxy.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  const auto parts = *address_and_port(rest);
  proxy.address = parts.first;
  proxy.port = *port_of(parts.second);
  return proxy;
}

std::string host_key_of(std::string_view pin) {
  if (pin.starts_with("SHA256:")) return std::string(pin);
  const auto words = blank_separated(pin);
  return fmt::format("{} {}", words[0], words[1]);
}

}  // namespace mcpssh::hosts
