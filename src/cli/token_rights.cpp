#include "cli/token_rights.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/house.hpp"
#include "hosts/selector.hpp"
#include "tools/catalog.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

/// A name that fits nothing is a slip: in `all,!prdo` one that would give more than was meant.
std::string checked_hosts(const Common& common, const std::string& selector) {
  if (auto parsed = hosts::Selector::parse(selector); !parsed) throw Error(parsed.error());
  const auto path = configuration_path(common);
  if (!std::filesystem::exists(path)) {
    std::cerr << "--hosts is not compared with any hosts: there is no " << path.string() << "\n";
    return selector;
  }
  const auto configuration = configure(path);
  if (const auto chosen = hosts::require_hosts(*configuration.snapshot, selector); !chosen)
    throw Error(ErrorCode::invalid_argument, "--hosts: " + chosen.error().cause(),
                "name hosts of " + path.string() + ", or add them there first");
  return selector;
}

std::vector<std::string> checked_tools(const std::vector<std::string>& names) {
  const auto known = tools::tool_names();
  for (const auto& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto near = base::nearest(name, known);
    throw Error(ErrorCode::invalid_argument,
                "--tools: there is no tool called `" + base::printable(name, 60) + "`" +
                    (near ? "; did you mean " + *near + "?" : ""),
                "the tools are " + base::join(known, ", "));
  }
  return names;
}

std::string checked_mode(const std::string& mode) {
  if (mode == "readonly" || mode == "standard") return mode;
  throw Error(ErrorCode::invalid_argument,
              "--mode: `" + base::printable(mode, 60) + "` is no mode of a token",
              "the modes are readonly and standard");
}

base::Role checked_role(const std::string& name) {
  if (const auto role = base::role_named(name)) return *role;
  throw Error(ErrorCode::invalid_argument, "--role: `" + base::printable(name, 60) + "` is no role",
              "the roles are agent, approver and admin");
}

}  // namespace

std::optional<base::Rights> rights_of(const Common& common, const TokenOptions& options) {
  base::Rights rights;
  if (options.hosts) rights.hosts = checked_hosts(common, *options.hosts);
  if (!options.tools.empty()) rights.tools = checked_tools(options.tools);
  if (options.mode) rights.mode = checked_mode(*options.mode);
  if (options.role) rights.role = checked_role(*options.role);
  if (options.rate > 0) rights.calls_per_minute = options.rate;
  if (rights == base::Rights()) return std::nullopt;
  return rights;
}

std::string described(const base::Rights& rights) {
  std::vector<std::string> parts;
  if (rights.hosts) parts.push_back("hosts " + base::printable(*rights.hosts, 400));
  if (rights.tools) parts.push_back("tools " + base::printable(base::join(*rights.tools, ","), 400));
  if (rights.mode) parts.push_back("mode " + *rights.mode);
  if (rights.calls_per_minute)
    parts.push_back(std::to_string(*rights.calls_per_minute) + " tool calls a minute");
  if (rights.role != base::Role::agent) parts.push_back("role " + std::string(to_string(rights.role)));
  return base::join(parts, "; ");
}

}  // namespace mcpssh::cli
