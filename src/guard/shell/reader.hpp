#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guard/budget.hpp"
#include "guard/effects/files.hpp"
#include "guard/shell/environment.hpp"
#include "guard/shell/expand.hpp"
#include "guard/shell/field.hpp"
#include "guard/shell/syntax.hpp"
#include "guard/shell/wrappers.hpp"
#include "guard/verdict.hpp"

namespace mcpssh::guard {

/// One simple command as it would run.
struct SimpleCommand {
  std::string canonical;     ///< with assignments and redirections
  bool runs = false;         ///< has words: more than assignments and redirections
  bool opaque = false;       ///< one of the words is known only at run time
  bool writes = false;       ///< output goes to a file
  bool substitutes = false;  ///< holds $(...), `...` or <(...)
  bool assigns = false;
};

/// What one request does, as far as its text tells.
struct Reading {
  /// No program's: the shell itself, a wrapper, a redirection.
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  std::vector<Finding> findings;
  std::vector<std::set<std::size_t>> causes;  ///< of each finding: indices into `invocations`, or nobody
  bool crowded = false;                       ///< there were more findings than are kept
  bool unchecked = false;                     ///< part of the text could not be read
  bool cut_short = false;                     ///< the limits were reached: what follows was not read
  bool read_further = false;       ///< cut short: the rest was read to its end all the same, by itself
  std::string denied_further_on;   ///< cut short: why what follows would be denied, if it is known
  std::vector<Words> invocations;  ///< the words of every command, also of those inside wrappers
  std::vector<Fields> kept;        ///< what the invocations look at
  std::vector<SimpleCommand> commands;
  std::vector<Words> wrapped;            ///< the words behind each wrapper, for deny patterns
  std::vector<std::string> inner_texts;  ///< canonical texts of code a device's line holds, for the same
  bool incomplete = false;
  std::size_t open_from = 0;  ///< incomplete: where the unfinished command begins

  Reading() = default;
  Reading(Reading&&) = default;
  Reading& operator=(Reading&&) = default;
  // A copy would look at the words of another reading.
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() = default;

  /// Keeps words as long as the reading lives.
  Words keep(Fields words) { return kept.emplace_back(std::move(words)); }
};

/// What a command finds on its standard input.
struct Input {
  enum class Kind { inherited, unknown, literal, paths } kind = Kind::inherited;
  std::string text = {};  ///< literal; unknown: what is written of it
  Fields paths = {};      ///< paths: names of files, as far as they are known, of which there may be many
};

/// Walks a parsed script in the order it would run, with what is known of its variables and directory, and
/// finds what it does. Everything that runs code (sh -c, eval, sudo, xargs, find -exec, $(...)) is followed.
class Reader {
 public:
  /// `interactive`: a line typed into a session, where functions and variables outlive this text.
  Reader(Reading& out, Budget& budget, bool interactive);

  /// Reads the request's own text.
  void read(std::string_view text, Environment& environment);
  /// Reads a text as if it followed; false when it does not parse or does not end.
  bool read_on(std::string_view text, Environment& environment);

 private:
  /// Where a command stands while it is taken apart.
  struct Context {
    Environment& environment;
    const Input& input;
    std::size_t command;  ///< index into Reading::commands
    int wraps = 0;        ///< wrappers taken off so far
    std::string_view name = {};
  };
  class Told;
  class Feared;
  /// Output a command is known to print, for what stands behind the pipe.
  using Produced = std::optional<Input>;
  using Handler = Produced (Reader::*)(Words, Context&);

  // reader.cpp: scripts and commands
  void code(std::string_view text, Environment& environment, const Input& input);
  void code_word(const Field& word, Context& context);
  Produced run(const Node& node, Environment& environment, const Input& input);
  Produced run_compound(const Node& node, Environment& environment, const Input& input);
  Produced run_sequence(const Node& node, Environment& environment, const Input& input);
  void run_branch(const Node& node, Environment& environment, const Input& input);
  Produced run_pipeline(const Node& node, Environment& environment, const Input& input);
  void run_chain(const Node& node, Environment& environment, const Input& input);
  void run_loop(const Node& node, Environment& environment, const Input& input);
  void run_for_each(const Node& node, Environment& environment, const Input& input);
  /// (( )) as shells without arithmetic commands read it: a subshell in a subshell (reader_nested.cpp).
  static bool starts_program(const Node& node, const Environment& environment);
  void run_nested_list(std::string_view text, const Environment& environment, const Input& input);
  void run_nested(const Node& node, Environment& environment, const Input& input);
  Produced run_simple(const Node& node, Environment& environment, const Input& input);
  /// What a command leaves to the lines behind it that nobody sees in them.
  void changes_session(const Node& node, Words words);
  Input redirect(const Node& node, Environment& environment, const Input& input, SimpleCommand& command);
  void write_to(const Field& target, Writing how, Environment& environment);
  /// Lets `tell` tell what the shell itself does, as a program would.
  void with_shell(Environment& environment, const std::function<void(const Call&)>& tell);
  void as_program(std::string_view name, Environment& environment,
                  const std::function<void(const Call&)>& tell);
  /// Lets `tell` tell what happens where the command stands, and where it stands if the cd before it failed.
  void tell_wherever(Words words, Context& context, const std::function<void(const Call&)>& tell);
  std::string assign(const Node& node, Environment& environment, SimpleCommand& command);
  void code_variable(std::string_view name, const Field& value, Environment& environment);
  void command_variable(std::string_view name, const Field& value, Environment& environment);
  WordEvents events(Environment& environment, const Input& input);
  /// The words of an expression, or of for ((;;)).
  void read_words(const Node& node, Environment& environment, const Input& input);

