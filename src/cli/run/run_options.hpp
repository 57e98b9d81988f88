#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace CLI {
class App;
}

namespace mcpssh::cli {

/// Of `mcp-ssh run`.
struct RunOptions {
  std::string selector;
  std::vector<std::string> words;  ///< the command
  std::vector<std::string> typed;  ///< before -- and no host: an error
  bool quote = false;              ///< each word stays one on the host
  std::string directory;
  std::vector<std::string> environment;  ///< NAME=VALUE
  bool sudo = false;
  std::string sudo_user;
  bool tty = false;
  bool input = false;   ///< --stdin: ours becomes the command's
  double timeout = 0;   ///< seconds; 0: none
  unsigned limit = 32;  ///< hosts at once
  std::string batch;    ///< "5", "10%"; empty: no steps
  bool stop_on_failure = false;
  bool json = false;
  bool yes = false;
  std::string reason;
};

/// `mcp-ssh run`.
void add_run(CLI::App& app, const Common& common, std::function<int()>& chosen, RunOptions& options);

/// Of `mcp-ssh ... run ... -- COMMAND`: moves the command's words from `all`, the whole command line, to
/// `words`; what CLI11 gets to see it may change. Throws CLI::ValidationError for a `run` without --.
void take_command(std::vector<std::string>& all, std::vector<std::string>& words);

/// Runs a command as the person at this terminal, through the same door as an assistant's. Returns the exit
/// status (run/exit_status.hpp).
int run_command(const Common& common, const RunOptions& options);

}  // namespace mcpssh::cli
