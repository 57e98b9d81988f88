#pragma once
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
    home = 't',    ///< a leading ~, ~user or $HOME
  };

  Field() = default;
  /// A word that is known.
  explicit Field(std::string_view text) { append(text, Ink::plain); }
  /// A word nobody can know; `splits`: it may become several words, or none.
  static Field unknown(std::string_view source, bool splits);

  void append(char c, Ink ink) { append(std::string_view(&c, 1), ink); }
  void append(std::string_view text, Ink ink);
  void append(const Field& other);
  void set_splits() { splits_ = true; }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Ink ink(std::size_t i) const { return static_cast<Ink>(ink_[i]); }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  /// Neither opaque nor a pattern: what the program gets is `text()`.
  [[nodiscard]] bool literal() const { return !opaque_ && !glob_ && !splits_; }
  [[nodiscard]] bool opaque() const { return opaque_ || splits_; }
  [[nodiscard]] bool splits() const { return splits_; }
  [[nodiscard]] bool glob() const { return glob_; }
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

  bool operator==(const Field&) const = default;

 private:
  [[nodiscard]] bool may_reach(std::string_view text, bool as_beginning) const;

  std::string text_;
  std::string ink_;  ///< one Ink a byte
  bool opaque_ = false;
  bool glob_ = false;
  bool splits_ = false;
};

using Fields = std::vector<Field>;

/// The words of one command, quoted and joined by blanks.
std::string canonical(const Fields& fields);

}  // namespace mcpssh::guard
