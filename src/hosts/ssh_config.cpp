#include "hosts/ssh_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::Fault;

constexpr std::string_view blanks = " \t";

Error bad_line(const Place& place, const std::string& why) {
  return Error(Fault::import_failed, fmt::format("{}: {}", place.str(), why),
               "correct it (`ssh -G HOST` reads the same file), or remove `ssh_config` from settings");
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// The words of a line, as OpenSSH's argv_split takes them: quotes of both kinds, `\` before a quote, a
/// backslash or (unquoted) a blank; `#` begins a comment where a word would begin. Nothing for an open quote.
std::optional<std::vector<std::string>> words(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (blanks.find(text[i]) != std::string_view::npos) {
      ++i;
      continue;
    }
    if (text[i] == '#') break;
    char quote = 0;
    std::string word;
    for (; i < text.size(); ++i) {
      const char c = text[i];
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (c == '\\' && (next == '\'' || next == '"' || next == '\\' || (quote == 0 && next == ' '))) {
        word += next;
        ++i;
      } else if (quote == 0 && blanks.find(c) != std::string_view::npos) {
        break;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    }
    if (quote != 0) return std::nullopt;
    out.push_back(std::move(word));
  }
  return out;
}

/// Keyword and rest, parted by blanks and at most one `=`.
std::pair<std::string_view, std::string_view> cut_keyword(std::string_view line) {
  const auto end = std::min(line.find_first_of(" \t=\""), line.size());
  std::string_view rest = line.substr(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  if (rest.starts_with('=')) rest.remove_prefix(1);
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  return {line.substr(0, end), rest};
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::optional<SshConfigHop> hop_of(std::string_view text) {
  SshConfigHop hop;
  if (text.starts_with("ssh://")) text.remove_prefix(6);
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    hop.user = text.substr(0, at);
    if (hop.user.empty()) return std::nullopt;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    hop.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    hop.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!port.empty()) {
    hop.port = port_of(port.substr(1));
    if (port.front() != ':' || !hop.port) return std::nullopt;
  }
  if (hop.host.empty()) return std::nullopt;
  return hop;
}

}  // namespace

std::expected<SshConfigFile, Error> parse_ssh_config(std::string_view text, const std::string& file) {
  SshConfigFile config;
  int number = 0;
  for (std::string_view line : base::split(text, '\n')) {
    ++number;
    line = line.substr(0, line.find_last_not_of(" \t\r\f") + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    const Place place{file, number};
    if (line.find('\0') != std::string_view::npos)
      return std::unexpected(bad_line(place, "holds a NUL byte"));
    const auto [keyword, rest] = cut_keyword(line);
    if (rest.empty())
      return std::unexpected(
          bad_line(place, fmt::format("`{}` without a value", base::printable(keyword, 60))));
    auto arguments = words(rest);
    if (!arguments) return std::unexpected(bad_line(place, "a quote is not closed"));
    config.lines.push_back(
        SshConfigLine{lower(keyword), std::string(rest), *std::move(arguments), place, {}});
  }
  return config;
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
  // Linear: after a star only the last one ever has to be tried again.
  std::size_t at = 0, p = 0, star = std::string_view::npos, mark = 0;
  while (at < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = at;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<std::vector<SshConfigHop>> hops_of_jump(std::string_view proxy_jump) {
  std::vector<SshConfigHop> hops;
  for (const auto part : base::split(proxy_jump, ',')) {
    auto hop = hop_of(base::trim(part));
    if (!hop) return std::nullopt;
    hops.push_back(*std::move(hop));
  }
  return hops;
}

}  // namespace mcpssh::hosts