  // reader_programs.cpp: programs and shells
  /// Whether the tables say what a command of this name does.
  static bool is_known(std::string_view name);
  static Handler handler_of(std::string_view name);
  /// Judges a command, whose words the reading keeps, by the name in front, whatever else bears that name.
  Produced dispatch(Words words, Context& context);
  Produced dispatch_name(Words words, Context& context);
  void program(std::string_view name, Words words, Context& context);
  void lies_elsewhere(std::string_view path);
  struct ShellCall;
  ShellCall read_shell(Words words);
  Produced shell(Words words, Context& context);
  Produced input_is_code(Words words, Context& context);
  void read_input(Context& context, std::string_view program);

  // reader_functions.cpp: functions, aliases and traps
  void run_function(const Node& node, const Environment& environment);
  void run_body(const Node& body, Environment& environment);
  /// A function or an alias of this text, which may stand in front of a builtin or a program.
  void dispatch_shadowed(Words words, Context& context);
  [[nodiscard]] bool is_redefined(std::string_view name) const;
  void call_function(Words words, Context& context);
  void expand_alias(Words words, Context& context);
  /// Code the text left behind for a time nobody knows.
  void run_traps(const Environment& environment);
  /// Functions that nothing in the text calls.
  void run_uncalled(const Environment& environment);

  // reader_wrappers.cpp, reader_find.cpp: programs that run other programs
  Produced dispatch_inner(std::string_view wrapper, Words inner, Context& context);
  void expect_command(std::string_view wrapper, Words inner);
  Produced unwrap(const Wrapper& wrapper, Words words, Context& context);
  /// Does what one wrapper does besides running a command; gives that command, or nothing when it runs none
  /// or has been read.
  Words take_off(const Wrapper& wrapper, Words words, Context& context);
  /// Takes all wrappers off in place: neither the stack nor what is copied grows with them.
  Produced dispatch_innermost(Words words, Context& context);
  /// What a wrapper does itself: files it writes, hosts it reaches.
  void wrapper_does(const Wrapper& wrapper, Words words, std::size_t inner, const Options& options,
                    Context& context);
  void wrapper_sets(const Wrapper& wrapper, const Options& options, Context& context);
  std::size_t skip_assignments(Words words, std::size_t at, Environment& environment);
  bool wrapper_runs_code(const Wrapper& wrapper, const Option& option, Words rest, Context& context);
  void joined(Words words, std::size_t from, Context& context);
  Produced xargs(Words words, Context& context);
  void run_with(Words command, Words names, Context& context);
  void run_in_groups(Words command, Words names, const Options& options, Context& context);
  void run_for_each_name(Words command, std::string_view mark, Words names, Context& context);
  Produced parallel(Words words, Context& context);
  std::size_t skip_parallel_options(Words words);
  void run_parallel(Words command, const Words* named, Context& context);
  Produced find(Words words, Context& context);

  // reader_builtins.cpp: what changes the shell itself
  Produced eval(Words words, Context& context);
  Produced source(Words words, Context& context);
  Produced cd(Words words, Context& context);
  struct Declaration;
  Produced declare(Words words, Context& context);
  void read_declaration(const Field& option, Declaration& out);
  void declare_name(const Field& word, const Declaration& how, Environment& environment);
  Produced forget_names(Words words, Context& context);
  Produced let(Words words, Context& context);
  Produced alias(Words words, Context& context);
  Produced trap(Words words, Context& context);
  Produced hash(Words words, Context& context);
  Produced set_option(Words words, Context& context);
  Produced shift(Words words, Context& context);
  Produced echo(Words words, Context& context);
  Produced print_format(Words words, Context& context);
  Produced cat(Words words, Context& context);

  /// Keeps a finding about the command being read. Where there are many, each rule still has its first.
  void find_out(std::string_view rule, std::string_view reason);

  Reading& out_;
  Budget& budget_;
  bool interactive_;
  int depth_ = 0;
  int functions_open_ = 0;            ///< bodies being read
  bool only_denials_ = false;         ///< of what is judged again with more known, or does not run
  const Environment* top_ = nullptr;  ///< of the request's own text
  std::vector<Field> traps_;          ///< code that text leaves behind for a time nobody knows
  std::set<const Node*> called_;      ///< bodies of functions that were judged with what they are told
  std::size_t invocation_ = Reading::nobody;  ///< whose words are being judged
  Span span_;                                 ///< of the outermost command being read
  std::size_t wrapped_bytes_ = 0;             ///< of Reading::wrapped
  bool temporary_elsewhere_ = false;          ///< the text says where temporary files are
  bool overwrapped_ = false;                  ///< more wrappers around each other than anybody writes
  bool outermost_ = true;                     ///< spans of nested code are those of the command that holds it
  std::vector<std::unique_ptr<Node>> scripts_;  ///< keeps function bodies alive
  std::map<std::string, std::vector<const Node*>, std::less<>> functions_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::map<std::string, std::size_t, std::less<>> told_;  ///< findings of each rule
};

}  // namespace mcpssh::guard
