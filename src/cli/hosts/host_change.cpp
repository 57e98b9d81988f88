#include "cli/hosts/host_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/hosts/host_fields.hpp"
#include "gateway/policy_set.hpp"
#include "hosts/edit/yaml_write.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using hosts::HostFinding;
using hosts::HostsFile;
using hosts::YamlEdit;
using hosts::YamlNode;

using Fields = std::vector<std::pair<std::string, YamlNode>>;  // dotted keys

/// `--set KEY=VALUE`; a value that begins with a bracket or brace is read as YAML.
std::pair<std::string, YamlNode> assignment(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(Fault::usage, fmt::format("--set takes KEY=VALUE, not `{}`", base::printable(text, 60)),
                "for example --set limits.sessions=5");
  const std::string key = text.substr(0, equals), value = text.substr(equals + 1);
  if (value.starts_with('[') || value.starts_with('{')) return {key, hosts::read_yaml(value, "--set " + key)};
  return {key, hosts::yaml_scalar(value)};
}

bool has(const Fields& fields, std::string_view key) {
  return std::ranges::any_of(fields, [&](const auto& field) { return field.first == key; });
}

/// What the given keys need that the host does not try yet.
std::vector<std::string> missing_methods(const Fields& fields, const std::vector<std::string>& tried) {
  std::vector<std::string> missing;
  const auto need = [&](bool given, const char* method) {
    if (given && std::ranges::count(tried, method) == 0) missing.emplace_back(method);
  };
  const bool password = std::ranges::any_of(
      fields, [](const auto& field) { return field.first.starts_with("auth.password_"); });
  need(has(fields, "auth.agent_key"), "agent");
  need(has(fields, "auth.key_path"), "key");
  need(password && std::ranges::count(tried, "keyboard-interactive") == 0, "password");
  return missing;
}

/// Who names a key file or a password means to log in with it.
void add_method(Fields& fields, const YamlNode& entry) {
  if (has(fields, "auth.method") || has(fields, "auth")) return;
  auto methods = field_values(entry, "auth.method");
  const auto missing = missing_methods(fields, methods);
  if (missing.empty()) return;
  methods.insert(methods.end(), missing.begin(), missing.end());
  const auto value = methods.size() == 1 ? hosts::yaml_scalar(methods.front()) : hosts::yaml_list(methods);
  const auto first =
      std::ranges::find_if(fields, [](const auto& field) { return field.first.starts_with("auth."); });
  fields.emplace(first, "auth.method", value);
}

Fields fields_of(const HostEditOptions& options, const YamlNode& entry) {
  Fields fields;
  for (const HostField& field : host_fields())
    if (const auto given = options.values.find(std::string(field.flag)); given != options.values.end())
      fields.emplace_back(std::string(field.key), field_value(field, given->second));
  for (const auto& text : options.assignments) fields.push_back(assignment(text));
  add_method(fields, entry);
  return fields;
}

/// {"auth.method": x} below `into`.
void put(YamlNode& into, std::string_view dotted_key, YamlNode value) {
  YamlNode* at = &into;
  for (const auto part : base::split(dotted_key, '.')) {
    at->kind = YamlNode::Kind::mapping;
    auto found = std::ranges::find(at->items, part, &YamlNode::key);
    if (found == at->items.end()) {
      YamlNode fresh;
      fresh.key = std::string(part);
      found = at->items.insert(at->items.end(), std::move(fresh));
    }
    at = &*found;
  }
  value.key = at->key;
  *at = std::move(value);
}

base::json::array findings_json(const std::vector<HostFinding>& findings) {
  base::json::array out;
  for (const auto& finding : findings) {
    base::json::object one{{"weight", finding.weight == HostFinding::Weight::problem ? "problem" : "warning"},
                           {"text", finding.text}};
    if (!finding.next_move.empty()) one["next"] = finding.next_move;
    out.push_back(std::move(one));
  }
  return out;
}

std::string line_of(const HostFinding& finding) {
  const bool problem = finding.weight == HostFinding::Weight::problem;
  return fmt::format("{}: {}{}", problem ? "problem" : "warning", finding.text,
                     finding.next_move.empty() ? "" : ". Next: " + finding.next_move);
}

