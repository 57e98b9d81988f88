#include "guard/rules_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace mcpssh::guard::test {
namespace {

TEST(RulesTable, StandsInTheDocumentationAsItIs) {
  std::ifstream file(std::string(MCPSSH_SOURCE_DIR) + "/docs/rules.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, testing::HasSubstr(rules_table()))
      << "put what `mcp-ssh check --rules` prints into docs/rules.md";
}

}  // namespace
}  // namespace mcpssh::guard::test
