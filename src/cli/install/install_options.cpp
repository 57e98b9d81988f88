#include "cli/install/install_options.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/install/client.hpp"

namespace mcpssh::cli {
namespace {

std::string client_help() {
  std::vector<std::string> ids;
  for (const Client& client : clients()) ids.emplace_back(client.id);
  return base::join(ids, ", ");
}

/// What install and print have in common: which entry.
void add_entry(CLI::App& command, InstallOptions& options) {
  command.add_option("client", options.client, client_help());
  command.add_option("--name", options.name, "What the client calls the server")->capture_default_str();
  command
      .add_option("--http", options.url,
                  "Not a command: the URL of a running `serve --http` (https://.../mcp)")
      ->type_name("URL");
  command.add_option("--token-env", options.token_env, "With --http: the variable that holds the token")
      ->type_name("VARIABLE");
  command
      .add_option("--via", options.via,
                  "wsl [DISTRIBUTION]: for a client on Windows; ssh HOST: mcp-ssh on another machine; docker "
                  "[IMAGE]; "
                  "http URL: as --http")
      ->expected(1, 2)
      ->type_name("WAY");
}

}  // namespace

void add_install(CLI::App& app, const Common& common, std::function<int()>& chosen, InstallOptions& options) {
  auto* install_command = app.add_subcommand(
      "install", "Put this program into the settings of an MCP client, after showing the change");
  add_entry(*install_command, options);
  auto* project = install_command->add_option("--project", options.project,
                                              "The settings of this project, not the user's");
  project->type_name("DIR");
  install_command->add_option("--file", options.file, "Another file than the client's usual one")
      ->type_name("FILE")
      ->excludes(project);
  install_command->add_flag("--yes", options.yes, "Do not ask");
  install_command->add_flag("--replace", options.replace,
                            "Also an entry of this name that is another program's");
  auto* undo = install_command->add_flag("--undo", options.undo, "Take out what install put in");
  auto* list =
      install_command->add_flag("--list", options.list, "Show which clients are here, and which have it");
  list->excludes(undo);
  install_command->add_flag("--dry-run", options.dry_run, "Show what would change, write nothing");
  install_command->add_flag("--json", options.json, "For programs; never asks");
  install_command->callback([&] {
    if (options.client.empty() && !options.list)
      throw CLI::RequiredError("a client (" + client_help() + "), or --list");
    chosen = [&] {
      if (options.list) return install_list(options);
      return options.undo ? uninstall(options) : install(common, options);
    };
  });

  auto* print_command = app.add_subcommand(
      "print", "Show what goes into the settings of an MCP client; without a name: in the form most take");
  add_entry(*print_command, options);
  print_command->callback([&] { chosen = [&] { return print_entry(common, options); }; });
}

}  // namespace mcpssh::cli
