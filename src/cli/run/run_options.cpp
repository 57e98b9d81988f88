#include "cli/run/run_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "cli/exact_words.hpp"

namespace mcpssh::cli {
namespace {

void add_what(CLI::App& run, RunOptions& options) {
  run.add_option("selector", options.selector, "The hosts: a name, web-*, @group, a comma list, or all")
      ->required()
      ->type_name("HOSTS");
  run.add_option("command", options.typed,
                 "The command, behind --; several words are joined by spaces and read by the host's shell as "
                 "ssh does it");
  run.add_flag("--quote", options.quote, "Keep each word one word: the host's shell expands nothing");
  run.add_option("--cwd", options.directory, "Run it in this directory")->type_name("DIR");
  run.add_option("--env", options.environment, "Set a variable for it; may be given more than once")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  run.add_flag("--sudo", options.sudo, "As root, through sudo");
  run.add_option("--sudo-user", options.sudo_user, "As this user, through sudo")->type_name("USER");
  run.add_flag("--stdin", options.input, "Hand our standard input to it, 1 MiB at most");
  run.add_flag("-t,--tty", options.tty, "On a terminal of the host: its stderr joins its stdout");
  run.add_option("--timeout", options.timeout, "Stop it after so many seconds (0.1 to 86400); default: never")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 86400.0).description(""));
}

void add_order(CLI::App& run, RunOptions& options) {
  run.add_option("--limit", options.limit, "Of many hosts, at most so many at once (1 to 256)")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U).description(""))
      ->capture_default_str();
  run.add_option("--batch", options.batch,
                 "Of many hosts, so many a step (5, 10%); the next step begins when all of them have ended");
  run.add_flag("--stop-on-failure", options.stop_on_failure, "Begin on no more hosts after a failure");
  run.add_flag("--json", options.json, "One JSON document at the end, for programs");
  run.add_flag("-y,--yes", options.yes, "Confirm what you would be asked at a terminal; opens nothing else");
  run.add_option("--reason", options.reason, "Why, for the record and for approvers");
}

}  // namespace

void take_command(std::vector<std::string>& all, std::vector<std::string>& words) {
  const std::size_t at = command_at(all);
  if (at == all.size() || all[at] != "run") return;
  const auto mark = std::ranges::find(all, "--");
  if (mark != all.end()) {
    words.assign(mark + 1, all.end());
    all.erase(mark, all.end());
    return;
  }
  const auto helps = [](std::string_view word) { return word == "-h" || word == "--help"; };
  if (std::ranges::any_of(all, helps)) return;
  // "run web1 apt-get remove -y nginx": whose -y that is must never be a guess.
  throw CLI::ValidationError("put -- before the command: mcp-ssh run HOSTS -- COMMAND");
}

void add_run(CLI::App& app, const Common& common, std::function<int()>& chosen, RunOptions& options) {
  auto* run = app.add_subcommand("run",
                                 "Run a command on a host, or on many at once, as an assistant would: "
                                 "judged, asked about, recorded. Exit "
                                 "status on one host: the command's; 2 makes no sense, 3 nobody approved it, "
                                 "4 denied, 124 timed out, 255 "
                                 "not reached");
  add_what(*run, options);
  add_order(*run, options);
  run->callback([&] {
    if (!options.words.empty() && !options.typed.empty())
      throw CLI::ValidationError("what stands before -- and is no host: " + options.typed.front());
    if (options.words.empty()) throw CLI::RequiredError("a command, behind --,");
    chosen = [&] { return run_command(common, options); };
  });
}

}  // namespace mcpssh::cli
