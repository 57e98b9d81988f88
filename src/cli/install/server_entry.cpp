#include "cli/install/server_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::json::array;
using base::json::object;

/// The client's own way to say "what this variable holds".
std::string reference_to(const std::string& variable, Dialect dialect, bool desktop) {
  if (dialect == Dialect::opencode) return "{env:" + variable + "}";
  if (dialect == Dialect::typed && desktop) return "${env:" + variable + "}";
  return "${" + variable + "}";
}

array words(const std::vector<std::string>& command, std::size_t from) {
  array out;
  for (std::size_t i = from; i < command.size(); ++i) out.emplace_back(command[i]);
  return out;
}

object remote_entry(const Client& client, const ServerLaunch& launch) {
  if (!client.remote.empty())
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}", client.title, client.remote),
                "add the URL there, or install it without --http");
  object entry;
  if (client.dialect == Dialect::codex) {
    entry["url"] = launch.url;
    if (!launch.token_variable.empty()) entry["bearer_token_env_var"] = launch.token_variable;
    return entry;
  }
  if (client.dialect == Dialect::typed) entry["type"] = "http";
  if (client.dialect == Dialect::opencode) entry["type"] = "remote";
  entry[client.dialect == Dialect::gemini ? "httpUrl" : "url"] = launch.url;
  if (client.dialect == Dialect::opencode) entry["enabled"] = true;
  if (!launch.token_variable.empty()) {
    const bool desktop = client.surroundings == Surroundings::desktop;
    entry["headers"] =
        object{{"Authorization", "Bearer " + reference_to(launch.token_variable, client.dialect, desktop)}};
  }
  return entry;
}

object environment_of(const Client& client, const ServerLaunch& launch) {
  object out;
  for (const auto& [name, value] : launch.values) out[name] = value;
  for (const auto& name : launch.asked) out[name] = "${input:" + name + "}";
  if (client.dialect == Dialect::gemini)
    for (const auto& name : launch.references) out[name] = reference_to(name, client.dialect, false);
  return out;
}

object without_empties(const object& entry) {
  object out;
  for (const auto& [key, value] : entry) {
    const bool empty =
        (value.is_array() && value.get_array().empty()) || (value.is_object() && value.get_object().empty());
    if (!empty) out[key] = value;
  }
  return out;
}

/// The program of a command: the last part of its first word. What stands before it may be
/// `TOKEN=...`, what follows its arguments.
std::string program_in(std::string_view command) {
  std::string_view word = base::trim(command);
  word = word.substr(0, word.find_first_of(" \t\r\n"));
  word.remove_prefix(std::min(word.rfind('/') + 1, word.size()));
  if (word.empty() || word.find('=') != std::string_view::npos) return "another program";
  return "`" + base::printable(word, 100) + "`";
}

}  // namespace

object entry_for(const Client& client, const ServerLaunch& launch) {
  if (launch.command.empty()) return remote_entry(client, launch);
  object entry;
  object environment = environment_of(client, launch);
  if (client.dialect == Dialect::opencode) {
    entry["type"] = "local";
    entry["command"] = words(launch.command, 0);
    entry["enabled"] = true;
    if (!environment.empty()) entry["environment"] = std::move(environment);
    return entry;
  }
  if (client.dialect == Dialect::typed) entry["type"] = "stdio";
  entry["command"] = launch.command.front();
  if (launch.command.size() > 1) entry["args"] = words(launch.command, 1);
  if (!environment.empty()) entry["env"] = std::move(environment);
  if (client.dialect == Dialect::codex && !launch.references.empty())
    entry["env_vars"] = words(launch.references, 0);
  return entry;
}

object inputs_for(const ServerLaunch& launch) {
  array inputs;
  for (const auto& name : launch.asked)
    inputs.push_back(
        object{{"type", "promptString"}, {"id", name}, {"description", name}, {"password", true}});
  return inputs.empty() ? object() : object{{"inputs", std::move(inputs)}};
}

std::string program_of(const base::json::value& entry) {
  const auto* fields = entry.if_object();
  if (fields == nullptr) return "something else";
  if (const auto command = base::find_string(*fields, "command")) return program_in(*command);
  if (const auto* command = fields->if_contains("command"); command != nullptr && command->is_array())
    if (const auto& list = command->get_array(); !list.empty() && list.front().is_string())
      return program_in(list.front().get_string());
  for (const auto* key : {"url", "httpUrl", "serverUrl"})
    if (base::find_string(*fields, key)) return "a server somewhere else";
  return "something else";
}

bool same_entry(const base::json::value& one, const object& other) {
  const auto* fields = one.if_object();
  return fields != nullptr && without_empties(*fields) == without_empties(other);
}

bool is_ours(const base::json::value& entry) {
  const auto names_us = [](std::string_view word) {
    const auto slash = word.rfind('/');
    const std::string_view last = slash == std::string_view::npos ? word : word.substr(slash + 1);
    return last == "mcp-ssh" || last.starts_with("mcp-ssh:");
  };
  const auto* fields = entry.if_object();
  if (fields == nullptr) return false;
  for (const auto* key : {"command", "args"}) {
    const auto* value = fields->if_contains(key);
    if (value == nullptr) continue;
    if (value->is_string() && names_us(value->get_string())) return true;
    if (value->is_array() && std::ranges::any_of(value->get_array(), [&](const auto& word) {
          return word.is_string() && names_us(word.get_string());
        }))
      return true;
  }
  return false;
}

}  // namespace mcpssh::cli
