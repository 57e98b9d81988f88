#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/budget.hpp"
#include "guard/environment.hpp"
#include "guard/expand.hpp"
#include "guard/field.hpp"
#include "guard/syntax.hpp"
#include "guard/verdict.hpp"
#include "guard/wrappers.hpp"

namespace mcpssh::guard {

/// One simple command as it would run.
struct SimpleCommand {
  std::string canonical;  ///< with assignments and redirections
  Fields words;           ///< without them
  Fields inner;           ///< the command behind the wrappers; the same as `words` without any
  std::vector<std::string> wrappers;
  bool writes = false;       ///< output goes to a file
  bool substitutes = false;  ///< holds $(...), `...` or <(...)
  bool assigns = false;
  bool cli_read = false;  ///< a line of a network device that only shows something
};

/// What one request does, as far as its text tells.
struct Reading {
  std::vector<Finding> findings;
  std::vector<SimpleCommand> commands;
  std::vector<std::string> inner_texts;  ///< canonical texts behind wrappers, for deny patterns
  bool incomplete = false;
  std::size_t open_from = 0;  ///< incomplete: where the unfinished command begins
};

/// What a command finds on its standard input.
struct Input {
  enum class Kind { inherited, unknown, literal } kind = Kind::inherited;
  std::string text = {};
};

/// Walks a parsed script in the order it would run, with what is known of its variables and directory, and
/// finds what it does. Everything that runs code (sh -c, eval, sudo, xargs, find -exec, $(...)) is followed.
class Reader {
 public:
  /// `interactive`: a line typed into a session, where functions and variables outlive this text.
  Reader(Reading& out, Budget& budget, bool interactive);

  /// Reads the request's own text.
  void read(std::string_view text, Environment& environment);

 private:
  /// Where a command stands while it is taken apart.
  struct Context {
    Environment& environment;
    const Input& input;
    std::size_t command;  ///< index into Reading::commands
    int wraps = 0;        ///< wrappers taken off so far
  };
  /// Output a command is known to print, for what stands behind the pipe.
  using Produced = std::optional<std::string>;
  using Handler = Produced (Reader::*)(const Fields&, Context&);

  // reader.cpp: scripts and commands
  void code(std::string_view text, Environment& environment, const Input& input);
  void code_word(const Field& word, Context& context);
  Produced run(const Node& node, Environment& environment, const Input& input);
  Produced run_pipeline(const Node& node, Environment& environment, const Input& input);
  void run_chain(const Node& node, Environment& environment, const Input& input);
  void run_loop(const Node& node, Environment& environment, const Input& input);
  void run_for_each(const Node& node, Environment& environment, const Input& input);
  void run_function(const Node& node, const Environment& environment);
  Produced run_simple(const Node& node, Environment& environment, const Input& input);
  Input redirect(const Node& node, Environment& environment, const Input& input, SimpleCommand& command);
  void write_to(const Field& target, const Environment& environment);
  std::string assign(const Node& node, Environment& environment, SimpleCommand& command);
  void code_variable(std::string_view name, const Field& value, Environment& environment);
  WordEvents events(Environment& environment, const Input& input);

  // reader_programs.cpp: functions, shells and interpreters
  static Handler handler_of(std::string_view name);
  Produced dispatch(const Fields& words, Context& context);
  void call_function(std::string_view name, Context& context);
  void expand_alias(const Fields& words, Context& context);
  void carried(std::string_view program, const Fields& words, Context& context);
  Produced shell(const Fields& words, Context& context);
  Produced interpreter(const Fields& words, Context& context);
  Produced input_is_code(const Fields& words, Context& context);
  void read_input(Context& context, std::string_view program);

  // reader_wrappers.cpp, reader_find.cpp: programs that run other programs
  Produced dispatch_inner(std::string_view wrapper, Fields inner, Context& context);
  Produced unwrap(const Wrapper& wrapper, const Fields& words, Context& context);
  std::size_t skip_assignments(const Fields& words, std::size_t at, Environment& environment);
  bool wrapper_runs_code(const Wrapper& wrapper, const Option& option, const Fields& rest, Context& context);
  Produced joined(const Fields& words, std::size_t from, Context& context);
  Produced xargs(const Fields& words, Context& context);
  Produced parallel(const Fields& words, Context& context);
  Produced find(const Fields& words, Context& context);

  // reader_builtins.cpp: what changes the shell itself
  Produced eval(const Fields& words, Context& context);
  Produced source(const Fields& words, Context& context);
  Produced cd(const Fields& words, Context& context);
  Produced declare(const Fields& words, Context& context);
  Produced forget_names(const Fields& words, Context& context);
  Produced alias(const Fields& words, Context& context);
  Produced trap(const Fields& words, Context& context);
  Produced hash(const Fields& words, Context& context);
  Produced echo(const Fields& words, Context& context);
  Produced print_format(const Fields& words, Context& context);
  Produced cat(const Fields& words, Context& context);

  /// Keeps a finding about the command being read. Denials are kept even when there is no room for more
  /// questions.
  void find_out(std::string_view rule, std::string_view reason);

  Reading& out_;
  Budget& budget_;
  bool interactive_;
  int depth_ = 0;
  Span span_;              ///< of the outermost command being read
  bool outermost_ = true;  ///< spans of nested code are those of the command that holds it
  std::vector<std::unique_ptr<Node>> scripts_;  ///< keeps function bodies alive
  std::map<std::string, std::vector<const Node*>, std::less<>> functions_;
  std::map<std::string, std::string, std::less<>> aliases_;
};

}  // namespace mcpssh::guard
