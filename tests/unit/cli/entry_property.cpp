#include "entry_property.hpp"

#include <gtest/gtest.h>

namespace mcpssh::cli {
namespace {

/// True when `after` is `before` with bytes put in at one place, or at two with a few of the old ones
/// between.
bool only_added(const std::string& before, const std::string& after) {
  if (after.size() <= before.size()) return false;
  std::size_t head = 0, tail = 0;
  while (head < before.size() && before[head] == after[head]) ++head;
  while (tail < before.size() - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const std::string between = before.substr(head, before.size() - head - tail);
  return after.substr(head, after.size() - head - tail).find(between) != std::string::npos;
}

/// What is left when blanks and commas do not count: an empty object may have had some inside.
std::string bare(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (std::string_view(" \t\r\n,").find(c) == std::string_view::npos) out += c;
  return out;
}

}  // namespace

void round_trip(const std::string& before, const EntryPlace& place, Chances& chances, unsigned& exact) {
  const auto entry = some_entry(chances), other = some_entry(chances);
  const auto after = with_entry(before, "f", place, entry);
  ASSERT_TRUE(after) << after.error().message() << "\n" << before;
  ASSERT_TRUE(only_added(before, *after)) << before << "\n---\n" << *after;
  const auto found = find_entry(*after, "f", place);
  ASSERT_TRUE(found && *found) << before << "\n---\n" << *after;
  ASSERT_EQ((*found)->value, base::json::value(entry)) << *after;

  const auto changed = with_entry(*after, "f", place, other);
  ASSERT_TRUE(changed) << changed.error().message() << "\n" << *after;
  const auto changed_back = with_entry(*changed, "f", place, entry);
  ASSERT_TRUE(changed_back) << *changed;
  ASSERT_EQ(*changed_back, *after) << before;

  const bool had_container =
      place.format == FileFormat::toml || outline_json(before, "f", place.container)->container.has_value();
  const auto out = without_entry(*after, "f", place, !had_container);
  ASSERT_TRUE(out) << out.error().message() << "\n" << *after;
  if (says_nothing(before, "f", place).value()) {
    ASSERT_TRUE(says_nothing(*out, "f", place).value()) << *out;
  } else {
    ASSERT_EQ(bare(*out), bare(before)) << before << "\n---\n" << *after << "\n---\n" << *out;
  }
  if (*out == before) ++exact;
}

}  // namespace mcpssh::cli