void refuse_problems(const std::vector<HostFinding>& findings) {
  for (const auto& finding : findings)
    if (finding.weight == HostFinding::Weight::problem)
      throw Error(ErrorCode::invalid_argument, finding.text,
                  fmt::format("{}{}--force writes it all the same", finding.next_move,
                              finding.next_move.empty() ? "" : "; "));
}

}  // namespace

std::vector<YamlEdit> edits_of(const HostEditOptions& options, const YamlNode& entry) {
  const bool fresh = entry.kind == YamlNode::Kind::null;
  const Fields fields = fields_of(options, entry);
  std::vector<YamlEdit> edits;
  if (fresh) {
    YamlEdit add{YamlEdit::Kind::add, hosts::host_path(options.name), hosts::yaml_mapping({}), {}};
    for (const auto& [key, value] : fields) put(add.value, key, value);
    edits.push_back(std::move(add));
    return edits;
  }
  for (const auto& key : options.unset)
    edits.push_back({YamlEdit::Kind::remove, hosts::host_path(options.name, key), {}, {}});
  for (const auto& [key, value] : fields)
    edits.push_back({YamlEdit::Kind::set, hosts::host_path(options.name, key), value, {}});
  if (!options.rename.empty())
    edits.push_back({YamlEdit::Kind::rename, hosts::host_path(options.name), {}, options.rename});
  return edits;
}

YamlNode entry_in(const HostsFile& file, const std::string& name) {
  const YamlNode root = hosts::read_yaml(file.text(), file.path().string());
  const YamlNode* all = root.find("hosts");
  const YamlNode* entry = all == nullptr ? nullptr : all->find(name);
  return entry == nullptr ? YamlNode() : *entry;
}

void check_policies(const hosts::Snapshot& snapshot) {
  if (const auto compiled = gateway::PolicySet::compile(snapshot); !compiled) throw Error(compiled.error());
}

hosts::Snapshot checked(const HostsFile& file) {
  auto snapshot = file.snapshot(hosts::process_environment());
  check_policies(snapshot);
  return snapshot;
}

std::vector<HostFinding> findings_of(const hosts::Snapshot& snapshot, const std::vector<std::string>& names) {
  std::vector<HostFinding> all;
  for (const auto& name : names)
    if (const auto* host = snapshot.find(name); host != nullptr)
      for (auto& finding : hosts::look_at_host(*host, hosts::process_environment()))
        all.push_back(std::move(finding));
  return all;
}

std::optional<hosts::EditLock> lock_for(const std::filesystem::path& file, const ChangeOptions& options) {
  if (options.dry_run) return std::nullopt;
  std::optional<hosts::EditLock> lock;
  try {
    lock.emplace(file, hosts::EditLock::Wait::no);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::limit_reached) throw;
    std::cerr << "waiting: " << error.cause() << "\n";
  }
  if (!lock) lock.emplace(file, hosts::EditLock::Wait::yes);
  return lock;
}

int finish_change(HostsFile& file, const std::optional<hosts::EditLock>& lock,
                  const std::vector<std::string>& names, const ChangeOptions& options,
                  base::json::object more, bool diff_shown) {
  const auto findings = findings_of(checked(file), names);
  if (!options.force) refuse_problems(findings);
  const std::string diff = file.diff();
  const bool backed_up = file.exists() && file.changed() && lock;
  const bool changed = file.changed();
  if (lock) file.save(*lock, hosts::process_environment(), check_policies);
  if (options.json) {
    more["version"] = 1;
    more["file"] = file.path().string();
    more["changed"] = changed;
    more["dry_run"] = !lock;
    if (backed_up) more["backup"] = file.backup().string();
    more["diff"] = diff;
    more["findings"] = findings_json(findings);
    std::cout << base::json::serialize(more) << "\n";
    return 0;
  }
  if (!diff_shown) std::cout << diff;
  for (const auto& finding : findings) std::cerr << line_of(finding) << "\n";
  if (!changed)
    std::cout << file.path().string() << ": nothing to change\n";
  else if (!lock)
    std::cout << "nothing was written (--dry-run)\n";
  else
    std::cout << "written: " << file.path().string()
              << (backed_up ? " (what was there: " + file.backup().string() + ")" : "") << "\n";
  return 0;
}

}  // namespace mcpssh::cli
