// mcp-ssh install: this program's entry in the settings of an MCP client.
#include <fmt/format.h>

#include <iostream>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/install/launch.hpp"
#include "cli/install/settings_change.hpp"
#include "hosts/edit/write_in_place.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;

bool has_container(const SettingsFile& file, const EntryTarget& target) {
  if (target.place.format == FileFormat::toml) return true;  // a section of its own needs none
  return value_or_throw(outline_json(file.text(), target.name(), target.place.container))
      .container.has_value();
}

[[noreturn]] void refuse(const SettingsFile& file, const EntryTarget& target, const FoundEntry& found) {
  const std::string where = spot_text(file.text(), target.name(), found.spans.front().begin);
  const std::string what =
      is_ours(found.value)
          ? fmt::format("`{}` is there already and says something else", target.place.name)
          : fmt::format("`{}` is there already, and is {}", target.place.name, program_of(found.value));
  throw Error(ErrorCode::refused, fmt::format("{}: {}", where, what),
              "nothing was written; --replace puts this one in its place, --name gives it another name");
}

/// Receipts are in JSON: a path that JSON cannot hold would have none.
void check_path(const SettingsFile& file) {
  if (base::is_utf8(file.real().native())) return;
  throw Error(ErrorCode::invalid_argument, fmt::format("{} is not in UTF-8", file.shown()),
              "nothing was written; rename what it leads through");
}

/// An entry that stands there as it would be written counts as written: it can be taken out again.
void adopt(const EntryTarget& target, const SettingsFile& file, const base::json::object& entry) {
  const Receipt* known = nullptr;
  const Receipts before(Receipts::Access::look);
  known = before.find(file.real(), target.place);
  if (known != nullptr && same_entry(entry, known->entry)) return;
  Receipts receipts(Receipts::Access::change);
  known = receipts.find(file.real(), target.place);
  Receipt receipt;
  if (known != nullptr) receipt = *known;
  receipt.file = file.real().string();
  receipt.container = target.place.container;
  receipt.name = target.place.name;
  receipt.entry = entry;
  receipt.earlier.reset();
  receipt.before.clear();
  receipts.put(std::move(receipt));
}

SettingsPlan plan_install(const EntryTarget& target, const base::json::object& entry,
                          const InstallOptions& options) {
  SettingsPlan plan;
  SettingsChange change{SettingsFile::open(target.path, target.within), {}, false};
  check_path(change.file);
  change.file.check_names();
  const std::string& text = change.file.text();
  const auto found = value_or_throw(find_entry(text, target.name(), target.place));
  if (found && same_entry(found->value, entry)) {
    if (!options.dry_run) adopt(target, change.file, entry);
    plan.nothing =
        fmt::format("{}: `{}` is there already, nothing to change", change.file.shown(), target.place.name);
    return plan;
  }
  if (found) {
    const Receipts receipts(Receipts::Access::look);
    const Receipt* receipt = receipts.find(change.file.real(), target.place);
    change.ours_before = receipt != nullptr && receipt->knows(found->value);
    if (!change.ours_before && !options.replace) refuse(change.file, target, *found);
  }
  change.text = value_or_throw(with_entry(text, target.name(), target.place, entry));
  plan.change = std::move(change);
  return plan;
}

/// `earlier`: the receipt of the entry that is replaced, when that is ours.
Receipt receipt_for(const EntryTarget& target, const SettingsChange& change, const base::json::object& entry,
                    const std::optional<Receipt>& earlier) {
  const auto found = value_or_throw(find_entry(change.file.text(), target.name(), target.place));
  Receipt receipt;
  if (earlier) {
    receipt = *earlier;
    // What it replaced may be brought back only where nobody wrote since.
    if (sha256_of(change.file.text()) != earlier->after) receipt.before.clear();
    if (found && found->value.is_object()) receipt.earlier = found->value.get_object();
  } else {
    receipt.file = change.file.real().string();
    receipt.container = target.place.container;
    receipt.name = target.place.name;
    receipt.replaced = found.has_value();
    receipt.made_file = !change.file.exists();
    receipt.made_container = !has_container(change.file, target);
    receipt.made_directories = change.file.missing_directories();
    if (change.file.exists()) receipt.before = sha256_of(change.file.text());
  }
  receipt.entry = entry;
  receipt.after = sha256_of(*change.text);
  return receipt;
}

/// The receipt first: an entry without one could not be taken out again, and a receipt without an entry does
/// no harm. Returns a line about what was there before, when it is kept, and what write() tells.
std::string write_with_receipt(const EntryTarget& target, const SettingsChange& change,
                               const base::json::object& entry) {
  const auto& real = change.file.real();
  Receipts receipts(Receipts::Access::change);
  const Receipt* found = receipts.find(real, target.place);
  const std::optional<Receipt> known = found != nullptr ? std::optional(*found) : std::nullopt;
  const bool again = change.ours_before && known;
  Receipt receipt = receipt_for(target, change, entry, again ? known : std::nullopt);
  receipts.put(receipt);
  const auto backup = backup_of(real, target.place);
  std::error_code ignored;
  std::string told;
  try {
    if (!again && change.file.exists())
      hosts::write_in_place(backup, change.file.text(), hosts::FileAttributes::own(0600));
    told = change.file.write(*change.text);
  } catch (...) {
    if (!again) {
      std::filesystem::remove(backup, ignored);
      remove_empty(receipt.made_directories);
    }
    if (known)
      receipts.put(*known);
    else
      receipts.drop(real, target.place);
    throw;
  }
  if (receipt.earlier) {
    receipt.earlier.reset();
    receipts.put(receipt);
  }
  if (receipt.before.empty() && !receipt.replaced) std::filesystem::remove(backup, ignored);
  return receipt.before.empty() ? told : fmt::format("\n  what was there: {}{}", shown(backup), told);
}

std::string written(const EntryTarget& target, const SettingsChange& change, const InstallOptions& options,
                    const std::string& told) {
  const std::string out = "written: " + change.file.shown() + told;
  std::string undo = fmt::format("mcp-ssh install {} --undo", target.client.id);
  if (options.name != "ssh") undo += " --name " + options.name;
  if (!options.project.empty()) undo += " --project " + base::shell_quote(options.project);
  if (!options.file.empty()) undo += " --file " + base::shell_quote(options.file);
  return out +
         fmt::format("\n  to take it out: {}\nNext: {}", base::printable(undo, 3000), target.client.then);
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
  const Unreached missing = way.missing(client, needs);

  SettingsWork work;
  work.plan = [&] { return plan_install(target, entry, options); };
  work.make = [&](const SettingsChange& change) {
    const std::string told = write_with_receipt(target, change, entry);
    return written(target, change, options, told);
  };
  work.question = "Write this into";
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
  Unreached missing = way.missing(client, needs);
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
