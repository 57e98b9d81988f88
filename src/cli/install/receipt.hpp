#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "cli/install/entry_text.hpp"

namespace mcpssh::cli {

/// What `install` wrote into one file, so that it knows its own entry again and can take it out. No secret.
struct Receipt {
  std::string file;  ///< behind the symlinks
  std::string container, name;
  base::json::object entry;                   ///< as written
  std::optional<base::json::object> earlier;  ///< ours that it replaces, until the file is written
  bool made_file = false;
  bool made_container = false;
  bool replaced = false;                      ///< stands where another program's entry stood
  std::vector<std::string> made_directories;  ///< outermost first
  std::string before,
      after;  ///< SHA-256 of the file's bytes; before: empty when undo must not bring them back

  [[nodiscard]] bool about(const std::filesystem::path& path, const EntryPlace& place) const;
  /// Whether the entry that stands there is the one that was written.
  [[nodiscard]] bool knows(const base::json::value& found) const;
};

/// Where the bytes that `file` had before the entry came are kept, with mode 0600: not beside it, where a
/// repository would take them up.
std::filesystem::path backup_of(const std::filesystem::path& file, const EntryPlace& place);

/// The receipts of this user, in installed.json of the state directory, beside what the files were before.
class Receipts {
 public:
  enum class Access { look, change };
  /// `change` waits for other runs of install and holds them off while it lives; `look` leaves no trace.
  /// Throws base::Error for a file that is not ours or broken.
  explicit Receipts(Access access);

  [[nodiscard]] const Receipt* find(const std::filesystem::path& file, const EntryPlace& place) const;
  /// Puts one in, in place of what is there about the same entry. Durable when it returns.
  void put(Receipt receipt);
  /// What install made stays on the account of another entry in the same file, if there is one.
  void drop(const std::filesystem::path& file, const EntryPlace& place);

 private:
  void save() const;

  std::filesystem::path place_;
  base::UniqueFd lock_;
  std::vector<Receipt> all_;
};

}  // namespace mcpssh::cli
