// What may stand where the cursor is, of a command line defined here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/completion/complete.hpp"
#include "cli/manual/man_page.hpp"

namespace mcpssh::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Complete : public testing::Test {
 protected:
  Complete() {
    app_.fallthrough();
    app_.add_option("--config", text_, "The file")->type_name("FILE");
    auto* run = app_.add_subcommand("run", "Run a command");
    run->add_option("selector", text_, "The hosts")->required()->type_name("HOSTS");
    run->add_option("command", words_, "What");
    run->add_option("--policy", text_, "Which")->check(CLI::IsMember({"readonly", "standard"}));
    run->add_flag("-y,--yes", flag_, "Confirm");
    run->add_option("--hidden", text_, "Nobody's")->group("");
    run->add_option("--http", text_, "Maybe with a place")->expected(0, 1);
    auto* hosts = app_.add_subcommand("hosts", "The hosts");
    hosts->add_subcommand("edit", "Change one")->add_option("name", text_)->type_name("HOST");
    hosts->add_subcommand("list", "Show them");
    app_.add_subcommand("secret", "Nobody's")->group("");
  }

  /// The texts for a line typed so far.
  std::vector<std::string> after(const std::vector<std::string>& words) {
    const auto values = [this](std::string_view kind, const std::string& config) -> std::vector<Candidate> {
      config_ = config;
      if (kind == "HOSTS") return {{"web1", ""}, {"web2", ""}, {"db", ""}, {"@web", ""}};
      if (kind == "HOST") return {{"web1", "a host"}, {"$(reboot)", ""}, {"a b", ""}, {"a\nb", ""}};
      return {};
    };
    std::vector<std::string> texts;
    const auto found = complete(app_, words, values);
    files_ = found.files;
    for (const auto& candidate : found.candidates) texts.push_back(candidate.text);
    return texts;
  }

  CLI::App app_{"An app"};
  std::string text_, config_;
  std::vector<std::string> words_;
  bool flag_ = false, files_ = false;
};

TEST_F(Complete, CommandsAndTheirCommands) {
  EXPECT_THAT(after({""}), ElementsAre("run", "hosts"));
  EXPECT_THAT(after({"h"}), ElementsAre("hosts"));
  EXPECT_THAT(after({"hosts", ""}), ElementsAre("edit", "list"));
  EXPECT_THAT(after({"hosts", "list", ""}), IsEmpty());
  EXPECT_THAT(after({"nothing", ""}), IsEmpty());
  EXPECT_THAT(after({}), ElementsAre("run", "hosts"));
}

TEST_F(Complete, OptionsOfTheCommandAndOfTheProgram) {
  EXPECT_THAT(after({"run", "--"}), AllOf(Contains("--policy"), Contains("--yes"), Contains("--config"),
                                          Not(Contains("--hidden"))));
  EXPECT_THAT(after({"run", "-"}), Contains("-y"));
  EXPECT_THAT(after({"hosts", "--"}), Not(Contains("--policy")));
  EXPECT_THAT(after({"run", "--y"}), ElementsAre("--yes"));
}

TEST_F(Complete, ValuesOfOptionsInBothForms) {
  EXPECT_THAT(after({"run", "--policy", ""}), UnorderedElementsAre("readonly", "standard"));
  EXPECT_THAT(after({"run", "--policy=r"}), ElementsAre("--policy=readonly"));
  EXPECT_THAT(after({"--config", ""}), IsEmpty());
  EXPECT_TRUE(files_);
  EXPECT_THAT(after({"run", "--http", "--pol"}), ElementsAre("--policy"));
}

TEST_F(Complete, HostsAlsoInLists) {
  EXPECT_THAT(after({"run", ""}), ElementsAre("web1", "web2", "db", "@web"));
  EXPECT_THAT(after({"run", "--yes", "@"}), ElementsAre("@web"));
  EXPECT_THAT(after({"run", "--policy", "readonly", "w"}), ElementsAre("web1", "web2"));
  EXPECT_THAT(after({"run", "db,web"}), ElementsAre("db,web1", "db,web2"));
  EXPECT_THAT(after({"run", "all,!d"}), ElementsAre("all,!db"));
}

TEST_F(Complete, BehindTheDashesIsTheHostsBusiness) {
  EXPECT_THAT(after({"run", "web1", "--", "ho"}), IsEmpty());
  EXPECT_THAT(after({"run", "web1", "--", "--"}), IsEmpty());
}

TEST_F(Complete, TheNamedConfigurationIsTheOneLookedAt) {
  after({"--config", "/srv/h.yaml", "run", ""});
  EXPECT_EQ(config_, "/srv/h.yaml");
  after({"run", "--config=/other", ""});
  EXPECT_EQ(config_, "/other");
}

TEST_F(Complete, NothingThatAShellWouldReadIsEverOffered) {
  EXPECT_THAT(after({"hosts", "edit", ""}), ElementsAre("web1"));
}

TEST(ShellWords, AreReadAsAShellReadsThem) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(shell_words("mcp-ssh run @we"), (Words{"mcp-ssh", "run", "@we"}));
  EXPECT_EQ(shell_words("mcp-ssh "), (Words{"mcp-ssh", ""}));
  EXPECT_EQ(shell_words("a  'b c' \"d\\\"e\" f\\ g"), (Words{"a", "b c", "d\"e", "f g"}));
  EXPECT_EQ(shell_words("a ''"), (Words{"a", ""}));
  EXPECT_EQ(shell_words("a 'unfinished wo"), (Words{"a", "unfinished wo"}));
  EXPECT_EQ(shell_words(""), (Words{""}));
  EXPECT_EQ(shell_words("a\\"), (Words{"a\\"}));
}

TEST_F(Complete, TheManualHasWhatIsShownAndNothingElse) {
  const auto page = man_page(app_, "1.2");
  EXPECT_THAT(page, AllOf(HasSubstr("\\-\\-policy\\fR \\fIreadonly|standard"), HasSubstr("hosts edit"),
                          HasSubstr("\\fB\\-y\\fR, \\fB\\-\\-yes"), Not(HasSubstr("secret")),
                          Not(HasSubstr("hidden"))));
  EXPECT_EQ(roff(".x 'a' -b\\c `d`"), "\\&.x \\(aqa\\(aq \\-b\\ec \\(gad\\(ga");
}

}  // namespace
}  // namespace mcpssh::cli
