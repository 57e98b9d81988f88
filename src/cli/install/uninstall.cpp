// mcp-ssh install --undo: takes out exactly what install put in.
#include <fmt/format.h>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/install/server_entry.hpp"
#include "cli/install/settings_change.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

[[noreturn]] void refuse(const SettingsFile& file, const EntryTarget& target, const FoundEntry& found,
                         std::string_view why) {
  throw Error(ErrorCode::refused,
              fmt::format("{}: `{}` {}", spot_text(file.text(), target.name(), found.spans.front().begin),
                          target.place.name, why),
              "nothing was written; take it out in an editor");
}

/// The bytes that were there before, when nobody wrote the file since and they are still kept.
std::optional<std::string> kept_bytes(const EntryTarget& target, const Receipt& receipt,
                                      const SettingsFile& file) {
  if (receipt.before.empty() || sha256_of(file.text()) != receipt.after) return std::nullopt;
  std::error_code ignored;
  const fs::path backup = backup_of(file.real(), target.place);
  if (!fs::is_regular_file(backup, ignored)) return std::nullopt;
  std::string bytes = base::read_file(backup, most_settings_bytes);
  return sha256_of(bytes) == receipt.before ? std::optional(std::move(bytes)) : std::nullopt;
}

/// What the file becomes; nothing: it goes, as install made it and nobody put anything else in.
std::optional<std::string> text_without(const EntryTarget& target, const Receipt& receipt,
                                        const SettingsFile& file) {
  if (auto bytes = kept_bytes(target, receipt, file)) return bytes;
  std::string text =
      value_or_throw(without_entry(file.text(), target.name(), target.place, receipt.made_container));
  if (receipt.made_file && value_or_throw(says_nothing(text, target.name(), target.place)))
    return std::nullopt;
  return text;
}

/// The receipt goes, and with it what was kept of the file, which may hold secrets; only an entry that was
/// replaced and is not back stays kept. Returns a line about that, or nothing.
std::string forget(Receipts& receipts, const EntryTarget& target, const Receipt& receipt, bool brought_back) {
  const fs::path backup = backup_of(receipt.file, target.place);
  receipts.drop(receipt.file, target.place);
  std::error_code ignored;
  if (!fs::is_regular_file(backup, ignored)) return {};
  if (receipt.replaced && !brought_back)
    return fmt::format("\n  what it replaced is still in {}: remove that when you have it back",
                       shown(backup));
  fs::remove(backup, ignored);
  return "\n  what was kept of the file before it is gone";
}

SettingsPlan plan_removal(const EntryTarget& target, const InstallOptions& options) {
  SettingsPlan plan;
  SettingsChange change{SettingsFile::open(target.path, target.within), {}, true};
  const auto found = value_or_throw(find_entry(change.file.text(), target.name(), target.place));
  const Receipts known(Receipts::Access::look);
  const Receipt* receipt = known.find(change.file.real(), target.place);
  if (receipt == nullptr && found)
    refuse(change.file, target, *found, "was not put there by `mcp-ssh install`");
  if (!found) {
    plan.nothing =
        fmt::format("{}: there is no `{}`, nothing to take out", change.file.shown(), target.place.name);
    if (receipt == nullptr || options.dry_run) return plan;
    Receipts receipts(Receipts::Access::change);
    plan.nothing += forget(receipts, target, *receipt, false);
    return plan;
  }
  if (!receipt->knows(found->value))
    refuse(change.file, target, *found, "was changed since it was installed");
  change.file.check_names();
  change.text = text_without(target, *receipt, change.file);
  plan.change = std::move(change);
  return plan;
}

std::string take_out(const EntryTarget& target, const SettingsChange& change) {
  Receipts receipts(Receipts::Access::change);
  const Receipt* found = receipts.find(change.file.real(), target.place);
  if (found == nullptr)
    throw Error(ErrorCode::cancelled, change.file.shown() + " was changed by another run of install");
  const Receipt receipt = *found;
  std::string told;
  if (change.text)
    told = change.file.write(*change.text);
  else
    change.file.remove();
  const bool brought_back = change.text && sha256_of(*change.text) == receipt.before;
  const std::string kept = forget(receipts, target, receipt, brought_back);
  if (change.text) return "taken out of " + change.file.shown() + kept + told;
  remove_empty(receipt.made_directories);
  return "removed: " + change.file.shown() + ", which held nothing else" + kept;
}

}  // namespace

int uninstall(const InstallOptions& options) {
  const EntryTarget target = target_of(options, hosts::process_environment());
  SettingsWork work;
  work.plan = [&] { return plan_removal(target, options); };
  work.make = [&](const SettingsChange& change) { return take_out(target, change); };
  work.question = "Take it out of";
  return carry_out(target, options, std::move(work));
}

}  // namespace mcpssh::cli
