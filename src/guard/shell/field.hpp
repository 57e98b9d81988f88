#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::guard {

/// One word as a program gets it, as far as it can be known from the text. A value.
class Field {
 public:
  enum class Ink : char {
    plain = 'p',
    quoted = 'q',  ///< never a pattern character, a brace or a tilde
    glob = 'g',    ///< * ? [...]: some file name
    opaque = 'o',  ///< known only at run time; the text is its source ("$X")
    upward = 'u',  ///< the same, and it may turn out to lead up ("../etc")
    number = 'n',  ///< the same, but it will be digits: $#, $((...))
    home = 't',    ///< a leading ~, ~user or $HOME
  };

  Field() = default;
  /// A word that is known.
  explicit Field(std::string_view text) { append(text, Ink::plain); }
  /// A word nobody can know; `splits`: it may become several words, or none.
  static Field unknown(std::string_view source, bool splits, Ink ink = Ink::opaque);
  /// A number nobody can know.
  static Field number(std::string_view source);

  void append(char c, Ink ink) {
    text_ += c;
    ink_ += static_cast<char>(ink);
    opaque_ = opaque_ || stands_for_unknown(ink);
    glob_ = glob_ || ink == Ink::glob;
  }
  void append(std::string_view text, Ink ink);
  void append(const Field& other);
  void set_splits() { splits_ = true; }
  /// As new, but with the memory it had.
  void clear() {
    text_.clear();
    ink_.clear();
    opaque_ = glob_ = splits_ = false;
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Ink ink(std::size_t i) const { return static_cast<Ink>(ink_[i]); }
  /// Known only at run time.
  [[nodiscard]] bool unknown_at(std::size_t i) const { return stands_for_unknown(ink(i)); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// Neither opaque nor a pattern: what the program gets is `text()`.
  [[nodiscard]] bool literal() const { return !opaque_ && !glob_ && !splits_; }
  [[nodiscard]] bool opaque() const { return opaque_ || splits_; }
  [[nodiscard]] bool splits() const { return splits_; }
  [[nodiscard]] bool glob() const { return glob_; }
  /// Digits, as far as it is known and where it is not; also nothing at all.
  [[nodiscard]] bool is_number() const;
  /// Whether a part of it may turn out to be any text.
  [[nodiscard]] bool any_text() const { return ink_.find_first_of("ou") != std::string::npos; }
  /// Whether a part of it may turn out to lead up.
  [[nodiscard]] bool upward() const { return ink_.contains(static_cast<char>(Ink::upward)); }
  /// The text up to the first unknown or pattern character.
  [[nodiscard]] std::string_view known_prefix() const;
  [[nodiscard]] Field substr(std::size_t from, std::size_t count = std::string::npos) const;

  /// Whether the word can turn out to be exactly `text`: * and ? do not cross "/", opaque parts may be
  /// anything.
  [[nodiscard]] bool may_be(std::string_view text) const;
  /// Whether the word can turn out to begin with `text`; `whole_names`: with a "/" behind it.
  [[nodiscard]] bool may_begin_with(std::string_view text, bool whole_names) const;
  /// For people and patterns: quoted where a shell would need it, opaque parts as written.
  [[nodiscard]] std::string canonical() const;
  /// Then canonical() is text().
  [[nodiscard]] bool plainly_readable() const;

  bool operator==(const Field&) const = default;

 private:
  static bool stands_for_unknown(Ink ink) {
    return ink == Ink::opaque || ink == Ink::upward || ink == Ink::number;
  }
  [[nodiscard]] bool may_reach(std::string_view text, bool as_beginning) const;

  std::string text_;
  std::string ink_;  ///< one Ink a byte
  bool opaque_ = false;
  bool glob_ = false;
  bool splits_ = false;
};

using Fields = std::vector<Field>;
/// The words of a command, or the end of them, as in what sudo runs. Somebody else keeps them.
using Words = std::span<const Field>;

/// The words of one command, quoted and joined by blanks.
std::string canonical(Words words);
/// The same, for a reader of not more than `enough` bytes: the words behind those are left out.
std::string canonical_beginning(Words words, std::size_t enough);

}  // namespace mcpssh::guard
