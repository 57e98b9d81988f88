#include "transport/http/accept.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <ranges>

#include "base/text.hpp"

namespace mcpssh::transport {
namespace {

using boost::beast::iequals;
using std::string_view;

bool is_refused(string_view parameter) {
  parameter = base::trim(parameter);
  if (parameter.size() < 3 || !iequals(parameter.substr(0, 2), "q=")) return false;
  return std::ranges::all_of(parameter.substr(2), [](char c) { return c == '0' || c == '.'; });
}

bool covers(string_view range, string_view type) {
  const auto parts = base::split(range, ';');
  const auto name = base::trim(parts.front());
  const bool any_subtype =
      name.ends_with("/*") && iequals(name.substr(0, name.size() - 1), type.substr(0, type.find('/') + 1));
  if (name != "*/*" && !any_subtype && !iequals(name, type)) return false;
  return std::none_of(parts.begin() + 1, parts.end(), is_refused);
}

}  // namespace

bool accepts(const std::optional<std::string>& header, string_view type) {
  if (!header) return true;
  return std::ranges::any_of(base::split(*header, ','),
                             [&](string_view range) { return covers(range, type); });
}

bool is_json(const std::optional<std::string>& content_type) {
  if (!content_type) return false;
  return iequals(base::trim(base::split(*content_type, ';').front()), "application/json");
}

std::optional<std::string> bearer_of(const std::optional<std::string>& authorization) {
  constexpr string_view scheme = "Bearer ";
  if (!authorization || authorization->size() <= scheme.size() ||
      !iequals(string_view(*authorization).substr(0, scheme.size()), scheme))
    return std::nullopt;
  return std::string(base::trim(string_view(*authorization).substr(scheme.size())));
}

bool carries_token(string_view query) {
  constexpr std::array<string_view, 6> names{"access_token", "token",  "auth_token",
                                             "api_key",      "apikey", "key"};
  return std::ranges::any_of(base::split(query, '&'), [&](string_view parameter) {
    const auto name = parameter.substr(0, parameter.find('='));
    return std::ranges::any_of(names, [&](string_view one) { return iequals(one, name); });
  });
}

std::optional<std::string> query_value(string_view query, string_view name) {
  for (const auto parameter : base::split(query, '&')) {
    const auto equals = parameter.find('=');
    if (equals != string_view::npos && parameter.substr(0, equals) == name)
      return std::string(parameter.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace mcpssh::transport
