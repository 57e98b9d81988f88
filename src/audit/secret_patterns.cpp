#include "audit/secret_patterns.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mcpssh::audit {
namespace {

constexpr auto npos = std::string_view::npos;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

/// Where the value that starts at `at` ends: at its closing quote, or before what ends a shell word or a
/// parameter.
Span value_at(std::string_view text, std::size_t at) {
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
    const auto close = text.find(text[at], at + 1);
    return {at + 1, close == npos ? text.size() : close};
  }
  const auto end = text.find_first_of(" \t\r\n\"'&;|<>,", at);
  return {at, end == npos ? text.size() : end};
}

void add_value(std::string_view text, std::size_t at, std::vector<Span>& found) {
  const Span value = value_at(text, at);
  if (value.end > value.begin && text[value.begin] != '$') found.push_back(value);
}

void private_keys(std::string_view text, std::vector<Span>& found) {
  constexpr std::string_view opening = "-----BEGIN ", dashes = "-----";
  for (auto at = text.find(opening); at != npos; at = text.find(opening, at + 1)) {
    const auto label = at + opening.size();
    const auto label_end = text.find(dashes, label);
    if (label_end == npos || !text.substr(label, label_end - label).ends_with("PRIVATE KEY")) continue;
    const auto body = label_end + dashes.size();
    found.push_back({body, std::min(text.find("-----END", body), text.size())});
  }
}

void credentials(std::string_view text, std::string_view lowered, std::vector<Span>& found) {
  for (const std::string_view scheme : {"bearer ", "authorization: basic "})
    for (auto at = lowered.find(scheme); at != npos; at = lowered.find(scheme, at + 1))
      add_value(text, at + scheme.size(), found);
}

void url_passwords(std::string_view text, std::vector<Span>& found) {
  for (auto at = text.find("://"); at != npos; at = text.find("://", at + 3)) {
    const auto authority = text.substr(at + 3, text.substr(at + 3).find_first_of("/?# \t\r\n\"'"));
    const auto host = authority.rfind('@');
    if (host == npos) continue;
    const auto colon = authority.substr(0, host).find(':');
    if (colon != npos && colon + 1 < host && authority[colon + 1] != '$')
      found.push_back({at + 3 + colon + 1, at + 3 + host});
  }
}

void assignments(std::string_view text, std::string_view lowered, std::vector<Span>& found) {
  constexpr std::array<std::string_view, 9> names{"password",   "passwd", "passphrase", "secret",    "token",
                                                  "secret_key", "apikey", "api_key",    "access_key"};
  for (const auto name : names) {
    for (auto at = lowered.find(name); at != npos; at = lowered.find(name, at + 1)) {
      auto value = at + name.size();
      const auto quoted = [&] { return value < text.size() && (text[value] == '"' || text[value] == '\''); };
      if (quoted()) ++value;
      if (value >= text.size() || (text[value] != '=' && text[value] != ':')) continue;
      const bool colon = text[value++] == ':';
      while (value < text.size() && text[value] == ' ') ++value;
      // "Password: permission denied" is a message, "password": "x" is a value
      if (!colon || quoted()) add_value(text, value, found);
    }
  }
}

}  // namespace

std::vector<Span> find_secret_patterns(std::string_view text) {
  std::vector<Span> found;
  const std::string lowered = lower(text);
  private_keys(text, found);
  credentials(text, lowered, found);
  url_passwords(text, found);
  assignments(text, lowered, found);
  return found;
}

}  // namespace mcpssh::audit
