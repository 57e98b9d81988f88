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
              fmt::format("{}: `{}` {}", spot_text(file.text(), target.path.string(), found.span.begin),
                          target.place.name, why),
              "nothing was written; take it out in an editor");
}

/// The bytes that were there before, when nobody wrote the file since and they are still kept.
std::optional<std::string> kept_bytes(const Receipts& receipts, const Receipt& receipt,
                                      const SettingsFile& file) {
  if (receipt.before.empty() || sha256_of(file.text()) != receipt.after) return std::nullopt;
  std::error_code ignored;
  const fs::path backup = receipts.backup_of(file.real());
  if (!fs::is_regular_file(backup, ignored)) return std::nullopt;
  std::string bytes = base::read_file(backup, most_settings_bytes);
  return sha256_of(bytes) == receipt.before ? std::optional(std::move(bytes)) : std::nullopt;
}

/// What the file becomes; nothing: it goes, as install made it and nobody put anything else in.
std::optional<std::string> text_without(const EntryTarget& target, const Receipts& receipts,
                                        const Receipt& receipt, const SettingsFile& file) {
  if (auto bytes = kept_bytes(receipts, receipt, file)) return bytes;
  std::string text =
      value_or_throw(without_entry(file.text(), target.path.string(), target.place, receipt.made_container));
  if (receipt.made_file && value_or_throw(says_nothing(text, target.path.string(), target.place)))
    return std::nullopt;
  return text;
}

SettingsPlan plan_removal(const EntryTarget& target) {
  SettingsPlan plan;
  SettingsChange change{SettingsFile::open(target.path, target.within), {}, true};
  const auto found = value_or_throw(find_entry(change.file.text(), target.path.string(), target.place));
  const Receipts receipts(Receipts::Access::look);
  const Receipt* receipt = receipts.find(change.file.real(), target.place);
  if (receipt == nullptr && found)
    refuse(change.file, target, *found, "was not put there by `mcp-ssh install`");
  if (!found) {
    plan.nothing =
        fmt::format("{}: there is no `{}`, nothing to take out", target.path.string(), target.place.name);
    return plan;
  }
  if (!same_entry(found->value, receipt->entry))
    refuse(change.file, target, *found, "was changed since it was installed");
  change.text = text_without(target, receipts, *receipt, change.file);
  plan.change = std::move(change);
  return plan;
}

std::string take_out(const EntryTarget& target, const SettingsChange& change) {
  Receipts receipts(Receipts::Access::change);
  if (change.text)
    change.file.write(*change.text);
  else
    change.file.remove();
  receipts.drop(change.file.real(), target.place);
  const fs::path backup = receipts.backup_of(change.file.real());
  std::error_code ignored;
  // Kept for nothing once the file is what it was.
  if (change.text && fs::is_regular_file(backup, ignored) &&
      base::read_file(backup, most_settings_bytes) == *change.text)
    fs::remove(backup, ignored);
  return change.text ? "taken out of " + target.path.string()
                     : "removed: " + target.path.string() + ", which held nothing else";
}

}  // namespace

int uninstall(const InstallOptions& options) {
  const EntryTarget target = target_of(options, hosts::process_environment());
  SettingsWork work;
  work.plan = [&] { return plan_removal(target); };
  work.make = [&](const SettingsChange& change) { return take_out(target, change); };
  work.question = fmt::format("Take it out of {}?", target.path.string());
  return carry_out(target, options, std::move(work));
}

}  // namespace mcpssh::cli
