#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/budget.hpp"
#include "guard/shell/syntax.hpp"

namespace mcpssh::guard {

/// Recursive parser for POSIX sh and the common part of bash (POSIX.1-2017 XCU 2, bash 5). It reads
/// leniently: text a shell would refuse may parse, never the other way round. Bounded by the budget
/// and limits::nesting.
///
/// A problem moves the cursor to the end, so every loop ends and what was read stays in the tree.
class Parser {
 public:
  /// `text` must outlive the parser. `depth`: how deep in nested code this text stands.
  Parser(std::string_view text, Budget& budget, int depth);

  Script parse();
  /// `text` as the body of a here-document whose delimiter was not quoted: only expansions count.
  Word parse_here_body();

 private:
  struct PendingHere {
    std::string delimiter;
    bool quoted = false;
    bool strip_tabs = false;
    Node* node = nullptr;  ///< whose redirects[index] waits for the body
    std::size_t index = 0;
  };
  /// One level of nesting for the life of a parse function.
  class Nested {
   public:
    explicit Nested(Parser& parser);
    ~Nested() { --parser_.nesting_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Parser& parser_;
  };
  /// Where the cursor was, for the few places where the shell's grammar needs a second reading.
  struct Mark {
    std::size_t at;
    bool incomplete;
    std::optional<std::string> problem;
    std::vector<PendingHere> here;  ///< so that none points into nodes that are dropped
  };

  // parser.cpp: commands
  std::unique_ptr<Node> make(Node::Kind kind);
  std::unique_ptr<Node> sequence(bool in_parentheses);
  std::unique_ptr<Node> chain();
  std::unique_ptr<Node> pipeline();
  std::unique_ptr<Node> command();
  std::unique_ptr<Node> compound(std::string_view keyword);
  std::unique_ptr<Node> simple();
  std::unique_ptr<Node> if_command();
  std::unique_ptr<Node> loop_command();
  std::unique_ptr<Node> for_command();
  std::unique_ptr<Node> case_command();
  std::unique_ptr<Node> test_command();
  std::unique_ptr<Node> function_keyword();
  std::unique_ptr<Node> function_body(std::string name);
  std::unique_ptr<Node> parenthesised();
  std::unique_ptr<Node> braced();
  void case_item(Node& node);
  /// "!", "time", "coproc"; whether there was a "!".
  bool skip_prefixes();
  bool arithmetic_command(Node& node);
  bool redirect(Node& node);
  bool assignment(Node& node);
  void array_value(Word& out);
  void here_document(Node& node, Redirect redirect, bool strip_tabs);
  void read_here_bodies();

  // parser_words.cpp: words
  Word word();
  Word words_until(std::string_view closer, bool quoted);
  bool hides_nothing_anywhere(std::string_view closer);
  void word_piece(Word& out);
  void quoted_text(Word& out);
  void single_quoted(Word& out);
  void double_quoted(Word& out);
  void ansi_quoted(Word& out);
  void ansi_escape(Word& out);
  void backslash(Word& out);
  void dollar(Word& out, bool quoted);
  void braced_parameter(Word& out, bool quoted);
  void command_substitution(Word& out, bool quoted);
  void process_substitution(Word& out);
  void backquoted(Word& out, bool quoted);
  bool arithmetic_substitution(Word& out, bool quoted);
  void add(Word& out, Expansion expansion, std::size_t from, bool quoted);
  std::string_view read_name();

  // cursor
  static bool ends_word(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
           c == '(' || c == ')';
  }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool looking_at(std::string_view s) const { return text_.substr(at_).starts_with(s); }
  /// At <(...) or >(...).
  [[nodiscard]] bool at_process() const { return looking_at("<(") || looking_at(">("); }
  bool take(std::string_view s);
  void skip_blanks();
  void skip_newlines();
  void newline();
  [[nodiscard]] std::string_view peek_plain_word() const;
  bool take_keyword(std::string_view keyword);
  void expect_keyword(std::string_view keyword);
  [[nodiscard]] Mark mark() const { return {at_, script_.incomplete, script_.problem, here_}; }
  void go_back(const Mark& mark);
  void fail(std::string_view why);
  void end_too_soon();

  std::string_view text_;
  Budget& budget_;
  int depth_;
  int nesting_ = 0;
  std::size_t at_ = 0;
  std::size_t command_start_ = 0;
  std::optional<std::size_t> unclosed_here_;  ///< where the command began whose here-document has no end
  std::vector<PendingHere> here_;
  bool two_readings_ = false;  ///< shells read it differently: no second reading of ours makes it good
  Script script_;
};

}  // namespace mcpssh::guard
