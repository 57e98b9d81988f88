#include "base/rights.hpp"

#include <algorithm>
#include <array>

#include "base/rights_json.hpp"
#include "base/text.hpp"

namespace mcpssh::base {
namespace {

constexpr std::array<std::string_view, 3> roles{"agent", "approver", "admin"};

/// A selector of a thousand names.
constexpr std::size_t most_selector = 64 * 1024;

std::unexpected<Error> wrong(std::string_view what) {
  return std::unexpected(Error(ErrorCode::invalid_argument, std::string(what)));
}

using Read = std::expected<void, Error>;

Read read_hosts(const json::value& value, Rights& rights) {
  if (!value.is_string() || value.get_string().empty() || value.get_string().size() > most_selector)
    return wrong("hosts is not a selector");
  rights.hosts = value.get_string();
  return {};
}

Read read_tools(const json::value& value, Rights& rights) {
  if (!value.is_array()) return wrong("tools is not a list of names");
  rights.tools.emplace();
  for (const auto& name : value.get_array()) {
    if (!name.is_string()) return wrong("tools is not a list of names");
    rights.tools->emplace_back(name.get_string());
  }
  return {};
}

Read read_mode(const json::value& value, Rights& rights) {
  if (value != "readonly" && value != "standard") return wrong("mode is not readonly or standard");
  rights.mode = value.get_string();
  return {};
}

Read read_rate(const json::value& value, Rights& rights) {
  const auto* count = value.if_int64();
  if (count == nullptr || *count < 1 || *count > most_calls_per_minute)
    return wrong("calls_per_minute is not a number from 1 to 10000");
  rights.calls_per_minute = static_cast<unsigned>(*count);
  return {};
}

Read read_role(const json::value& value, Rights& rights) {
  const auto role = value.is_string() ? role_named(value.get_string()) : std::nullopt;
  if (!role) return wrong("role is not agent, approver or admin");
  rights.role = *role;
  return {};
}

Read read_member(std::string_view key, const json::value& value, Rights& rights) {
  if (key == "hosts") return read_hosts(value, rights);
  if (key == "tools") return read_tools(value, rights);
  if (key == "mode") return read_mode(value, rights);
  if (key == "calls_per_minute") return read_rate(value, rights);
  if (key == "role") return read_role(value, rights);
  // What this version does not know may take rights away.
  return wrong("there is no right called " + printable(key, 60));
}

}  // namespace

std::string_view to_string(Role role) {
  return roles[static_cast<std::size_t>(role)];
}

std::optional<Role> role_named(std::string_view name) {
  const auto found = std::ranges::find(roles, name);
  if (found == roles.end()) return std::nullopt;
  return static_cast<Role>(found - roles.begin());
}

bool Rights::may_use(std::string_view tool) const {
  return !tools || std::ranges::find(*tools, tool) != tools->end();
}

json::object to_json(const Rights& rights) {
  json::object out;
  if (rights.hosts) out["hosts"] = *rights.hosts;
  if (rights.tools) out["tools"] = json::value_from(*rights.tools);
  if (rights.mode) out["mode"] = *rights.mode;
  if (rights.calls_per_minute) out["calls_per_minute"] = static_cast<std::int64_t>(*rights.calls_per_minute);
  if (rights.role != Role::agent) out["role"] = to_string(rights.role);
  return out;
}

std::expected<Rights, Error> rights_from_json(const json::object& object) {
  Rights rights;
  for (const auto& [key, value] : object)
    if (auto read = read_member(key, value, rights); !read) return std::unexpected(std::move(read.error()));
  return rights;
}

}  // namespace mcpssh::base
