#pragma once
#include <string_view>

#include "guard/programs/program.hpp"

/// What the judge functions of the tables share.
namespace mcpssh::guard {

/// Whether one of the words behind the program is exactly `text`.
bool has_word(const Call& call, std::string_view text);
/// Whether a word is an option cluster (-afn) with this letter in it; long options are none.
bool has_letter(const Call& call, char letter);
/// Whether some word is known only at run time or is a pattern.
bool any_opaque(const Call& call);
/// The text of the operand at `index`; empty when there is none or it is not known.
std::string_view known_operand(const Options& options, std::size_t index);
/// Whether `word` is `full` or short for it, with at least `least` characters.
bool is_short_for(std::string_view word, std::string_view full, std::size_t least = 1);
/// Says "shell.interactive" for a program that now takes what is typed.
void opens_prompt(const Call& call);
/// Reads all words that are no options as files.
void reads_operands(const Call& call, const Options& options, std::size_t from = 0);

}  // namespace mcpssh::guard
