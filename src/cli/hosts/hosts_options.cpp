#include "cli/hosts/hosts_options.hpp"

#include <CLI/CLI.hpp>

#include "cli/hosts/host_fields.hpp"

namespace mcpssh::cli {
namespace {

constexpr const char* selector_help = "Name, glob (web-*), @group or comma list";

using Run = std::function<int()>;

void add_change(CLI::App& command, ChangeOptions& change) {
  command.add_flag("--dry-run", change.dry_run, "Show what would change, write nothing");
  command.add_flag("--json", change.json, "For programs");
}

/// One flag for each common key; lists take it several times.
void add_fields(CLI::App& command, HostEditOptions& options) {
  for (const HostField& field : host_fields()) {
    const std::string flag(field.flag);
    auto* option = command.add_option_function<std::vector<std::string>>(
        "--" + flag,
        [&options, flag](const std::vector<std::string>& given) { options.values[flag] = given; },
        std::string(field.help));
    option->allow_extra_args(false)->type_name("TEXT");
    if (field.kind == HostField::Kind::text)
      option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    else
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->expected(1);
  }
  command
      .add_option("--set", options.assignments, "Any other key: limits.sessions=5, env.LANG=C, 'jump=[a, b]'")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--force", options.change.force, "Also when a key file is not there or open to others");
  add_change(command, options.change);
}

void add_editing(CLI::App& hosts, const Common& common, Run& chosen, HostEditOptions& options) {
  auto* add = hosts.add_subcommand("add", "Add a host to hosts.yaml");
  add->add_option("name", options.name, "What assistants call it")->required();
  add_fields(*add, options);
  add->callback([&] { chosen = [&] { return hosts_add(common, options); }; });

  auto* edit = hosts.add_subcommand("edit", "Change keys of a host in hosts.yaml; comments and order stay");
  edit->add_option("name", options.name, "The host")->required()->type_name("HOST");
  add_fields(*edit, options);
  edit->add_option("--unset", options.unset, "A key to take out: port, auth.agent_key")
      ->type_name("KEY")
      ->allow_extra_args(false);
  edit->add_option("--rename", options.rename, "Its new name");
  edit->callback([&] { chosen = [&] { return hosts_edit(common, options); }; });

  auto* remove = hosts.add_subcommand("remove", "Take a host out of hosts.yaml");
  remove->add_option("name", options.name, "The host")->required()->type_name("HOST");
  add_change(*remove, options.change);
  remove->callback([&] { chosen = [&] { return hosts_remove(common, options); }; });
}

void add_import(CLI::App& hosts, const Common& common, Run& chosen, ImportOptions& options) {
  auto* import = hosts.add_subcommand(
      "import", "Add the hosts of ~/.ssh/config, or of an Ansible inventory, that hosts.yaml has not");
  import->add_option("names", options.patterns, "Names or globs (web-*); default: all");
  import->add_option("--ansible", options.ansible, "An inventory in INI or YAML form")->type_name("FILE");
  import->add_option("--ssh-config", options.ssh_config, "Another file than ~/.ssh/config")
      ->type_name("FILE");
  import->add_flag("--yes", options.yes, "Add them without asking");
  add_change(*import, options.change);
  import->callback([&] { chosen = [&] { return hosts_import(common, options); }; });
}

void add_keys(CLI::App& hosts, const Common& common, Run& chosen, HostsOptions& options) {
  auto* forget = hosts.add_subcommand("forget", "Take the keys of hosts out of known_hosts");
  forget->add_option("selector", options.selector, selector_help)->required()->type_name("HOSTS");
  forget->callback([&] { chosen = [&] { return hosts_forget(common, options.selector); }; });

  TrustOptions& trust = options.trust;
  auto* accept =
      hosts.add_subcommand("trust", "Put the key a host shows into known_hosts, after you checked it");
  accept->add_option("selector", trust.selector, selector_help)->type_name("HOSTS");
  auto* all = accept->add_flag_callback("--all", [&trust] { trust.selector = "*"; }, "All configured hosts");
  accept->add_option("--fingerprint", trust.fingerprint,
                     "Accept exactly this key (SHA256:...) and ask nothing");
  accept->add_flag("--yes", trust.yes, "Accept what is offered without asking; only on a network you trust");
  accept->callback([&chosen, &common, &trust, all] {
    if (trust.selector.empty() && all->count() == 0)
      throw CLI::RequiredError("a host name, a selector or --all");
    chosen = [&] { return hosts_trust(common, trust); };
  });
}

}  // namespace

void add_hosts(CLI::App& app, const Common& common, Run& chosen, HostsOptions& options) {
  auto* hosts = app.add_subcommand(
      "hosts", "The configured hosts and their keys; without a command: on the whole screen");
  hosts->require_subcommand(0, 1);
  hosts->callback([&chosen, &common, hosts] {
    if (hosts->get_subcommands().empty()) chosen = [&] { return hosts_manager(common); };
  });

  auto* list = hosts->add_subcommand("list", "Show the configured hosts");
  list->add_option("selector", options.selector, selector_help)->type_name("HOSTS");
  list->add_flag("--json", options.json, "For programs");
  list->callback([&] {
    chosen = [&] {
      return hosts_list(common, options.selector.empty() ? "*" : options.selector, options.json);
    };
  });

  auto* test = hosts->add_subcommand(
      "test", "Connect and log in to the hosts, one after the other, and say each step");
  test->add_option("selector", options.selector, selector_help)->required()->type_name("HOSTS");
  test->add_flag("--json", options.json, "For programs");
  test->callback([&] { chosen = [&] { return hosts_test(common, options.selector, options.json); }; });

  hosts->add_subcommand("reference", "Every key of hosts.yaml and what it means, in Markdown")->callback([&] {
    chosen = hosts_reference;
  });
  hosts->add_subcommand("schema", "A JSON Schema of hosts.yaml, for editors")->callback([&] {
    chosen = hosts_schema;
  });
  add_editing(*hosts, common, chosen, options.edit);
  add_import(*hosts, common, chosen, options.import);
  add_keys(*hosts, common, chosen, options);
}

}  // namespace mcpssh::cli
