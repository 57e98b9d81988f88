#pragma once
#include <functional>

#include "guard/budget.hpp"
#include "guard/shell/environment.hpp"
#include "guard/shell/field.hpp"
#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

/// What happens inside a word besides making text.
struct WordEvents {
  std::function<void(const Node&)> runs;  ///< $(...), `...`, <(...): the commands run
  /// Something the rule stands for happens: a value is executed (${name@P}).
  std::function<void(std::string_view rule, std::string_view why)> says;
  /// A name gets a value: ${name:=word}, $((name = 1)).
  std::function<void(std::string_view name, const Field& value)> assigns;
  /// Whether the text gives this name another meaning.
  std::function<bool(std::string_view name)> redefined;
  bool temporary_elsewhere = false;  ///< mktemp may be told to make its files where it cannot
  bool earlier_lines = false;        ///< a variable this text does not set may have any value from them
  bool own_names = false;  ///< it, or an earlier line, may give any program or variable another meaning
};

/// POSIX word expansion (XCU 2.6) as far as it can be done without a host: braces, tilde, variables that are
/// known, splitting. File names are never expanded: patterns stay patterns. What is not known becomes opaque.
class WordExpander {
 public:
  WordExpander(Environment& environment, Budget& budget, const WordEvents& events)
      : environment_(environment), budget_(budget), events_(events) {}

  void expand(const Word& word, Fields& out);
  /// As in an assignment or a here-document: one word, no braces, no splitting, no patterns.
  Field expand_one(const Word& word);
  /// Only what the word's substitutions do.
  void visit(const Word& word);

 private:
  void expand_atoms(const Word& word, const Atoms& atoms, Fields& out);
  void variable(const Expansion& expansion, bool quoted);
  void visit_parameter(const Expansion& expansion);
  void assign(const Expansion& expansion);
  [[nodiscard]] bool is_number(const Expansion& expansion) const;
  /// For a word inside of the one that is being expanded.
  [[nodiscard]] WordExpander aside() const { return {environment_, budget_, events_}; }
  [[nodiscard]] bool vanishes(const Word& word, const Atoms& atoms) const;
  void unknown(const Expansion& expansion);
  [[nodiscard]] bool may_lead_up(const Expansion& expansion) const;
  bool argument(const Expansion& expansion, bool quoted);
  void insert(const Field& value, bool quoted);
  std::size_t tilde(const Atoms& atoms);
  void expansion(const Expansion& expansion, bool quoted);
  template <typename Ends>
  std::size_t characters(const Atoms& atoms, std::size_t at, Ends ends);
  void flush(Fields& out, bool keep_empty);

  Environment& environment_;
  Budget& budget_;
  const WordEvents& events_;
  Field field_;
  std::string run_;  ///< of characters(), kept for its memory
  Fields* split_into_ = nullptr;
  std::size_t last_bracket_ = 0;  ///< one past the last plain "]" of the word: a "[" behind it is no pattern
};

}  // namespace mcpssh::guard
