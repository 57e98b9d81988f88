#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

std::vector<std::string> split_keeping_newlines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line;
  return text;
}

struct Mutation {
  std::string what, bytes;
  std::size_t first = 0, last = 0;  ///< 1-based lines of which one has to be named
};

class Mutator {
 public:
  explicit Mutator(std::string original)
      : original_(std::move(original)), lines_(split_keeping_newlines(original_)) {}

  Mutation next() {
    switch (below(5)) {
      case 0:
        return flip();
      case 1:
        return remove();
      case 2:
        return insert();
      case 3:
        return swap();
      default:
        return cut();
    }
  }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  Mutation flip() {
    const std::size_t at = below(original_.size());
    Mutation mutation{fmt::format("bit flipped at byte {}", at), original_};
    mutation.bytes[at] = static_cast<char>(mutation.bytes[at] ^ (1 << below(8)));
    mutation.first = mutation.last =
        1 + static_cast<std::size_t>(std::ranges::count(original_.substr(0, at), '\n'));
    return mutation;
  }
  Mutation remove() {
    auto lines = lines_;
    const std::size_t i = below(lines.size());
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
    return {fmt::format("line {} deleted", i + 1), joined(lines), std::min(i + 1, lines.size()), i + 1};
  }
  Mutation insert() {
    auto lines = lines_;
    const std::size_t from = below(lines.size()), to = below(lines.size());
    const std::string line = below(2) == 0 ? lines[from] : "{\"ts\": \"2026-01-01\", \"host\": \"web1\"}\n";
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(to), line);
    // beside its own copy, or among the unchained lines, no reader can say which of the two is the new one
    return {fmt::format("a line inserted before line {}", to + 1), joined(lines), to + 1, to + 2};
  }
  Mutation swap() {
    auto lines = lines_;
    const std::size_t a = below(lines.size() - 1), b = a + 1 + below(lines.size() - a - 1);
    std::swap(lines[a], lines[b]);
    return {fmt::format("lines {} and {} swapped", a + 1, b + 1), joined(lines), a + 1, a + 1};
  }
  Mutation cut() {
    const std::size_t at = below(original_.size());
    const std::string left = original_.substr(0, at);
    const std::size_t line = 1 + static_cast<std::size_t>(std::ranges::count(left, '\n'));
    return {fmt::format("cut at byte {}", at), left, left.ends_with('\n') || left.empty() ? line - 1 : line,
            line};
  }

  std::string original_;
  std::vector<std::string> lines_;
  std::mt19937_64 random_{20261122};
};

bool names(const Verification& result, const Mutation& mutation, std::size_t prefix) {
  for (std::size_t line = mutation.first; line <= mutation.last; ++line) {
    if (result.tail_cut && result.lines == line) return true;
    for (const auto& problem : result.problems) {
      if (problem.starts_with(fmt::format("line {}:", line))) return true;
      if (line <= prefix + 1 && problem.contains("older than the chain")) return true;
      if (line <= prefix + 1 && problem.contains("what was before it is changed or gone")) return true;
    }
  }
  return false;
}

void expect_all_found(const fs::path& path, std::size_t prefix) {
  const auto intact = verify(path);
  ASSERT_TRUE(intact.has_value());
  ASSERT_TRUE(intact->problems.empty());
  const Anchor head{intact->last_seq, intact->last_hash};
  ASSERT_TRUE(verify(path, head)->problems.empty());
  const std::string original = read(path);
  Mutator mutator(original);
  for (int i = 0; i < 1000;) {
    const Mutation mutation = mutator.next();
    if (mutation.bytes == original) continue;
    ++i;
    write(path, mutation.bytes);
    const auto result = verify(path, head);
    ASSERT_TRUE(result.has_value());
    ASSERT_FALSE(result->problems.empty()) << mutation.what;
    ASSERT_TRUE(names(*result, mutation, prefix)) << mutation.what << "\n" << result->problems.front();
  }
}

TEST(Mutation, EachOfAThousandIsFoundAndItsLineNamed) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  for (int i = 0; i < 20; ++i) {
    loop.append(*journal, record(Kind::begin, fmt::format("call_{}", i)));
    loop.append(*journal, record(Kind::end, fmt::format("call_{}", i)));
  }
  expect_all_found(path, 0);
}

TEST(Mutation, EachOfAThousandIsFoundBehindAnUnchainedPrefix) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  std::string old_lines;
  for (int i = 0; i < 5; ++i)
    old_lines += fmt::format("{{\"ts\": \"2025-01-0{}\", \"host\": \"web{}\"}}\n", i + 1, i);
  write(path, old_lines);
  Loop loop;
  auto journal = loop.open(path);
  for (int i = 0; i < 5; ++i) loop.append(*journal, record(Kind::refused, fmt::format("call_{}", i)));
  expect_all_found(path, 5);
}

TEST(Mutation, WithoutANoteOfTheHeadOnlyWholeRecordsCutFromTheEndGoUnseen) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  auto journal = loop.open(path);
  for (int i = 0; i < 3; ++i) loop.append(*journal, record(Kind::refused, fmt::format("call_{}", i)));
  const std::string original = read(path);
  for (std::size_t length = 0; length < original.size(); ++length) {
    write(path, original.substr(0, length));
    const auto result = verified(path);
    const bool between_records = length == 0 || original[length - 1] == '\n';
    EXPECT_EQ(result.problems.empty() && !result.tail_cut, between_records) << length;
  }
}

TEST(Mutation, AFileOfNothingButUnchainedLinesIsNotCalledIntact) {
  const TempDirectory dir;
  write(dir / "old.jsonl", "{\"ts\": \"2025-01-01\"}\n");
  const auto result = verified(dir / "old.jsonl");
  EXPECT_EQ(result.unverified_prefix, 1u);
  EXPECT_FALSE(result.problems.empty());
}

}  // namespace
}  // namespace mcpssh::audit::test
