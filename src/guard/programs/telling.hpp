#pragma once
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"

/// What the judge functions for files and text share.
namespace mcpssh::guard {

/// The options and operands of `call` as getopt reads them; one that is not in the table is told, and so are
/// words that may turn out to be options.
Options options_of(const Call& call, const OptionTable& table);
bool has_any(const Options& options, std::string_view names);
/// All operands from `from` on, the last `but_last` left out.
std::span<const Field> operands_of(const Options& options, std::size_t from = 0, std::size_t but_last = 0);
void writes_all(const Call& call, std::span<const Field> paths, Writing how);
void removes_all(const Call& call, std::span<const Field> paths, bool recursive);
/// `directory`/`name`.
Field path_in(const Field& directory, std::string_view name);

}  // namespace mcpssh::guard
