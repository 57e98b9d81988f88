// mcp-ssh hosts: the inventory on a terminal's whole screen.
#include <fmt/format.h>

#include <iostream>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/hosts/host_change.hpp"
#include "cli/hosts/hosts_import.hpp"
#include "cli/hosts/manager/dialogs.hpp"
#include "cli/hosts/manager/host_form.hpp"
#include "cli/hosts/manager/host_list.hpp"
#include "cli/house.hpp"

namespace mcpssh::cli {
namespace {

using namespace manager;
using base::Error;
using hosts::EditLock;
using hosts::HostsFile;
using hosts::YamlEdit;
using hosts::YamlNode;

constexpr int interrupted_status = 130;

/// One person at work on one file. Nothing is kept between two wishes: each begins with the file as it is.
class Manager {
 public:
  Manager(const Common& common, Screen& screen)
      : common_(common), screen_(screen), path_(configuration_path(common)) {}

  void run() {
    for (;;) {
      const hosts::Snapshot snapshot = HostsFile::open(path_).snapshot(hosts::process_environment());
      const Choice choice = choose(screen_, snapshot, marked_);
      if (choice.wish == Wish::leave) return;
      marked_ = choice.host;
      try {
        grant(choice);
      } catch (const Error& error) {
        show_message(screen_, "It did not work", error.what());
      }
    }
  }

 private:
  void grant(const Choice& choice) {
    if (choice.wish == Wish::add) return edit("", "Add a host");
    if (choice.wish == Wish::import) return import();
    if (choice.host.empty()) return show_message(screen_, "No host is marked", "Add one first.");
    switch (choice.wish) {
      case Wish::edit:
        return edit(choice.host, "Edit " + choice.host);
      case Wish::remove:
        return remove(choice.host);
      case Wish::test:
        return screen_.outside([&] { hosts_test(common_, choice.host, false); });
      case Wish::trust:
        return trust(choice.host);
      default:
        return;
    }
  }

  void trust(const std::string& name) {
    TrustOptions options;
    options.selector = name;
    screen_.outside([&] { hosts_trust(common_, options); });
  }

  /// The entry of a host that this file holds itself.
  [[nodiscard]] static YamlNode own_entry(const HostsFile& file, const std::string& name) {
    YamlNode entry = entry_in(file, name);
    if (entry.kind != YamlNode::Kind::null) return entry;
    throw Error(base::Fault::unknown_host,
                fmt::format("{} does not stand in {}: it is taken from another file (settings.ssh_config)",
                            name, file.path().string()),
                "change it there, or add a host of the same name here: it wins");
  }

  void edit(const std::string& name, const std::string& title) {
    const bool fresh = name.empty();
    const FormTexts before = texts_of(name, fresh ? YamlNode() : own_entry(HostsFile::open(path_), name));
    FormTexts texts = before;
    while (fill_in(screen_, title, texts)) {
      try {
        auto file = HostsFile::open(path_);
        const auto options = changes(before, texts, fresh);
        const YamlNode entry = fresh ? YamlNode() : own_entry(file, name);
        for (const auto& change : edits_of(options, entry)) file.apply(change);
        if (!file.changed()) return;
        const std::string& now = options.rename.empty() ? options.name : options.rename;
        if (!save(file, {now}, {})) continue;
        marked_ = now;
        return;
      } catch (const Error& error) {
        show_message(screen_, "Not yet", error.what());
      }
    }
  }

  void remove(const std::string& name) {
    auto file = HostsFile::open(path_);
    static_cast<void>(own_entry(file, name));
    file.apply({YamlEdit::Kind::remove, hosts::host_path(name), {}, {}});
    const auto question = "Delete " + name + "?\n\n" + file.diff();
    checked(file);
    if (show_text(screen_, "Delete", question, {"Cancel", "Delete"}) == 1U) write(file);
  }

  void import() {
    const auto from = show_text(screen_, "Import", "Hosts that this file does not have yet are taken from:",
                                {"~/.ssh/config", "Ansible", "Cancel"});
    if (!from || from == 2U) return;
    ImportOptions options;
    if (from == 1U && !ask_text(screen_, "Import", "An Ansible inventory (INI or YAML):", options.ansible))
      return;
    if (from == 1U && options.ansible.empty()) return;
    auto file = HostsFile::open(path_);
    const Imported imported = import_into(file, options);
    std::string notes = base::join(imported.notes, "\n");
    if (!file.changed())
      return show_message(screen_, "Import",
                          "There is nothing to add.\n" + (notes.empty() ? "" : "\n" + notes));
    static_cast<void>(save(file, imported.added, std::move(notes)));
  }

  /// Shows what would change and what is wrong with it; writes it when the person says so.
  bool save(HostsFile& file, const std::vector<std::string>& names, std::string notes) {
    const auto findings = findings_of(checked(file), names);
    std::string text;
    for (const auto& finding : findings)
      text += fmt::format("{}: {}{}\n",
                          finding.weight == hosts::HostFinding::Weight::problem ? "PROBLEM" : "warning",
                          finding.text, finding.next_move.empty() ? "" : ". Next: " + finding.next_move);
    if (!notes.empty()) text += notes + "\n";
    if (!text.empty()) text += "\n";
    if (show_text(screen_, "Save this?", text + file.diff(), {"Save", "Back"}) != 0U) return false;
    write(file);
    return true;
  }

  void write(HostsFile& file) {
    const EditLock lock(path_, EditLock::Wait::no);
    file.save(lock, hosts::process_environment(), check_policies);
  }

  const Common& common_;
  Screen& screen_;
  std::filesystem::path path_;
  std::string marked_;
};

}  // namespace

int hosts_manager(const Common& common) {
  // Before the screen is taken: a file that cannot be read is said on the plain terminal.
  static_cast<void>(HostsFile::open(configuration_path(common)).snapshot(hosts::process_environment()));
  try {
    Screen screen;
    Manager(common, screen).run();
    return 0;
  } catch (const Interrupted&) {
    return interrupted_status;
  }
}

}  // namespace mcpssh::cli
