#include "guard/programs/program.hpp"

#include <gtest/gtest.h>

#include <set>

#include "guard/effects/rules.hpp"
#include "support.hpp"

namespace mcpssh::guard::test {
namespace {

template <class Check>
void each_row(Check check) {
  for (const auto table : program_tables())
    for (const Program& program : table) check(program);
}

TEST(Programs, NoNameStandsInTwoRows) {
  std::set<std::string_view> seen;
  each_row([&](const Program& program) {
    for (const std::string_view name : base::split(program.names, ' ')) {
      EXPECT_FALSE(name.empty()) << program.names;
      EXPECT_TRUE(seen.insert(name).second) << name;
    }
  });
  EXPECT_GE(seen.size(), 450u);
}

TEST(Programs, EveryRuleARowNamesExists) {
  const auto exists = [](std::string_view id, std::string_view names) {
    EXPECT_NE(find_rule(id), nullptr) << id << " of " << names;
  };
  each_row([&](const Program& program) {
    exists(program.rule, program.names);
    exists(program.otherwise, program.names);
    for (const OptionEffect& effect : program.option_effects) exists(effect.rule, program.names);
    for (const Verb& verb : program.verbs) {
      exists(verb.rule, program.names);
      for (const OptionEffect& effect : verb.option_effects) exists(effect.rule, program.names);
    }
  });
}

/// A second row with the same verb would never be looked at.
TEST(Programs, NoVerbStandsTwiceInAProgram) {
  each_row([](const Program& program) {
    std::set<std::string_view> seen;
    for (const Verb& verb : program.verbs)
      for (const std::string_view words : base::split(verb.words, ' ')) {
        EXPECT_FALSE(words.empty()) << program.names << ": " << verb.words;
        EXPECT_TRUE(seen.insert(words).second) << program.names << ": " << words;
      }
  });
}

TEST(Programs, AskingForHelpIsARead) {
  for (const std::string_view command :
       {"docker run --help", "kubectl delete --help", "apt-get --help", "fdisk --help", "mkfs.ext4 -V",
        "zpool help", "systemctl --version", "mysql --version"})
    EXPECT_EQ(verdict_of(std::string(command)).decision, Decision::allow) << command;
}

}  // namespace
}  // namespace mcpssh::guard::test
