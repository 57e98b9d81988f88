// Thousands of settings files as people and programs write them: an entry goes in and comes out, and every
// other byte is what it was.
#include <gtest/gtest.h>

#include <random>

#include "cli/install/entry_text.hpp"

namespace mcpssh::cli {
namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t n) { return pick(n) == 0; }

  /// A JSONC document; `servers`: how its container is written, empty for none.
  std::string json() {
    line_ = one_in(4) ? "\r\n" : "\n";
    unit_ = one_in(4) ? "\t" : std::string(1 + pick(4), ' ');
    flat_ = one_in(5);
    jsonc_ = !one_in(3);
    if (one_in(40)) return one_in(2) ? "" : " " + line_;
    std::string text = one_in(6) ? "\xef\xbb\xbf" : "";
    if (jsonc_ && one_in(4)) text += "// { \"mcpServers\": 1" + line_;
    std::vector<std::string> members;
    for (std::size_t i = pick(4); i > 0; --i)
      members.push_back("\"k" + std::to_string(i) + "\":" + space() + value(1));
    if (!one_in(3)) {
      std::vector<std::string> servers;
      for (std::size_t i = pick(4); i > 0; --i)
        servers.push_back("\"s" + std::to_string(i) + "\":" + space() + value(2));
      members.insert(members.begin() + static_cast<std::ptrdiff_t>(pick(members.size() + 1)),
                     "\"mcpServers\":" + space() + object(servers, 1));
    }
    text += object(members, 0);
    if (one_in(2)) text += line_;
    if (jsonc_ && one_in(5)) text += "/* } */";
    return text;
  }

  std::string toml() {
    line_ = one_in(4) ? "\r\n" : "\n";
    std::string text = one_in(8) ? "\xef\xbb\xbf" : "";
    for (std::size_t i = pick(4); i > 0; --i) text += assignment(i);
    for (std::size_t i = pick(5); i > 0; --i) {
      if (one_in(2)) text += line_;
      if (one_in(4)) text += "# [mcp_servers.ssh]" + line_;
      text += header(i) + (one_in(4) ? "  # why" : "") + line_;
      for (std::size_t n = pick(3); n > 0; --n) text += assignment(n);
    }
    if (one_in(4)) text += line_ + line_;
    return text;
  }

 private:
  std::string space() { return one_in(4) ? "" : " "; }
  std::string pad(std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += unit_;
    return out;
  }
  std::string comment() {
    if (!jsonc_ || !one_in(5)) return "";
    if (flat_ || one_in(2)) return " /* \"ssh\": {, */";
    return " // it's: \"}";
  }

  std::string object(const std::vector<std::string>& members, std::size_t depth) {
    if (members.empty() && !one_in(3)) return "{}";
    const bool flat = flat_ || (depth > 0 && one_in(4));
    const std::string begin = flat ? space() : line_ + pad(depth + 1);
    std::string out = "{";
    for (std::size_t i = 0; i < members.size(); ++i) {
      const bool last = i + 1 == members.size();
      if (!flat && jsonc_ && one_in(6)) out += begin + "// above: {\"";
      out += begin + members[i] + (last ? (jsonc_ && one_in(4) ? "," : "") : ",") + (flat ? "" : comment());
    }
    return out + (flat ? space() : line_ + pad(depth)) + "}";
  }

  std::string value(std::size_t depth) {
    switch (pick(6)) {
      case 0:
        return "\"x \\\"ssh\\\": // {" + std::to_string(pick(9)) + "\"";
      case 1:
        return "-1.5e3";
      case 2:
        return "[" + space() + "\"]\"," + space() + "null" + space() + "]";
      case 3:
        return object({"\"mcpServers\":" + space() + "{\"ssh\": 1}"}, depth + 1);
      case 4:
        return object({"\"command\":" + space() + "\"npx\"", "\"args\":" + space() + "[]"}, depth + 1);
      default:
        return "true";
    }
  }

  std::string header(std::size_t i) {
    const std::string n = std::to_string(i);
    switch (pick(5)) {
      case 0:
        return "[[tables]]";
      case 1:
        return "[mcp_servers.s" + n + "]";
      case 2:
        return "[ mcp_servers . \"q " + n + "\" ]";
      case 3:
        return "[mcp_servers.s" + n + ".env]";
      default:
        return "[other" + n + "]";
    }
  }

  std::string assignment(std::size_t i) {
    static const std::vector<std::string> values{"\"[mcp_servers.ssh]\"",
                                                 "'c:\\'",
                                                 "1_000",
                                                 "[ \"a\", ['#'] ]",
                                                 "{ a = \"}\" }",
                                                 "\"\"\"\n[mcp_servers.ssh]\ncommand = 1\n\"\"\"",
                                                 "true"};
    return "k" + std::to_string(i) + (one_in(4) ? ".\"x y\"" : "") + " = " + values[pick(values.size())] +
           (one_in(4) ? " # \"it's" : "") + line_;
  }

  std::mt19937 random_;
  std::string line_, unit_;
  bool flat_ = false, jsonc_ = false;
};

base::json::object some_entry(Maker& maker) {
  base::json::object entry{{"command", "/opt/it's \"here\"/mcp-ssh"}};
  if (maker.one_in(2)) entry["args"] = base::json::array{"--config", "ü\\x"};
  if (maker.one_in(2)) entry["env"] = base::json::object{{"MCP_SSH_CONFIG", "/home/a b/hosts.yaml"}};
  return entry;
}

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

/// In, changed, out. Counts in `exact` when the last equals the first.
void round_trip(const std::string& before, const EntryPlace& place, Maker& maker, unsigned& exact) {
  const auto entry = some_entry(maker), other = some_entry(maker);
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

constexpr unsigned rounds = 6000;

TEST(EntryProperty, JsonKeepsEveryOtherByte) {
  unsigned exact = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(seed);
    Maker maker(seed);
    const std::string before = maker.json();
    round_trip(before, {FileFormat::json, "mcpServers", "ssh"}, maker, exact);
    if (HasFailure()) return;
  }
  EXPECT_GT(exact, rounds * 8 / 10);
}

TEST(EntryProperty, OfAnEntryInSeveralSectionsNothingStaysButWhatIsBetween) {
  for (unsigned seed = 0; seed < rounds / 4; ++seed) {
    SCOPED_TRACE(seed);
    Maker maker(seed);
    std::string text, others;
    for (std::size_t i = 0; i < 2 + maker.pick(4); ++i) {
      const std::string own =
          "[mcp_servers.ssh" + std::string(i == 0 ? "" : ".t" + std::to_string(i)) + "] # its own\nx = 1\n";
      const std::string other =
          maker.one_in(2) ? "# mine " + std::to_string(i) + "\n" : "[z" + std::to_string(i) + "]\ny = 2\n";
      text += own + other;
      others += other;
    }
    const EntryPlace place{FileFormat::toml, "mcp_servers", "ssh"};
    ASSERT_EQ(without_entry(text, "f", place, false).value_or("error"), others) << text;
  }
}

TEST(EntryProperty, TomlKeepsEveryOtherByte) {
  unsigned exact = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(seed);
    Maker maker(seed);
    const std::string before = maker.toml();
    round_trip(before, {FileFormat::toml, "mcp_servers", "ssh"}, maker, exact);
    if (HasFailure()) return;
  }
  EXPECT_GT(exact, rounds * 8 / 10);
}

}  // namespace
}  // namespace mcpssh::cli
