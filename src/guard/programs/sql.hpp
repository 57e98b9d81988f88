#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "guard/programs/program.hpp"

namespace mcpssh::guard {

/// Tells what statements in SQL, with the commands of psql, mysql and sqlite3 among them, do to a database. A
/// statement that cannot be told does "database.code".
void judge_sql(const Call& call, std::string_view text);

/// The same for a word; what is known only at run time inside a statement is an opaque word.
void judge_sql_word(const Call& call, const Field& statements);

/// The strings of the statements and what follows a blank and "/": what may name files.
[[nodiscard]] std::vector<std::string> paths_in(std::string_view text);

/// Whether every one of the statements only reads.
[[nodiscard]] bool only_reads(std::string_view client, std::string_view text);

/// What stands on the standard input: judged where it is known, asked about otherwise; a prompt without any.
void judge_sql_input(const Call& call);

}  // namespace mcpssh::guard
