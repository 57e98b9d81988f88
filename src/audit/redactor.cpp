#include "audit/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <span>

#include "audit/secret_patterns.hpp"
#include "base/text.hpp"

namespace mcpssh::audit {
namespace {

/// Shorter values occur by chance in ordinary text.
constexpr std::size_t searchable_bytes = 4;
constexpr std::string_view mark = "[redacted]";

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

/// The characters of a base64 text that depend on `value` alone when `before` other bytes of a group precede
/// it.
std::string base64_core(std::string_view value, std::size_t before) {
  const std::string padded = std::string(before, '\0').append(value);
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t last = padded.size() * 8 / 6;
  return last > first ? base::to_base64(bytes_of(padded)).substr(first, last - first) : std::string();
}

std::string url_safe(std::string base64) {
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  return base64;
}

std::string percent_encoded(std::string_view value, bool upper, bool form) {
  std::string out;
  for (const char c : value) {
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            std::string_view("-._~").contains(c);
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved)
      out += c;
    else if (form && c == ' ')
      out += '+';
    else if (upper)
      fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    else
      fmt::format_to(std::back_inserter(out), "%{:02x}", byte);
  }
  return out;
}

std::vector<std::string> spellings(const std::string& value) {
  std::vector<std::string> out{value, base::to_base64(bytes_of(value)),
                               url_safe(base::to_base64(bytes_of(value)))};
  for (std::size_t before = 0; before < 3; ++before) {
    out.push_back(base64_core(value, before));
    out.push_back(url_safe(out.back()));
  }
  for (const bool upper : {true, false})
    for (const bool form : {true, false}) out.push_back(percent_encoded(value, upper, form));
  out.push_back(base::to_hex(bytes_of(value)));
  out.push_back(out.back());
  std::ranges::transform(out.back(), out.back().begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  const std::string quoted = base::shell_quote(value);
  out.push_back(quoted.substr(1, quoted.size() - 2));
  const std::string json = boost::json::serialize(boost::json::string_view(value));
  out.push_back(json.substr(1, json.size() - 2));
  return out;
}

}  // namespace

void Redactor::add_needle(std::string spelling, std::vector<base::Secret>& needles) {
  base::Secret needle(std::move(spelling));
  if (needle.empty()) return;
  const auto same = [&](const base::Secret& other) { return other.reveal() == needle.reveal(); };
  if (std::ranges::none_of(needles, same)) needles.push_back(std::move(needle));
}

void Redactor::add(const std::vector<base::Secret>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.reveal().size() < searchable_bytes) {
      add_needle(secret.reveal(), short_values_);
      continue;
    }
    for (auto& spelling : spellings(secret.reveal()))
      if (spelling.size() >= searchable_bytes) add_needle(std::move(spelling), needles_);
  }
}

std::string Redactor::clean(std::string_view text) const {
  const auto whole = [text](const base::Secret& value) { return value.reveal() == text; };
  if (std::ranges::any_of(short_values_, whole)) return std::string(mark);

  std::vector<Span> found = find_secret_patterns(text);
  for (const auto& needle : needles_) {
    const std::string& value = needle.reveal();
    for (auto at = text.find(value); at != std::string_view::npos; at = text.find(value, at + 1))
      found.push_back({at, at + value.size()});
  }
  if (found.empty()) return std::string(text);

  std::ranges::sort(found, {}, &Span::begin);
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < found.size();) {
    const std::size_t begin = found[i].begin;
    std::size_t end = found[i].end;
    while (++i < found.size() && found[i].begin <= end) end = std::max(end, found[i].end);
    out.append(text.substr(done, begin - done)).append(mark);
    done = end;
  }
  return out.append(text.substr(done));
}

}  // namespace mcpssh::audit
