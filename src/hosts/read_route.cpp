// The way to a host, and by what it is known.
#include <fmt/format.h>

#include "hosts/readers.hpp"
#include "hosts/route_values.hpp"

namespace mcpssh::hosts {
namespace {

constexpr std::size_t most_hops = 8;

void read_proxy(const Section& section, Host& host) {
  const auto url = section.text("proxy", problem_of_proxy);
  auto password = read_secret(section, "proxy_password", fmt::format("proxy password of host {}", host.name));
  if (!url) {
    if (password)
      section.fail(password->place,
                   fmt::format("{} is missing, but there is a password for it", section.path("proxy")),
                   "add `proxy`, or remove the password");
    return;
  }
  host.proxy = proxy_of(*url);
  if (password && host.proxy->user.empty())
    section.fail(password->place, fmt::format("{} names no user for this password", section.path("proxy")),
                 "write the proxy as `socks5://USER@address:port`");
  host.proxy->password = std::move(password);
}

Algorithms read_algorithms(const Section& section) {
  Algorithms algorithms;
  const YamlNode* node = section.find("algorithms");
  if (node == nullptr || node->kind == YamlNode::Kind::null) return algorithms;
  if (node->kind != YamlNode::Kind::mapping) {
    if (node->kind != YamlNode::Kind::scalar || node->text != "legacy")
      section.fail(
          section.place(*node),
          fmt::format("{} must be `legacy`, or a mapping of kex, ciphers, macs, host_keys, user_keys",
                      section.path("algorithms")));
    algorithms.legacy = true;
    return algorithms;
  }
  const Section lists = section.inner("algorithms", algorithm_keys);
  algorithms.key_exchange = lists.one_or_more("kex", problem_of_algorithm);
  algorithms.ciphers = lists.one_or_more("ciphers", problem_of_algorithm);
  algorithms.macs = lists.one_or_more("macs", problem_of_algorithm);
  algorithms.host_keys = lists.one_or_more("host_keys", problem_of_algorithm);
  algorithms.user_keys = lists.one_or_more("user_keys", problem_of_algorithm);
  return algorithms;
}

/// A connection goes one way only.
void check_one_way(const Section& section) {
  std::string_view first;
  for (const std::string_view key : {"jump", "proxy_command", "proxy"}) {
    if (!section.has(key)) continue;
    if (!first.empty())
      section.fail(section.place(key),
                   fmt::format("{} and {} are two ways to one host", section.path(first), key),
                   "keep one of jump, proxy_command and proxy");
    first = key;
  }
}

}  // namespace

void read_route(const Section& section, Host& host) {
  check_one_way(section);
  host.jump = section.one_or_more("jump", problem_of_name);
  if (host.jump.size() > most_hops)
    section.fail(section.place("jump"),
                 fmt::format("{} holds more than {} hosts", section.path("jump"), most_hops));
  if (section.has("proxy_command"))
    host.proxy_command = read_command(section, "proxy_command", problem_of_proxy_argument);
  read_proxy(section, host);
  for (const auto& pin : section.one_or_more("host_key", problem_of_host_key))
    host.host_keys.push_back(host_key_of(pin));
  host.algorithms = read_algorithms(section);
}

}  // namespace mcpssh::hosts
