#pragma once
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "cli/install/entry_text.hpp"

/// For files of thousands of settings as people and programs write them: an entry goes in and comes out, and
/// every other byte is what it was.
namespace mcpssh::cli {

/// Chances of one file: the same for the same seed.
class Chances {
 public:
  explicit Chances(unsigned seed) : random_(seed) {}

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t n) { return pick(n) == 0; }

 private:
  std::mt19937 random_;
};

inline base::json::object some_entry(Chances& chances) {
  base::json::object entry{{"command", "/opt/it's \"here\"/mcp-ssh"}};
  if (chances.one_in(2)) entry["args"] = base::json::array{"--config", "ü\\x"};
  if (chances.one_in(2)) entry["env"] = base::json::object{{"MCP_SSH_CONFIG", "/home/a b/hosts.yaml"}};
  return entry;
}

/// An entry goes in, is changed, changed back, and out again. Counts in `exact` when the last text equals the
/// first. Fails the running test.
void round_trip(const std::string& before, const EntryPlace& place, Chances& chances, unsigned& exact);

inline constexpr unsigned rounds = 6000;

/// What of nearly every text stays whole to the byte, and of the rest all that says something. `Maker` has
/// text() and the chances it was made with.
template <class Maker>
void every_other_byte_stays(const EntryPlace& place) {
  unsigned exact = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(seed);
    Maker maker(seed);
    const std::string before = maker.text();
    round_trip(before, place, maker, exact);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(exact, rounds * 8 / 10);
}

}  // namespace mcpssh::cli
