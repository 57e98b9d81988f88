// mcp-ssh audit verify | tail
#include <iostream>

#include "audit/verify.hpp"
#include "cli/commands.hpp"
#include "cli/house.hpp"

namespace mcpssh::cli {
namespace {

std::filesystem::path journal_of(const Common& common, const std::optional<std::filesystem::path>& file) {
  if (file) return *file;
  return journal_path(*starting_configuration(common).snapshot);
}

}  // namespace

int audit_verify(const Common& common, const std::optional<std::filesystem::path>& file) {
  const auto path = journal_of(common, file);
  const auto found = audit::verify(path);
  if (!found) throw base::Error(found.error());
  std::cout << path.string() << ": " << found->records << " records";
  if (found->unverified_prefix > 0)
    std::cout << ", " << found->unverified_prefix << " older lines without a chain";
  if (found->open_begins > 0) std::cout << ", " << found->open_begins << " actions without an end";
  if (found->cut_tails_set_aside > 0)
    std::cout << ", " << found->cut_tails_set_aside << " cut lines set aside";
  if (found->tail_cut) std::cout << ", the last line is incomplete (a crash; it was never acknowledged)";
  std::cout << "\n";
  for (const auto& problem : found->problems) std::cout << "  " << problem << "\n";
  std::cout << (found->problems.empty() ? "intact, last hash " + found->last_hash : "NOT INTACT") << "\n";
  return found->problems.empty() ? 0 : 1;
}

int audit_tail(const Common& common, const std::optional<std::filesystem::path>& file, std::size_t count) {
  const auto lines = audit::tail(journal_of(common, file), count);
  if (!lines) throw base::Error(lines.error());
  for (const auto& line : *lines) std::cout << line << "\n";
  return 0;
}

}  // namespace mcpssh::cli
