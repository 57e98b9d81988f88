#include "mcp/lists/uri_template.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

base::Error bad(std::string_view text, std::string_view why) {
  return base::Error(base::ErrorCode::invalid_argument,
                     "the URI template " + std::string(text) + " " + std::string(why));
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto* first = text.data() + i + 1;
    if (text.size() - i < 3 || std::from_chars(first, first + 2, byte, 16).ptr != first + 2)
      return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  if (!base::is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

UriTemplate::UriTemplate(std::string_view text) {
  parts_.emplace_back();
  auto rest = text;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    parts_.back().literal = rest.substr(0, open);
    if (open == 0 && parts_.size() > 1) throw bad(text, "has two variables side by side");
    const auto close = rest.find('}');
    if (close == std::string_view::npos || close < open) throw bad(text, "has a brace too many");
    Part part;
    auto name = rest.substr(open + 1, close - open - 1);
    part.reserved = name.starts_with('+');
    if (part.reserved) name.remove_prefix(1);
    if (!is_name(name) || has(name)) throw bad(text, "has an expression other than {var} and {+var}");
    part.name = name;
    parts_.push_back(std::move(part));
    rest.remove_prefix(close + 1);
  }
  parts_.back().literal = rest;
}

bool UriTemplate::has(std::string_view variable) const {
  return std::ranges::any_of(parts_,
                             [&](const Part& part) { return !part.name.empty() && part.name == variable; });
}

std::optional<Variables> UriTemplate::match(std::string_view uri) const {
  if (uri.size() > protocol::uri_bytes || !uri.starts_with(parts_.front().literal)) return std::nullopt;
  uri.remove_prefix(parts_.front().literal.size());
  Variables found;
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    const auto& part = parts_[i];
    // The last value reaches as far as it can; the others end at the literal behind them.
    const bool last = i + 1 == parts_.size();
    if (last && !uri.ends_with(part.literal)) return std::nullopt;
    const auto end = last ? uri.size() - part.literal.size() : uri.find(part.literal);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    const auto raw = uri.substr(0, end);
    if (!part.reserved && raw.contains('/')) return std::nullopt;
    auto value = percent_decoded(raw);
    if (!value) return std::nullopt;
    found[part.name] = std::move(*value);
    uri.remove_prefix(end + part.literal.size());
  }
  if (!uri.empty()) return std::nullopt;
  return found;
}

}  // namespace mcpssh::mcp
