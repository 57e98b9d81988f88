#pragma once
#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// git 2.39 with its settings on the command line; see git_verbs.cpp for its subcommands.
void judge_git(const Call& call);

/// One subcommand with the words behind it.
struct GitCall {
  const Call& call;
  std::string_view verb;
  const Options& options;  ///< of the subcommand; operands without it
  bool has_separator;      ///< "--" stands among the words
};
void judge_git_verb(const GitCall& git);

/// Whether a value of this git setting is run as a command, or leads to one.
bool is_code_setting(std::string_view key);

}  // namespace mcpssh::guard
