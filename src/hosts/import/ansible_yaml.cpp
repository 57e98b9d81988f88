#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/import/ansible_inventory.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using Kind = YamlNode::Kind;

class YamlReader {
 public:
  YamlReader(const YamlNode& root, const std::string& file) : root_(root), file_(file) {}

  AnsibleInventory run() {
    if (root_.kind == Kind::null) return {};
    if (root_.kind != Kind::mapping) fail(root_, "the file is no mapping of groups");
    for (const YamlNode& item : root_.items) group(item.key, item);
    return std::move(inventory_);
  }

 private:
  [[noreturn]] void fail(const YamlNode& node, std::string_view what) const {
    throw Error(Fault::import_failed, fmt::format("{}:{}: {}", file_, node.line, what),
                "is it an Ansible inventory in YAML form?");
  }

  void group(const std::string& name, const YamlNode& node) {
    inventory_.make_group(name);
    if (node.kind == Kind::null) return;
    if (node.kind != Kind::mapping)
      fail(node, fmt::format("group `{}` is no mapping", base::printable(name, 80)));
    for (const YamlNode& part : node.items) {
      if (part.kind == Kind::null) continue;
      if (part.kind != Kind::mapping)
        fail(part, fmt::format("`{}` of group `{}` is no mapping", base::printable(part.key, 80),
                               base::printable(name, 80)));
      if (part.key == "hosts")
        hosts(name, part);
      else if (part.key == "vars")
        variables(part, inventory_.make_group(name).variables);
      else if (part.key == "children")
        children(name, part);
      else
        inventory_.notes.push_back(
            fmt::format("{}:{}: `{}` of group `{}` is left out: Ansible knows hosts, vars and "
                        "children there",
                        file_, part.key_line, base::printable(part.key, 80), base::printable(name, 80)));
    }
  }

  void hosts(const std::string& group_name, const YamlNode& node) {
    for (const YamlNode& item : node.items) {
      for (const auto& name : expanded_range(item.key, fmt::format("{}:{}", file_, item.key_line))) {
        inventory_.add_host(name, item.key_line, group_name);
        variables(item, inventory_.host_variables[name]);
      }
      if (inventory_.hosts.size() > limits::ansible_hosts)
        throw Error(ErrorCode::limit_reached,
                    fmt::format("{}:{}: more than {} hosts", file_, item.key_line, limits::ansible_hosts));
    }
  }

  static void variables(const YamlNode& node, AnsibleVariables& into) {
    if (node.kind != Kind::mapping) return;
    for (const YamlNode& item : node.items)
      if (item.kind == Kind::scalar || names_a_secret(item.key))
        into[item.key] = names_a_secret(item.key) ? std::string() : item.text;
  }

  void children(const std::string& name, const YamlNode& node) {
    for (const YamlNode& item : node.items) {
      auto& children = inventory_.make_group(name).children;
      if (std::ranges::count(children, item.key) == 0) children.push_back(item.key);
      group(item.key, item);
    }
  }

  const YamlNode& root_;
  const std::string& file_;
  AnsibleInventory inventory_;
};

}  // namespace

AnsibleInventory read_ansible_yaml(std::string_view text, const std::string& file) {
  const YamlNode root = read_yaml(text, file, YamlTags::left_out);
  return YamlReader(root, file).run();
}

}  // namespace mcpssh::hosts
