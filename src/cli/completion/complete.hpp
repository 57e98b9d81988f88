#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace mcpssh::cli {

/// Something that may stand where the cursor is.
struct Candidate {
  std::string text;         ///< the whole word
  std::string description;  ///< one line; may be empty
  bool operator==(const Candidate&) const = default;
};

struct Completion {
  std::vector<Candidate> candidates;
  bool files = false;  ///< paths too
  bool operator==(const Completion&) const = default;
};

/// The values of a kind, which is an option's type name: HOST, HOSTS, TOKEN, REQUEST, QUESTION, WAITING
/// (both of them), CALL. `config`: of
/// --config, where the line has one; empty: none.
using ValuesOf = std::function<std::vector<Candidate>(std::string_view kind, const std::string& config)>;

/// What may stand for the last one of `words`, which follow the program's name; it may be empty. Commands,
/// options and choices are those `app` defines. Pure but for `values`.
Completion complete(const CLI::App& app, const std::vector<std::string>& words, const ValuesOf& values);

/// A line of a shell up to the cursor, as words: quotes and backslashes are taken away, the last word may be
/// unfinished.
std::vector<std::string> shell_words(std::string_view line);

/// The hidden command `__complete`, which the shells' scripts call: `line TEXT` or `words WORD...`. Prints
/// "candidate<TAB>description" lines, and ":files"; says nothing when anything is wrong.
int complete_command(const CLI::App& app, const std::vector<std::string>& arguments);

/// Prints the script of a shell: bash, zsh or fish.
int print_completion(const std::string& shell);

/// `mcp-ssh completion`.
void add_completion(CLI::App& app, std::function<int()>& chosen, std::string& shell);

}  // namespace mcpssh::cli
