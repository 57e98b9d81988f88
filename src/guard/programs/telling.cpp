#include "guard/programs/telling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {

Options options_of(const Call& call, const OptionTable& table) {
  Options out = read_options(call.words, 1, table, true);
  if (out.unknown)
    call.does("shell.unknown-option", fmt::format("{} with the option {}, which the guard does not know",
                                                  call.name, base::printable(*out.unknown, 40)));
  if (out.splits || std::ranges::any_of(out.operands, &Field::splits))
    call.does("shell.opaque-word", fmt::format("{} with words known only at run time", call.name));
  return out;
}

bool has_any(const Options& options, std::string_view names) {
  return std::ranges::any_of(options.options,
                             [&](const Option& option) { return has_name(names, option.name); });
}

std::span<const Field> operands_of(const Options& options, std::size_t from, std::size_t but_last) {
  const std::size_t count = options.operands.size();
  const std::size_t end = count - std::min(but_last, count);
  return std::span(options.operands).subspan(std::min(from, end), end - std::min(from, end));
}

void writes_all(const Call& call, std::span<const Field> paths, Writing how) {
  for (const Field& path : paths) writes_file(call, path, how);
}

void removes_all(const Call& call, std::span<const Field> paths, bool recursive) {
  for (const Field& path : paths) removes_file(call, path, recursive);
}

Field path_in(const Field& directory, std::string_view name) {
  Field out = directory;
  if (!out.empty() && !out.text().ends_with('/')) out.append('/', Field::Ink::plain);
  out.append(name, Field::Ink::plain);
  return out;
}

}  // namespace mcpssh::guard
