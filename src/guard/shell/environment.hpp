#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// What is known of a shell's state at one point of a script: constants, and where it stands. A value; a
/// branch works on a copy and is merged back.
class Environment {
 public:
  /// `directory` as saved_directory() gives it and SessionState keeps it: empty: the start, "?": not known,
  /// "??": and never known again.
  explicit Environment(std::string_view directory = {});

  /// Nothing when the variable was never set in this text.
  /// Nothing is known of any variable here: find() has no answer even for what was set.
  [[nodiscard]] bool is_blind() const { return blind_; }
  [[nodiscard]] const Field* find(std::string_view name) const;
  /// How many are known.
  [[nodiscard]] std::size_t variables() const { return variables_.size(); }
  /// A variable that the shell itself sets ($PWD, $_, $REPLY) stays unknown.
  void set(std::string_view name, Field value);
  void forget(std::string_view name);
  /// declare -i: what it is set to is arithmetic.
  void make_integer(std::string_view name) { integers_.emplace(name); }
  [[nodiscard]] bool is_integer(std::string_view name) const { return integers_.contains(name); }
  /// declare -A: its subscripts are texts.
  void make_associative(std::string_view name) { associative_.emplace(name); }
  [[nodiscard]] bool is_associative(std::string_view name) const { return associative_.contains(name); }
  /// From here on no variable is known (code that runs at another time).
  void forget_all() { blind_ = true; }
  /// For a program that is started: it has what is exported, and nobody knows what that is.
  void keep_to_itself() {
    variables_.clear();
    integers_.clear();
    associative_.clear();
  }
  /// From here on anything may happen between two commands (a trap): neither variables nor the directory are
  /// known any more.
  void lose_track();

  void change_directory(const Field& target);
  /// Empty: where the session started; opaque: not known.
  [[nodiscard]] const Field& directory() const { return directory_; }
  [[nodiscard]] std::string saved_directory() const;

  /// Whether words split at blanks, tabs and newlines, as far as this text tells.
  [[nodiscard]] bool splits_at_blanks() const { return !find("IFS"); }

  /// Keeps what both agree on; the rest becomes unknown.
  void merge(const Environment& other);

  bool operator==(const Environment&) const = default;

 private:
  std::map<std::string, Field, std::less<>> variables_;
  std::set<std::string, std::less<>> integers_;
  std::set<std::string, std::less<>> associative_;
  Field directory_;
  bool blind_ = false;
  bool lost_ = false;
};

}  // namespace mcpssh::guard
