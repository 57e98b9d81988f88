#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace mcpssh::cli {

/// Where the name of the subcommand stands in a whole command line; its size when none does.
std::size_t command_at(const std::vector<std::string>& words);

/// CLI11 reads a word from "[" to "]" as a list of its own and takes it apart, brackets and all; of a command
/// (`[ -f x ]`) not a byte may be lost. So words that begin with a bracket are handed to it behind a mark.
/// `words`: the whole command line, which stays as it is unless its subcommand is `command`.
std::vector<std::string> with_marks(std::vector<std::string> words, std::string_view command);
/// Takes the marks out of what the options of `command`, and of the program around it, were given.
void take_marks(CLI::App& command);
/// A message about words, without the marks.
std::string without_marks(std::string text);

}  // namespace mcpssh::cli
