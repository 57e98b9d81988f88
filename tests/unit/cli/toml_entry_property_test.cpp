// TOML: an entry goes in and comes out, and every other byte is what it was.
#include <gtest/gtest.h>

#include "entry_property.hpp"

namespace mcpssh::cli {
namespace {

class TomlMaker : public Chances {
 public:
  using Chances::Chances;

  std::string text() {
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

  std::string line_;
};

TEST(TomlEntryProperty, KeepsEveryOtherByte) {
  every_other_byte_stays<TomlMaker>({FileFormat::toml, "mcp_servers", "ssh"});
}

TEST(TomlEntryProperty, OfAnEntryInSeveralSectionsNothingStaysButWhatIsBetween) {
  for (unsigned seed = 0; seed < rounds / 4; ++seed) {
    SCOPED_TRACE(seed);
    TomlMaker maker(seed);
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

}  // namespace
}  // namespace mcpssh::cli
