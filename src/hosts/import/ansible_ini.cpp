#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/import/ansible_inventory.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

class IniReader {
 public:
  IniReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  AnsibleInventory run() {
    for (const std::string_view whole : base::split(text_, '\n')) {
      ++line_;
      const std::string_view line = base::trim(whole);
      if (line.empty() || line[0] == '#' || line[0] == ';') continue;
      if (line[0] == '[' && line.ends_with(']') && line.find('=') == std::string_view::npos)
        section(line.substr(1, line.size() - 2));
      else if (kind_ == Kind::variables)
        variable(line, inventory_.make_group(group_).variables);
      else if (kind_ == Kind::children)
        child(without_comment(line));
      else
        hosts(line);
    }
    return std::move(inventory_);
  }

 private:
  enum class Kind { hosts, children, variables };

  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", file_, line_); }

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(Fault::import_failed, fmt::format("{}: {}", place(), what),
                "is it an Ansible inventory in INI form?");
  }

  void section(std::string_view head) {
    const auto colon = head.find(':');
    const std::string_view kind = colon == std::string_view::npos ? "" : head.substr(colon + 1);
    group_ = std::string(base::trim(head.substr(0, colon)));
    if (group_.empty()) fail("a section without a name");
    if (kind.empty())
      kind_ = Kind::hosts;
    else if (kind == "children")
      kind_ = Kind::children;
    else if (kind == "vars")
      kind_ = Kind::variables;
    else
      fail(fmt::format("a section is a group, group:vars or group:children, not `{}`",
                       base::printable(head, 80)));
    inventory_.make_group(group_);
  }

  static std::string_view without_comment(std::string_view line) {
    const auto comment = line.find(" #");
    return base::trim(line.substr(0, comment));
  }

  static std::string unquoted(std::string_view text) {
    const bool quoted = text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
    return std::string(quoted ? text.substr(1, text.size() - 2) : text);
  }

  /// Ansible takes the rest of the line for the value.
  void variable(std::string_view line, AnsibleVariables& into) const {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) fail("a variable is written as name=value");
    const std::string name(base::trim(line.substr(0, equals)));
    std::string_view value = base::trim(line.substr(equals + 1));
    if (!value.starts_with('"') && !value.starts_with('\'')) value = without_comment(value);
    into[name] = names_a_secret(name) ? std::string() : unquoted(value);
  }

  void child(std::string_view name) {
    if (name.empty()) return;
    inventory_.make_group(std::string(name));
    auto& children = inventory_.make_group(group_).children;
    if (std::ranges::count(children, name) == 0) children.emplace_back(name);
  }

  /// Words as a shell would split them, up to a comment.
  [[nodiscard]] std::vector<std::string> words(std::string_view line) const {
    std::vector<std::string> out;
    std::optional<std::string> word;
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote != '\0' && c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
        if (!word) word.emplace();
      } else if (quote == '\0' && (c == ' ' || c == '\t')) {
        if (word) out.push_back(*std::exchange(word, std::nullopt));
      } else if (quote == '\0' && c == '#' && !word) {
        break;
      } else {
        if (c == '\\' && quote != '\'' && i + 1 < line.size()) ++i;
        if (!word) word.emplace();
        *word += line[i];
      }
    }
    if (quote != '\0') fail("a quote is not closed");
    if (word) out.push_back(*word);
    return out;
  }

  /// "name:22" and "[fe80::1]:22" carry a port; "fe80::1" does not, nor does "web[1:3]".
  static std::pair<std::string, std::string> port_apart(const std::string& pattern) {
    const auto colon = pattern.rfind(':');
    const auto bracket = pattern.rfind(']');
    const bool in_range = bracket != std::string::npos && colon != std::string::npos && colon < bracket;
    if (colon == std::string::npos || in_range) return {pattern, ""};
    const std::string name = pattern.substr(0, colon), port = pattern.substr(colon + 1);
    const bool digits =
        !port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    if (name.starts_with('[') && name.ends_with(']') && std::ranges::count(name, ':') > 2)
      return {name.substr(1, name.size() - 2), port};
    if (!digits || std::ranges::count(name, ':') > std::ranges::count(name, '[')) return {pattern, ""};
    return {name, port};
  }

  void hosts(std::string_view line) {
    const auto parts = words(line);
    if (parts.empty()) return;
    const auto [pattern, port] = port_apart(parts[0]);
    AnsibleVariables variables;
    if (!port.empty()) variables["ansible_port"] = port;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto equals = parts[i].find('=');
      if (equals == std::string::npos)
        fail(fmt::format("`{}` is not name=value", base::printable(parts[i].substr(0, 20), 40)));
      const std::string name = parts[i].substr(0, equals);
      variables[name] = names_a_secret(name) ? "" : parts[i].substr(equals + 1);
    }
    const bool address = pattern.find("::") != std::string::npos;
    for (const auto& name : address ? std::vector{pattern} : expanded_range(pattern, place())) {
      inventory_.add_host(name, line_, group_);
      for (const auto& [key, value] : variables) inventory_.host_variables[name][key] = value;
    }
    if (inventory_.hosts.size() > limits::ansible_hosts)
      throw Error(ErrorCode::limit_reached,
                  fmt::format("{}: more than {} hosts", place(), limits::ansible_hosts));
  }

  std::string_view text_;
  const std::string& file_;
  int line_ = 0;
  Kind kind_ = Kind::hosts;
  std::string group_ = "ungrouped";
  AnsibleInventory inventory_;
};

}  // namespace

AnsibleGroup& AnsibleInventory::make_group(const std::string& name) {
  const auto [at, fresh] = group.try_emplace(name);
  if (fresh) groups.push_back(name);
  return at->second;
}

void AnsibleInventory::add_host(const std::string& name, int line, const std::string& group_name) {
  if (lines.emplace(name, line).second) hosts.push_back(name);
  host_variables.try_emplace(name);
  auto& members = make_group(group_name).hosts;
  if (members.empty() || std::ranges::count(members, name) == 0) members.push_back(name);
}

AnsibleInventory read_ansible_ini(std::string_view text, const std::string& file) {
  return IniReader(text, file).run();
}

}  // namespace mcpssh::hosts
