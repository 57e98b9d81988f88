#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/install/client.hpp"
#include "cli/install/receipt.hpp"
#include "cli/install/settings_file.hpp"

namespace mcpssh::cli {

/// One change of a client's file, before it is made.
struct SettingsChange {
  SettingsFile file;
  std::optional<std::string> text;  ///< what it will be; nothing: it goes
  bool ours_before = false;         ///< the entry that is there is ours, and may be shown
};

/// Which entry of which file the options are about.
struct EntryTarget {
  const Client& client;
  EntryPlace place;
  std::filesystem::path path;
  std::filesystem::path within;  ///< the project

  /// The path for a terminal.
  [[nodiscard]] std::string name() const { return shown(path); }
};
EntryTarget target_of(const InstallOptions& options, const hosts::Environment& environment);

/// The difference as `diff -u` shows it, with a `…` for what may be another program's secret.
std::string difference(const EntryTarget& target, const SettingsChange& change);

/// What is to be done: a change, or nothing and why.
struct SettingsPlan {
  std::optional<SettingsChange> change;
  std::string nothing{};
};

/// How one command goes about it.
struct SettingsWork {
  std::function<SettingsPlan()> plan;
  std::function<std::string(const SettingsChange&)> make;  ///< returns what it did, in a line
  std::string_view question;                               ///< "Write this into", of a file
  std::string notes;                                       ///< shown with the change
  base::json::object answer = {};                          ///< what --json says beside the change
};

/// Plans, shows and asks, then makes the change; starts again when another program changed the file in
/// between. Returns the exit status; throws base::Error.
int carry_out(const EntryTarget& target, const InstallOptions& options, SettingsWork work);

std::string sha256_of(std::string_view bytes);

}  // namespace mcpssh::cli
