// mcp-ssh approve --always: a rule of hosts.yaml instead of the next question.
#include "cli/operator/always.hpp"

#include <filesystem>
#include <iostream>
#include <system_error>

#include "base/text.hpp"
#include "cli/house.hpp"
#include "hosts/edit/hosts_file.hpp"
#include "hosts/edit/yaml_write.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Error;
using base::ErrorCode;

Error no_rule(std::string why) {
  return {ErrorCode::refused, "nothing was approved: --always is not possible here: " + std::move(why),
          "approve it without --always"};
}

std::vector<std::string> words_of(const json::object& action) {
  std::vector<std::string> words;
  const auto* list = action.if_contains("always");
  if (list == nullptr || !list->is_array()) return words;
  for (const auto& word : list->get_array())
    if (const auto* text = word.if_string()) words.emplace_back(text->data(), text->size());
  return words;
}

void compile(const hosts::Snapshot& snapshot) {
  if (auto policies = gateway::PolicySet::compile(snapshot); !policies) throw Error(policies.error());
}

/// Why this user does not write the file, if so.
std::optional<std::string> other_file(const fs::path& own, const AlwaysRule& rule) {
  std::error_code unreadable;
  if (fs::equivalent(own, rule.server_file, unreadable) && !unreadable) return std::nullopt;
  return "your hosts.yaml is " + own.string() + ", and the server says it runs under " +
         base::printable(rule.server_file, 300) + "; with mcp-ssh --config PATH you name it yourself";
}

}  // namespace

AlwaysRule always_rule_of(const json::object& request, const json::object* server) {
  const auto* actions = request.if_contains("actions");
  const bool one = actions != nullptr && actions->is_array() && actions->get_array().size() == 1 &&
                   actions->get_array().front().is_object();
  if (!one) throw no_rule("the request is about several actions");
  const auto* needed = request.if_contains("approvals_needed");
  if (needed == nullptr || *needed != 1) throw no_rule("it needs more than one person");
  const auto& action = actions->get_array().front().get_object();
  AlwaysRule rule;
  rule.host = base::find_string(action, "host").value_or("");
  rule.words = words_of(action);
  if (server != nullptr) rule.server_file = base::find_string(*server, "configuration").value_or("");
  if (rule.host.empty() || rule.words.empty())
    throw no_rule(
        "only one simple command of plain words, without options of the call beside it, can have a rule of "
        "its "
        "own, and only where such a rule opens it");
  return rule;
}

std::string shown(const AlwaysRule& rule) {
  const auto value = hosts::yaml_mapping({{"run", hosts::yaml_list(rule.words)}});
  return "  " + base::printable(rule.host, 80) + ": allow: [" +
         base::printable(hosts::written_flow(value), std::size_t{1} << 20) +
         "]\n  (a rule is about words: it holds behind sudo, in any directory and with any input, too)\n";
}

void write_always(const Common& common, const AlwaysRule& rule) {
  const auto path = configuration_path(common);
  std::optional<std::string> why = other_file(path, rule);
  if (!why) {
    try {
      const hosts::EditLock lock(path, hosts::EditLock::Wait::no);
      auto file = hosts::HostsFile::open(path);
      hosts::YamlEdit edit;
      edit.kind = hosts::YamlEdit::Kind::append;
      edit.path = hosts::host_path(rule.host, "allow");
      edit.value = hosts::yaml_mapping({{"run", hosts::yaml_list(rule.words)}});
      file.apply(edit);
      file.save(lock, hosts::process_environment(), compile);
      std::cout << "written to " << path.string() << "\n";
      return;
    } catch (const Error& error) {
      why = error.message();
    }
  }
  throw Error(ErrorCode::io_error, "approved this once, and no rule was written: " + *why,
              "add the rule shown above to hosts.yaml yourself");
}

}  // namespace mcpssh::cli
