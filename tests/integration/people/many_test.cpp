// mcp-ssh run on many hosts.
#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunOnMany : public AtHome {};

TEST_F(RunOnMany, EqualWordsStandOnceUnderTheNamesOfTheirHosts) {
  const auto ran = cli({"run", "@web", "--", "echo same; echo aside >&2"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "== web1, web2, web3 (3 of 3): exit 0\nsame\n-- stderr\naside\n");
  EXPECT_EQ(ran.err, "mcp-ssh: 3 hosts: 3 exit 0\n") << "no bar without a terminal";
}

TEST_F(RunOnMany, OneFailureIsAFailureAndStandsApart) {
  const auto ran = cli({"run", "all", "--", "echo same"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("== web1, web2, web3 (3 of 4): exit 0\nsame\n"),
                             HasSubstr("== dead: never started: connect: connection refused")));
}

TEST_F(RunOnMany, MuchOutputIsShownWhole) {
  const auto ran = cli({"run", "web*", "--", "seq 1 100000"});
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\n50000\n"), HasSubstr("\n100000\n"), Not(HasSubstr("too many"))));
}

TEST_F(RunOnMany, JsonIsOneDocumentAlsoOfOneHost) {
  const auto ran = cli({"run", "all", "--json", "--", "echo '\"quoted\"'; exit 3"});
  EXPECT_EQ(ran.exit_code, 1);
  const auto all = base::json::parse(ran.out).as_object();
  ASSERT_EQ(all.at("hosts").as_array().size(), 4U);
  EXPECT_EQ(all.at("hosts").at(0).at("stdout"), "\"quoted\"\n");
  EXPECT_EQ(all.at("hosts").at(0).at("exit_code"), 3);
  EXPECT_EQ(all.at("hosts").at(3).at("error").at("code"), "connect_failed");
  const auto one = cli({"run", "web1", "--json", "--", "exit 3"});
  EXPECT_EQ(one.exit_code, 3);
  EXPECT_EQ(base::json::parse(one.out).at("status"), 3);
  const auto refused = cli({"run", "web1", "--json", "--", "rm -rf /srv/x"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_EQ(base::json::parse(refused.out).at("hosts").at(0).at("state"), "refused");
}

TEST_F(RunOnMany, AfterAFailureNoMoreBegin) {
  const auto ran = cli({"run", "web*", "--batch", "1", "--stop-on-failure", "--", "exit 1"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("== web1: exit 1"), HasSubstr("web2, web3 (2 of 3): not sent")));
  EXPECT_EQ(records("kind", "begin").size(), 1U);
  EXPECT_EQ(cli({"run", "web*", "--batch", "0", "--", "true"}).exit_code, 2);
  EXPECT_EQ(cli({"run", "web*,nothere", "--", "true"}).exit_code, 2) << "a typo leaves no host out unseen";
}

TEST_F(RunOnMany, NothingIsSentWhereItIsRefusedEverywhere) {
  EXPECT_EQ(cli({"run", "@web", "--", "rm -rf /srv/x"}).exit_code, 3);
  EXPECT_EQ(cli({"run", "@web", "--yes", "--", "rm -rf /"}).exit_code, 4);
  EXPECT_THAT(records("kind", "begin"), IsEmpty());
}

}  // namespace
}  // namespace mcpssh::test
