// mcp-ssh install: this program's entry in the settings of an MCP client.
#include <fmt/format.h>

#include <iostream>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/install/launch.hpp"
#include "cli/install/settings_change.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

bool has_container(const SettingsFile& file, const EntryTarget& target) {
  if (target.place.format == FileFormat::toml) return true;  // a section of its own needs none
  return value_or_throw(outline_json(file.text(), target.path.string(), target.place.container))
      .container.has_value();
}

[[noreturn]] void refuse(const SettingsFile& file, const EntryTarget& target, const FoundEntry& found) {
  const std::string where = spot_text(file.text(), target.path.string(), found.span.begin);
  const std::string what =
      is_ours(found.value)
          ? fmt::format("`{}` is there already and says something else", target.place.name)
          : fmt::format("`{}` is there already, and is {}", target.place.name, program_of(found.value));
  throw Error(ErrorCode::refused, fmt::format("{}: {}", where, what),
              "nothing was written; --replace puts this one in its place, --name gives it another name");
}

SettingsPlan plan_install(const EntryTarget& target, const base::json::object& entry, bool replace) {
  SettingsPlan plan;
  SettingsChange change{SettingsFile::open(target.path, target.within), {}, false};
  const std::string& text = change.file.text();
  const auto found = value_or_throw(find_entry(text, target.path.string(), target.place));
  if (found && same_entry(found->value, entry)) {
    plan.nothing =
        fmt::format("{}: `{}` is there already, nothing to change", target.path.string(), target.place.name);
    return plan;
  }
  if (found) {
    const Receipts receipts(Receipts::Access::look);
    const Receipt* receipt = receipts.find(change.file.real(), target.place);
    change.ours_before = receipt != nullptr && same_entry(found->value, receipt->entry);
    if (!change.ours_before && !replace) refuse(change.file, target, *found);
  }
  change.text = value_or_throw(with_entry(text, target.path.string(), target.place, entry));
  plan.change = std::move(change);
  return plan;
}

/// `earlier`: the receipt of the entry that is replaced, when that is ours.
Receipt receipt_for(const EntryTarget& target, const SettingsChange& change, const base::json::object& entry,
                    const std::optional<Receipt>& earlier) {
  Receipt receipt{
      change.file.real().string(), target.place.container, target.place.name, entry, false, false, {}, {}};
  if (change.ours_before) {
    receipt.made_file = earlier && earlier->made_file;
    receipt.made_container = earlier && earlier->made_container;
  } else {
    receipt.made_file = !change.file.exists();
    receipt.made_container = !has_container(change.file, target);
    if (change.file.exists()) receipt.before = sha256_of(change.file.text());
  }
  receipt.after = sha256_of(*change.text);
  return receipt;
}

/// The receipt first: an entry without one could not be taken out again.
void write_with_receipt(const EntryTarget& target, const SettingsChange& change,
                        const base::json::object& entry) {
  const auto& real = change.file.real();
  Receipts receipts(Receipts::Access::change);
  const Receipt* found = receipts.find(real, target.place);
  const std::optional<Receipt> earlier = found != nullptr ? std::optional(*found) : std::nullopt;
  if (change.file.exists()) base::replace_file(receipts.backup_of(real), change.file.text(), 0600);
  receipts.put(receipt_for(target, change, entry, earlier));
  try {
    change.file.write(*change.text);
  } catch (...) {
    std::error_code ignored;
    if (earlier) {
      receipts.put(*earlier);
    } else {
      receipts.drop(real, target.place);
      std::filesystem::remove(receipts.backup_of(real), ignored);
    }
    throw;
  }
}

std::string written(const EntryTarget& target, const SettingsChange& change, const InstallOptions& options) {
  const Receipts receipts(Receipts::Access::look);
  std::string out = "written: " + target.path.string();
  if (change.file.exists())
    out += fmt::format("\n  what was there: {}", receipts.backup_of(change.file.real()).string());
  std::string undo = fmt::format("mcp-ssh install {} --undo", target.client.id);
  if (options.name != "ssh") undo += " --name " + options.name;
  if (!options.project.empty()) undo += " --project " + base::shell_quote(options.project);
  if (!options.file.empty()) undo += " --file " + base::shell_quote(options.file);
  return out + fmt::format("\n  to take it out: {}\nNext: {}", undo, target.client.then);
}

}  // namespace

int install(const Common& common, const InstallOptions& options) {
  const auto environment = hosts::process_environment();
  const EntryTarget target = target_of(options, environment);
  const Way way(common, options, environment);
  const Client client = way.seen_by(target.client);
  std::string note;
  const Needs needs = way.here() ? needs_here(common, environment, note) : Needs();
  const auto entry = entry_for(client, way.launch(client, needs, !target.within.empty()));
  const Unreached missing = unreached(client, needs, environment);

  SettingsWork work;
  work.plan = [&] { return plan_install(target, entry, options.replace); };
  work.make = [&](const SettingsChange& change) {
    write_with_receipt(target, change, entry);
    return written(target, change, options);
  };
  work.question = fmt::format("Write this into {}?", target.path.string());
  work.answer = {{"entry", entry}, {"unreached", json_of(missing)}};
  if (!note.empty()) work.notes = "note: " + base::printable(note, 1000) + "\n";
  if (options.file.empty() && target.within.empty() && !client_found(client, environment))
    work.notes += fmt::format("note: there is no sign of {} on this machine\n", client.title);
  work.notes += advice(client, missing);
  return carry_out(target, options, std::move(work));
}

int print_entry(const Common& common, const InstallOptions& options) {
  static constexpr Client other{.id = "", .title = "the client", .dialect = Dialect::typed};
  const auto environment = hosts::process_environment();
  check_entry_name(options.name);
  const Way way(common, options, environment);
  const bool named = !options.client.empty();
  const Client client = way.seen_by(named ? client_named(options.client) : other);
  std::string note;
  const Needs needs = way.here() ? needs_here(common, environment, note) : Needs();
  ServerLaunch launch = way.launch(client, needs, false);
  Unreached missing = unreached(client, needs, environment);
  if (client.asks && way.passes_environment()) {
    launch.asked = variables_of(missing);
    missing.secrets.clear();
  }
  std::cout << entry_document({client.format, std::string(client.container), options.name},
                              entry_for(client, launch), inputs_for(launch))
            << std::flush;
  if (named) std::cerr << advice(client, missing);
  return 0;
}

}  // namespace mcpssh::cli
