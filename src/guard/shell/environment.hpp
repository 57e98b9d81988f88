#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// "../etc", "a/..": what is below a directory may not be, with it behind. So may what two of "." and "./etc"
/// make together.
bool is_way_up(std::string_view text);
bool leads_up(const Field& value);

/// Where the dots stand in a text, or in the values that a variable had: an operator may take away what is
/// around them.
struct Dots {
  bool any = false;
  bool leading = false;   ///< ".x", "a/.x"
  bool trailing = false;  ///< "x.", "x./a"
  bool alone = false;     ///< "x . y"

  static Dots in(std::string_view text);
  void add(const Dots& other);
  bool operator==(const Dots&) const = default;
};

/// What is known of a shell's state at one point of a script: constants, and where it stands. A value; a
/// branch works on a copy and is merged back.
class Environment {
 public:
  /// `directory` as saved_directory() gives it and SessionState keeps it: empty: the start, "?": not known,
  /// "??": and never known again; in a second line where it is instead if a cd failed.
  explicit Environment(std::string_view directory = {});

  /// Nothing is known of any variable here: find() has no answer even for what was set.
  [[nodiscard]] bool is_blind() const { return blind_; }
  /// Nothing when the variable was never set in this text.
  [[nodiscard]] const Field* find(std::string_view name) const;
  /// How many are known.
  [[nodiscard]] std::size_t variables() const { return variables_.size(); }
  /// A variable that the shell itself sets ($PWD, $_, $REPLY) stays unknown, and so does one that may have
  /// kept what it had.
  void set(std::string_view name, Field value);
  void forget(std::string_view name);
  /// declare -i: what it is set to is arithmetic.
  void make_integer(std::string_view name) { integers_.emplace(name); }
  [[nodiscard]] bool is_integer(std::string_view name) const { return integers_.contains(name); }
  /// declare -A: its subscripts are texts.
  void make_associative(std::string_view name) { associative_.emplace(name); }
  [[nodiscard]] bool is_associative(std::string_view name) const { return associative_.contains(name); }
  /// It may hold a path that leads up ("../etc"), whatever it holds besides. Known of what was set, also
  /// where nothing else is; "@": of $1, $2 ...
  void lead_up(std::string_view name) { upward_.emplace(name); }
  [[nodiscard]] bool may_lead_up(std::string_view name) const;
  /// Of all values that the text gives it, on whatever way; "@": of $1, $2 ...
  [[nodiscard]] Dots dots(std::string_view name) const;
  void keep_dots(std::string_view name, std::string_view value);
  /// What stands for a value nobody knows: a path shows whether it may lead up.
  [[nodiscard]] Field unknown_value(std::string_view name) const;
  /// It keeps its value, whoever tries to give it another.
  void make_readonly(std::string_view name) { readonly_.emplace(name); }
  /// From here on commands may be passed over (a division by zero ends a line): a variable that changes is
  /// not known, and a cd may not have happened.
  void doubt() { doubted_ = true; }
  /// From here on what changes is remembered, for code that runs at a time nobody knows (a trap).
  void watch() { watched_ = true; }
  /// As that code may find it: what has not changed since is known.
  [[nodiscard]] Environment at_any_time() const;
  /// What $1, $2 ... stand for; nothing while that is not known.
  [[nodiscard]] const Fields* arguments() const { return arguments_ ? &*arguments_ : nullptr; }
  void set_arguments(Words arguments);
  /// How many of them stand for one word each; behind a pattern nobody knows which is which.
  [[nodiscard]] std::size_t sure_arguments() const;
  void forget_arguments() { arguments_.reset(); }
  /// As `other` has them.
  void take_arguments(const Environment& other) { arguments_ = other.arguments_; }
  /// From here on no variable is known (code that runs at another time).
  void forget_all() { blind_ = true; }
  /// For a program that is started: it has what is exported, and nobody knows what that is.
  void keep_to_itself() {
    variables_.clear();
    integers_.clear();
    associative_.clear();
    readonly_.clear();
    arguments_.reset();
  }
  /// From here on anything may happen between two commands (a trap): neither variables nor the directory are
  /// known any more.
  void lose_track();

  void change_directory(const Field& target);
  /// The same for a shell that goes on where it was when it cannot.
  void try_directory(const Field& target);
  /// The last try was no failure.
  void arrive() { otherwise_.reset(); }
  /// A program that begins in a directory of its own: the one a login starts in, or the root.
  void start_over(bool at_root);
  /// Where commands run instead, if a try was one and what lies there is no temporary file. Rooted.
  [[nodiscard]] const Field* otherwise() const { return otherwise_ ? &*otherwise_ : nullptr; }
  /// Empty: where the session started; opaque: not known.
  [[nodiscard]] const Field& directory() const { return directory_; }
  [[nodiscard]] std::string saved_directory() const;

  /// Whether words split at blanks, tabs and newlines, as far as this text tells.
  [[nodiscard]] bool splits_at_blanks() const { return !find("IFS"); }

  /// As merge(), of one variable.
  void merge_name(std::string_view name, const Environment& other);
  /// Keeps what both agree on; the rest becomes unknown.
  void merge(const Environment& other);

  bool operator==(const Environment&) const = default;

 private:
  std::map<std::string, Field, std::less<>> variables_;
  std::set<std::string, std::less<>> integers_;
  std::set<std::string, std::less<>> associative_;
  std::set<std::string, std::less<>> readonly_;
  std::set<std::string, std::less<>> upward_;
  std::map<std::string, Dots, std::less<>> dots_;
  std::optional<Fields> arguments_;
  Field directory_;
  std::optional<Field> otherwise_;
  std::set<std::string, std::less<>> changed_;
  bool watched_ = false;
  bool moved_ = false;
  bool doubted_ = false;
  bool blind_ = false;
  bool lost_ = false;
};

}  // namespace mcpssh::guard
