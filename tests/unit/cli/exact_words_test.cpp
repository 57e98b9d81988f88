// What stands on the command line arrives byte for byte, whatever CLI11 would make of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/exact_words.hpp"
#include "cli/usage.hpp"

namespace mcpssh::cli {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

class ExactWords : public testing::Test {
 protected:
  ExactWords() {
    app_.fallthrough();
    app_.require_subcommand(0, 1);
    app_.add_option("--config", config_);
    auto* check = app_.add_subcommand("check");
    command_ = check->add_option("command", bound_);
    check->add_option("--host", host_);
    check->add_option("--policy", policy_)->check(CLI::IsMember({"[full]"}));
    take_marks(*check);
    auto* hosts = app_.add_subcommand("hosts");
    hosts->add_subcommand("list");
    hosts->add_option("--address", host_);
  }
  /// The words of the command, after parsing.
  Words given(Words words) {
    words.insert(words.begin(), "mcp-ssh");
    words = with_marks(std::move(words), "check");
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    app_.parse(static_cast<int>(argv.size()), argv.data());
    return command_->results();
  }
  /// What is said of a command line that makes no sense.
  std::string said(Words words) {
    try {
      given(std::move(words));
    } catch (const CLI::ParseError& error) {
      return usage_text(app_, error);
    }
    return "it makes sense";
  }

  CLI::App app_{"An app", "mcp-ssh"};
  CLI::Option* command_ = nullptr;
  Words bound_;
  std::string config_, host_, policy_;
};

TEST_F(ExactWords, OfACommandStayAsTheyWereTyped) {
  for (const Words& words : std::vector<Words>{{"[ -f x ]"},
                                               {"[a,b]"},
                                               {"[[ -n $x && $y == [a-z] ]]"},
                                               {"[", "a", "=", "b", "]"},
                                               {"[]"},
                                               {"[]]"},
                                               {"{}"},
                                               {"%%"},
                                               {""},
                                               {"\x02[x]"},
                                               {"echo [a,b]; [ 1 ]", "[c]"},
                                               {"-"}}) {
    Words all{"check"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THAT(given(all), ElementsAreArray(words));
  }
}

TEST_F(ExactWords, OfOptionsToo) {
  EXPECT_THAT(given({"--config", "[x]", "check", "[ls]", "--host", "[h]", "--policy=[full]"}),
              ElementsAreArray({"[ls]"}));
  EXPECT_EQ(host_, "[h]");
  EXPECT_EQ(policy_, "[full]");
  EXPECT_EQ(config_, "[x]");
  EXPECT_THAT(given({"check", "--", "--x=[a]", "[b]"}), ElementsAreArray({"--x=[a]", "[b]"}));
  given({"hosts", "--address", "[::1]"});
  EXPECT_EQ(host_, "[::1]");
}

TEST_F(ExactWords, WhatMakesNoSenseIsNamedWithTheNearestThatDoes) {
  EXPECT_THAT(said({"chekc"}),
              HasSubstr("mcp-ssh: there is no command `chekc`; did you mean check? [usage]"));
  EXPECT_THAT(said({"hosts", "lits"}), HasSubstr("mcp-ssh: hosts has no command `lits`; did you mean list?"));
  EXPECT_THAT(said({"hosts", "--adress=1"}),
              HasSubstr("mcp-ssh: hosts has no option --adress; did you mean --address?"));
  EXPECT_THAT(said({"hosts", "list", "x\x1b"}),
              HasSubstr("mcp-ssh: hosts list takes no further word, and `x\\x1b` is one"));
  EXPECT_THAT(said({"check", "rm", "-rf", "/"}), HasSubstr("a command goes in quotes"));
  EXPECT_THAT(said({"check", "x", "--policy", "[no]"}),
              testing::AllOf(HasSubstr("[no]"), Not(HasSubstr("\x02")),
                             HasSubstr("Run mcp-ssh check --help for more information.\n")));
}

}  // namespace
}  // namespace mcpssh::cli
