#pragma once
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/verdict.hpp"

/// What the shell parser makes: words as written, commands as nested. Nothing is expanded yet.
namespace mcpssh::guard {

struct Node;
struct Expansion;

/// One character of a word, or the place of an expansion.
struct Atom {
  enum class Ink : std::uint8_t { plain, quoted, expansion, quoted_expansion };
  char c = 0;
  Ink ink = Ink::plain;
  std::uint16_t expansion = 0;  ///< index into Word::expansions
};

/// Most words are short: these need no memory of their own.
using Atoms = boost::container::small_vector<Atom, 8>;

struct Word {
  Atoms atoms;
  std::vector<Expansion> expansions;
  bool has_quotes = false;  ///< "" is a word of its own
  bool has_signs = false;   ///< some plain character may mean more than itself: a brace, a pattern, a tilde
  Span span;
  Word();
  Word(Word&&) noexcept;
  Word& operator=(Word&&) noexcept;
  ~Word();

  void append(std::string_view text, Atom::Ink ink);
};

struct Expansion {
  enum class Kind : std::uint8_t {
    variable,    ///< $name, ${name}
    positional,  ///< $1, $@, $*: values nobody here knows; may be several words even between quotes
    number,      ///< $?, $#, $((...)): digits, never several words
    parameter,   ///< ${name...}: anything with an operator
    command,     ///< $(...), `...`
    process,     ///< <(...), >(...)
  };
  Kind kind = Kind::variable;
  std::string name;
  std::string source;            ///< as written, for people
  std::unique_ptr<Node> script;  ///< command, process
  std::unique_ptr<Word> inner;   ///< what stands in ${...} or $((...)): its substitutions run too
  bool assigns = false;          ///< ${name:=word}
  bool runs_value = false;       ///< ${name@P}: the value is executed
};

struct Assignment {
  std::string name;
  Word subscript;  ///< of NAME[subscript]=word
  Word value;
  bool plain = true;     ///< NAME=word; false for +=, arrays and elements
  bool appends = false;  ///< NAME+=word
};

struct Redirect {
  enum class Kind : std::uint8_t { read, write, duplicate, here_document, here_string };
  Kind kind = Kind::read;
  std::string op;  ///< as written: "2>>"
  Word target;     ///< for a here-document its body
};

struct Node {
  enum class Kind : std::uint8_t {
    simple,      ///< assignments, words
    sequence,    ///< children one after the other
    background,  ///< children[0] &
    chain,       ///< children joined by operators (&& ||)
    pipeline,    ///< children joined by |
    group,       ///< { ... }
    subshell,    ///< ( ... )
    branch,      ///< if, case: children[0] always runs, the others may
    loop,        ///< while, until, for ((;;)): children may run many times
    for_each,    ///< for name in words; children[0]
    function,    ///< name() children[0]
    expression,  ///< [[ ... ]], (( ... )), what case looks at: words whose substitutions run
  };
  /// How the words of an expression, or of for ((;;)), are read.
  enum class Language : std::uint8_t { text, arithmetic, test };
  Kind kind = Kind::simple;
  Language language = Language::text;
  std::vector<std::unique_ptr<Node>> children;
  std::vector<Assignment> assignments;
  std::vector<Word> words;
  std::vector<Redirect> redirects;
  std::string name;             ///< of a function, of a loop's variable; of (( )) what stands in it
  std::string operators;        ///< chain: '&' or '|' before each child but the first
  bool negated = false;         ///< "!" stands before it
  bool over_arguments = false;  ///< for_each without "in": over "$@"
  Span span;
};

// Here, where all parts are known: words are moved a lot.
inline Word::Word() = default;
inline Word::Word(Word&&) noexcept = default;
inline Word& Word::operator=(Word&&) noexcept = default;
inline Word::~Word() = default;

/// One text, parsed as far as it goes. With a problem or an open end, what was read so far is still there.
struct Script {
  std::unique_ptr<Node> root;
  bool incomplete = false;             ///< ends inside a quote, a here-document or a compound command
  std::size_t open_from = 0;           ///< incomplete: where the unfinished command begins
  std::optional<std::string> problem;  ///< why it does not parse
  std::size_t problem_at = 0;
};

}  // namespace mcpssh::guard
