#pragma once
#include <string_view>

#include "guard/shell/options.hpp"

namespace mcpssh::guard {

/// A program that runs the command in its operands. Lists hold option names between blanks.
struct Wrapper {
  std::string_view name;
  OptionTable table;
  int operands = 0;                  ///< words between the options and the inner command
  std::string_view instead = {};     ///< options that say what those words would
  std::string_view code = {};        ///< options whose value is shell code
  std::string_view no_command = {};  ///< options with which it runs nothing
  /// In which directory the command begins: this one, where a login starts, or the root ...
  enum class Start { here, home, root } start = Start::here;
  std::string_view start_options = {};  ///< ... but only with one of these, when any are named ...
  std::string_view stay_options = {};   ///< ... and with none of these
  std::string_view directory = {};      ///< options that change the directory
  bool assignments = false;             ///< NAME=value words may precede the command (env, sudo)
  bool joined = false;                  ///< the words are pasted together and read by a shell (watch, ssh)
  bool each = false;                    ///< each of the words is code of its own (hyperfine)
  bool interleaved = false;             ///< options may also follow the skipped operands (ssh, su)
  bool opens_shell = false;             ///< without an inner command an interactive shell opens ...
  std::string_view shell_options = {};  ///< ... but only with one of these, when any are named
  std::string_view rule = "read";       ///< what it does besides running the command
  std::string_view rule_options = {};   ///< ... but only with one of these, when any are named
  std::string_view written = {};        ///< options whose value is a file it writes
  std::string_view loads = {};          ///< options that make the command load code from elsewhere
  std::string_view sets = {};           ///< options whose value is NAME=value, or the NAME of what stays set
  std::string_view properties = {};     ///< options whose value is a property of a systemd unit
  std::string_view shells = {};         ///< options whose value is the shell that runs the command
  std::string_view roots = {};          ///< options whose value becomes "/" for the command
};

/// Nothing when `name` wraps no command.
const Wrapper* find_wrapper(std::string_view name);

}  // namespace mcpssh::guard
