#pragma once
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace mcpssh::cli {

/// What a person is told of a command line that makes no sense: what is wrong with it, the nearest word that
/// would make sense, and where to look. Lines for a terminal.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error);

}  // namespace mcpssh::cli
