#include "hosts/oauth_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/web_url.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t audience_bytes = 512;
constexpr std::size_t scope_bytes = 128;
constexpr std::size_t name_bytes = 64;

std::string quoted(std::string_view text) {
  return "`" + base::printable(text, 80) + "`";
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool only(std::string_view text, std::string_view extra) {
  return std::ranges::all_of(text,
                             [&](char c) { return is_alnum(c) || extra.find(c) != std::string_view::npos; });
}

}  // namespace

Problem problem_of_key_url(std::string_view url) {
  const auto parsed = base::parse_web_url(url);
  if (!parsed) return fmt::format("{} {}", quoted(url), parsed.error());
  if (!parsed->confidential())
    return fmt::format("{} is http, which is taken only for a server on this machine; use https",
                       quoted(url));
  return std::nullopt;
}

Problem problem_of_identity_url(std::string_view url) {
  if (url.find('?') != std::string_view::npos)
    return fmt::format("{} must not have a query (`?`)", quoted(url));
  return problem_of_key_url(url);
}

Problem problem_of_audience(std::string_view audience) {
  if (audience.empty() || audience.size() > audience_bytes)
    return fmt::format("is empty or longer than {} bytes", audience_bytes);
  if (!std::ranges::all_of(audience, [](char c) { return c > ' ' && c <= '~'; }))
    return fmt::format("{} holds a blank or a character that is not ASCII", quoted(audience));
  return std::nullopt;
}

Problem problem_of_scope(std::string_view scope) {
  const auto fits = [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (scope.empty() || scope.size() > scope_bytes || !std::ranges::all_of(scope, fits))
    return fmt::format("{} is no scope: 1 to {} characters, without blanks, quotes and backslashes",
                       quoted(scope), scope_bytes);
  return std::nullopt;
}

Problem problem_of_claim(std::string_view name) {
  if (name.empty() || name.size() > name_bytes || !only(name, "_-.:/"))
    return fmt::format("{} is not the name of a claim, such as sub, email or preferred_username",
                       quoted(name));
  return std::nullopt;
}

Problem problem_of_rights_selector(std::string_view selector) {
  if (const auto parsed = Selector::parse(selector); !parsed) return parsed.error().cause();
  return std::nullopt;
}

Problem problem_of_tool(std::string_view name) {
  if (name.empty() || name.size() > name_bytes || !only(name, "_"))
    return fmt::format("{} is not the name of a tool, such as ssh_run", quoted(name));
  return std::nullopt;
}

}  // namespace mcpssh::hosts
