#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/shell/field.hpp"
#include "guard/shell/options.hpp"

namespace mcpssh::guard {

/// Where what a command does is told. The reader behind it knows the span, the variables and the input.
class Consequences {
 public:
  virtual ~Consequences() = default;
  /// It does what the rule `id` stands for ("read" says nothing); `reason` is one sentence for people.
  virtual void does(std::string_view id, const std::string& reason) = 0;
  /// It runs shell code on the same host ("sh -c", crontab lines, --to-command). Read at once.
  virtual void runs(const Field& code) = 0;
  /// It runs another program with these words, in the same place.
  virtual void runs(Words words) = 0;
  /// As above, on another host or one inside this one (docker exec c CMD): in a directory of its own.
  virtual void runs_elsewhere(const Field& code) = 0;
  virtual void runs_elsewhere(Words words) = 0;
  /// Whether its standard input comes from a pipe, a here-document or a file rather than from who typed it.
  [[nodiscard]] virtual bool has_input() const = 0;
  /// What it finds there, where the text tells (here-documents, echo); otherwise nothing.
  [[nodiscard]] virtual const std::string* input_text() const { return nullptr; }
};

/// One command as its program gets it: wrappers, variables and quotes are gone.
struct Call {
  std::string_view name;   ///< without its directory
  Words words;             ///< words[0] is the program
  const Field& directory;  ///< where it runs, see absolute()
  Consequences& out;

  /// The words as a sentence's part, short and printable.
  [[nodiscard]] std::string shown() const;
  /// Nothing but a request for help or the version.
  [[nodiscard]] bool only_help() const;
  void does(std::string_view id) const {
    if (id != "read") out.does(id, shown());
  }
  void does(std::string_view id, std::string_view reason) const { out.does(id, std::string(reason)); }
};

/// What an option does beyond the program itself.
struct OptionEffect {
  std::string_view names;  ///< option names as OptionTable has them, between blanks
  enum class Value {
    nothing,  ///< the option itself does `rule`
    read,     ///< its value is a file that is read
    written,  ///< its value is a file that is written
    code      ///< its value is shell code that runs
  } value = Value::nothing;
  std::string_view rule = "read";
};

/// A subcommand and what it does.
struct Verb {
  /// Alternatives between blanks; "list-*", "*-list": whatever begins or ends so; "remote/add": two words,
  /// one after the other. Longer ones are tried first, so "remote/*" may stand beside "remote/add".
  std::string_view words;
  std::string_view rule;                                 ///< id of a rule, or "read"
  void (*judge)(const Call&, const Options&) = nullptr;  ///< looks closer; instead of the rule
  std::span<const OptionEffect> option_effects = {};     ///< beside those of the program
};

/// What the operands of a program are.
enum class Operands {
  data,          ///< words that name no file
  read,          ///< files it reads
  written,       ///< files it writes or creates
  last_written,  ///< files it reads, but the last one is written
};

/// A program and what it does: a row of the tables in programs/*.cpp.
struct Program {
  std::string_view names;          ///< between blanks
  std::string_view rule = "read";  ///< what it does whatever its words; with verbs: what it does without one
  OptionTable options = {};        ///< unknown ones ask ...
  /// ... unless no other option could do harm: then the table says which take values and names those of
  /// option_effects, and options are read as read_loosely() does. Before a verb unknown ones ask all the
  /// same. "-o" and "--output" and their like write a file unless the table has them.
  bool any_option = false;
  /// Options that make it show what it would do and nothing else (-n, --dry-run).
  std::string_view shows = {};
  std::span<const Verb> verbs = {};
  std::string_view otherwise = "shell.unknown-verb";  ///< a verb of no row
  std::span<const OptionEffect> option_effects = {};
  Operands operands = Operands::data;
  std::size_t most_operands =
      static_cast<std::size_t>(-1);      ///< more do `otherwise` (uniq IN OUT, date MMDDhhmm)
  void (*judge)(const Call&) = nullptr;  ///< knows the program whole; instead of all above but the names
  bool versioned = false;                ///< also stands under its version: python3.11, lua5.4, gcc-12
};

/// The tables, by subject.
std::span<const Program> builtin_programs();
std::span<const Program> text_programs();
std::span<const Program> stream_programs();
std::span<const Program> file_programs();
std::span<const Program> permission_programs();
std::span<const Program> archive_programs();
std::span<const Program> converter_programs();
std::span<const Program> editor_programs();
std::span<const Program> transfer_programs();
std::span<const Program> tool_programs();
std::span<const Program> disk_programs();
std::span<const Program> volume_programs();
std::span<const Program> service_programs();
std::span<const Program> power_programs();
std::span<const Program> schedule_programs();
std::span<const Program> process_programs();
std::span<const Program> package_programs();
std::span<const Program> network_programs();
std::span<const Program> firewall_programs();
std::span<const Program> probe_programs();
std::span<const Program> account_programs();
std::span<const Program> kernel_programs();
std::span<const Program> status_programs();
std::span<const Program> container_programs();
std::span<const Program> cluster_programs();
std::span<const Program> cloud_programs();
std::span<const Program> virtual_programs();
std::span<const Program> database_programs();
std::span<const Program> database_tools();
std::span<const Program> server_programs();
std::span<const Program> queue_programs();
std::span<const Program> hardware_programs();
std::span<const Program> key_programs();
std::span<const Program> developer_programs();
std::span<const Program> version_control_programs();
std::span<const Program> interpreter_programs();
std::span<const Program> board_programs();

/// All of them. A name stands in one row only.
std::vector<std::span<const Program>> program_tables();

/// Nothing when no table has it.
const Program* find_program(std::string_view name);

/// Nothing when `path` is no script of /etc/init.d and its like.
const Program* find_init_script(std::string_view path);

/// Tells what `call` does by `row`, whatever its name.
void judge_row(const Program& row, const Call& call);

/// Tells what `call` does by the row of its program; a program without a row does "shell.unknown-program".
void judge_program(const Call& call);

}  // namespace mcpssh::guard
