// What waited for a person when its server died: closed by the next one, as having run nothing.
#include "audit/journal.hpp"
#include "base/json.hpp"
#include "support.hpp"

namespace mcpssh::audit::test {
namespace {

Record approval(const std::string& call, const std::string& state) {
  auto made = record(Kind::approval, call);
  made.principal.name = "alice";
  made.digest = "d";
  made.state = state;
  if (state == "asked") made.detail = "ap-" + call + ": stops a service [service.stop]";
  return made;
}

/// Of the calls that the next server found waiting: the id of the request.
std::vector<std::string> unanswered(Loop& loop, const fs::path& path) {
  std::vector<std::string> found;
  const auto next = loop.open(path);
  for (const auto& each : next->recovery().unanswered)
    found.push_back(each.call + "=" + each.detail.substr(0, each.detail.find(':')));
  return found;
}

TEST(Unanswered, AreClosedOnceByTheNextServerWhichKnowsTheirIds) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  loop.append(*loop.open(path), approval("1", "asked"));
  EXPECT_EQ(unanswered(loop, path), std::vector<std::string>{"1=ap-1"});
  const auto closing = base::parse_json(lines_of(path).back())->as_object();
  EXPECT_EQ(base::find_string(closing, "kind"), "approval");
  EXPECT_EQ(base::find_string(closing, "state"), "void");
  EXPECT_EQ(base::find_string(closing, "decision"), "blocked");
  EXPECT_EQ(base::find_string(closing, "approved_by"), "nobody");
  EXPECT_EQ(base::find_string(closing, "call"), "1");
  EXPECT_EQ(base::find_string(closing, "principal"), "alice");
  EXPECT_EQ(base::find_string(closing, "digest"), "d");
  EXPECT_TRUE(base::find_string(closing, "detail")->contains("so nothing was run"));
  EXPECT_TRUE(unanswered(loop, path).empty());
}

TEST(Unanswered, AreNotThoseThatWereAnsweredOrBegan) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  {
    const auto dead = loop.open(path);
    for (const auto* call : {"declined", "timed_out", "cancelled", "void"}) {
      loop.append(*dead, approval(call, "asked"));
      loop.append(*dead, approval(call, call));
    }
    loop.append(*dead, approval("refused", "asked"));
    loop.append(*dead, record(Kind::refused, "refused"));
    loop.append(*dead, approval("ended", "asked"));
    loop.append(*dead, approval("ended", "approved"));
    loop.append(*dead, record(Kind::begin, "ended"));
    loop.append(*dead, record(Kind::end, "ended"));
    loop.append(*dead, approval("begun", "asked"));
    loop.append(*dead, approval("begun", "approved"));
    loop.append(*dead, record(Kind::begin, "begun"));
  }
  const auto next = loop.open(path);
  EXPECT_TRUE(next->recovery().unanswered.empty());
  EXPECT_EQ(next->recovery().orphaned, 1u) << "begun: its outcome is not known";
}

TEST(Unanswered, WhatWasApprovedAndHadNotBegunIsClosedToo) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  {
    const auto dead = loop.open(path);
    loop.append(*dead, approval("1", "asked"));
    loop.append(*dead, approval("1", "approved"));
  }
  EXPECT_EQ(unanswered(loop, path), std::vector<std::string>{"1=ap-1"});
  EXPECT_TRUE(lines_of(path).back().contains("before what was approved began, so nothing was run"));
}

TEST(Unanswered, OfALivingServerStayOpen) {
  const TempDirectory dir;
  const auto path = dir / "audit.jsonl";
  Loop loop;
  const auto living = loop.open(path);
  loop.append(*living, approval("1", "asked"));
  EXPECT_TRUE(unanswered(loop, path).empty());
}

}  // namespace
}  // namespace mcpssh::audit::test
