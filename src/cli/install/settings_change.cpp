#include "cli/install/settings_change.hpp"

#include <fmt/format.h>

#include <iostream>

#include "audit/sha256.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/ask.hpp"
#include "cli/install/launch.hpp"
#include "hosts/edit/unified_diff.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;

/// A file of one line is no use to a person as a difference of two lines.
constexpr std::size_t longest_line = 400;

/// A client that writes its file this often while somebody reads a difference is left alone.
constexpr int most_attempts = 5;

fs::path project_of(const std::string& directory) {
  const fs::path path = fs::absolute(base::expand_home(directory)).lexically_normal();
  std::error_code failure;
  if (!fs::is_directory(path, failure))
    throw Error(ErrorCode::not_found, fmt::format("--project: {} is no directory", shown(path)));
  return path;
}

/// The difference with its longest lines cut; when one is, what will be there stands below in full.
std::string readable(const std::string& diff, const EntryTarget& target, const SettingsChange& change) {
  std::string out;
  bool cut = false;
  for (std::string_view rest = diff; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const bool too_long = end > longest_line;
    out += too_long ? base::printable(rest.substr(0, end - 1), longest_line) + "\n"
                    : std::string(rest.substr(0, end));
    cut = cut || too_long;
    rest.remove_prefix(end);
  }
  if (!cut || !change.text) return out;
  const auto entry = find_entry(*change.text, target.name(), target.place);
  if (!entry || !*entry || !(*entry)->value.is_object()) return out;
  return out + "The entry:\n" + entry_document(target.place, (*entry)->value.get_object());
}

void say(base::json::object answer, const EntryTarget& target, bool changed, bool dry_run) {
  answer["version"] = 1;
  answer["client"] = target.client.id;
  answer["file"] = base::to_utf8(target.path.string());
  answer["name"] = target.place.name;
  answer["changed"] = changed;
  answer["dry_run"] = dry_run;
  std::cout << base::json::serialize(answer) << "\n";
}

/// Whether the change may be made: nothing is made without somebody who said so.
bool agreed(const InstallOptions& options, const std::string& question) {
  if (options.yes) return true;
  if (options.json || !somebody_to_ask())
    throw Error(base::Fault::needs_terminal, "nothing was written: there is nobody to ask",
                "look with --dry-run, then give --yes");
  if (confirmed(question)) return true;
  std::cout << "nothing was written\n";
  return false;
}

}  // namespace

EntryTarget target_of(const InstallOptions& options, const hosts::Environment& environment) {
  check_entry_name(options.name);
  const Client& client = client_named(options.client);
  EntryTarget target{client, {client.format, std::string(client.container), options.name}, {}, {}};
  if (!options.project.empty()) target.within = project_of(options.project);
  target.path = options.file.empty() ? client_file(client, environment, target.within)
                                     : fs::absolute(base::expand_home(options.file)).lexically_normal();
  return target;
}

std::string difference(const EntryTarget& target, const SettingsChange& change) {
  const std::string name = target.name();
  const std::string before =
      value_or_throw(masked(change.file.text(), name, target.place, change.ours_before));
  const std::string after = change.text ? value_or_throw(masked(*change.text, name, target.place, true)) : "";
  return hosts::unified_diff(before, after, change.file.shown());
}

int carry_out(const EntryTarget& target, const InstallOptions& options, SettingsWork work) {
  for (int attempt = 1;; ++attempt) {
    const SettingsPlan plan = work.plan();
    if (!plan.change) {
      if (options.json) {
        work.answer["note"] = plan.nothing;
        say(std::move(work.answer), target, false, options.dry_run);
      } else {
        std::cout << plan.nothing << "\n" << work.notes;
      }
      return 0;
    }
    const std::string diff = difference(target, *plan.change);
    if (!options.json) std::cout << readable(diff, target, *plan.change) << work.notes;
    if (!options.dry_run && !agreed(options, fmt::format("{} {}?", work.question, plan.change->file.shown())))
      return 1;
    try {
      const std::string done = options.dry_run ? "nothing was written (--dry-run)" : work.make(*plan.change);
      if (options.json) {
        work.answer["diff"] = diff;
        say(std::move(work.answer), target, !options.dry_run, options.dry_run);
      } else {
        std::cout << done << "\n";
      }
      return 0;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::cancelled || attempt == most_attempts) throw;
      std::cerr << error.cause() << " in the meantime; once more on what it says now\n";
    }
  }
}

std::string sha256_of(std::string_view bytes) {
  return audit::Sha256().update(bytes).hex();
}

}  // namespace mcpssh::cli
