// mcp-ssh install --list: which clients are here, and which have this program among their servers.
#include <fmt/format.h>

#include <iostream>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/install/launch.hpp"
#include "cli/install/settings_change.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;

struct Row {
  std::string_view client;
  bool found = false;
  std::string file;
  std::string_view entry = "none";  ///< installed, ours, other, none, unreadable
  std::string detail{};
};

void look(Row& row, const EntryTarget& target) {
  const auto file = SettingsFile::open(target.path, target.within);
  const auto entry = find_entry(file.text(), target.name(), target.place);
  if (!entry) throw Error(entry.error());
  if (!*entry) return;
  const Receipts receipts(Receipts::Access::look);
  const Receipt* receipt = receipts.find(file.real(), target.place);
  if (receipt != nullptr && receipt->knows((*entry)->value)) {
    row.entry = "installed";
  } else {
    row.entry = is_ours((*entry)->value) ? "ours" : "other";
    row.detail = program_of((*entry)->value);
  }
}

Row row_of(const Client& client, InstallOptions options, const hosts::Environment& environment) {
  options.client = client.id;
  const EntryTarget target = target_of(options, environment);
  Row row{client.id, client_found(client, environment), target.path.string()};
  try {
    look(row, target);
  } catch (const Error& error) {
    row.entry = "unreadable";
    row.detail = error.cause();
  }
  return row;
}

std::string words_for(const Row& row, const std::string& name) {
  if (row.entry == "installed") return fmt::format("`{}` is installed", name);
  if (row.entry == "ours") return fmt::format("`{}` is there, put in by hand", name);
  if (row.entry == "other") return fmt::format("`{}` is {}", name, row.detail);
  if (row.entry == "unreadable") return base::printable(row.detail, 200);
  return row.found ? fmt::format("no `{}`", name) : "not found here";
}

std::string shown(const Row& row, const std::string& name) {
  std::string out = fmt::format("{:<15} {}\n", row.client, words_for(row, name));
  if (row.found) out += fmt::format("{:<15} {}\n", "", base::printable(row.file, 300));
  return out;
}

base::json::object json_of(const Row& row) {
  return {{"client", row.client},
          {"found", row.found},
          {"file", base::to_utf8(row.file)},
          {"entry", row.entry},
          {"detail", base::to_utf8(row.detail)}};
}

}  // namespace

int install_list(const InstallOptions& options) {
  const auto environment = hosts::process_environment();
  const std::string_view only = options.client.empty() ? options.client : client_named(options.client).id;
  base::json::array all;
  for (const Client& client : clients()) {
    if (!only.empty() && only != client.id) continue;
    // One that is not named is no part of the question when it reads no project's settings.
    if (only.empty() && !options.project.empty() && client.project_file.empty()) continue;
    const Row row = row_of(client, options, environment);
    if (options.json)
      all.push_back(json_of(row));
    else
      std::cout << shown(row, options.name);
  }
  if (options.json) {
    const base::json::object answer{{"version", 1}, {"name", options.name}, {"clients", std::move(all)}};
    std::cout << base::json::serialize(answer) << "\n";
  } else if (environment("WSL_DISTRO_NAME")) {
    std::cout << "\nClients on Windows: mcp-ssh install claude-desktop --via wsl --file "
                 "/mnt/c/Users/NAME/AppData/Roaming/Claude/claude_desktop_config.json\n";
  }
  return 0;
}

}  // namespace mcpssh::cli
