// A person sees nothing of a request that the digest of their answer does not cover.
#include "cli/operator/request_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "approvals/shown.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;
using testing::HasSubstr;

json::object request() {
  return json::parse(
             R"json({"id":"ap-1","principal":"local","client":"claude 1","tool":"ssh_run","also_client":false,
    "approvals_needed":2,"approved_by":["human:socket alice (1001)"],
    "actions":[{"where":"web1","text":"a\nb","reasons":[{"rule":"r","text":"t"}],"agent_says":"s",
                "host":"web1","always":["a"]}],
    "asked":"2026-01-01T00:00:00Z","age_s":1,"expires_in_s":119,"yours":"counts","digest":"x"})json")
      .as_object();
}

/// Each value of the document replaced, one at a time, by one of another kind or content.
void visit(json::value& at, const std::function<void()>& changed) {
  const auto before = at;
  for (const json::value& other : {json::value("\x01other"), json::value(7), json::value(true), json::value(),
                                   json::value(json::array{}), json::value(json::object{})}) {
    at = other;
    changed();
  }
  at = before;
  if (auto* object = at.if_object())
    for (auto& [key, value] : *object) visit(value, changed);
  if (auto* array = at.if_array())
    for (auto& value : *array) visit(value, changed);
}

TEST(RequestText, WhateverChangesTheTextChangesTheDigest) {
  const auto text = request_text(request());
  const auto digest = approvals::digest_of_shown(request());
  json::value all = request();
  std::size_t seen = 0;
  for (auto& [key, value] : all.get_object()) {
    if (key == "expires_in_s") continue;  // tells the time only
    visit(value, [&] {
      if (request_text(all.get_object()) == text) return;
      ++seen;
      EXPECT_NE(approvals::digest_of_shown(all.get_object()), digest) << json::serialize(all);
    });
  }
  EXPECT_GT(seen, 40u);
}

TEST(RequestText, SaysHowManyPeopleItNeedsAndWhoHasApproved) {
  EXPECT_THAT(request_text(request()),
              HasSubstr("  needs 2 different people; approved so far by human:socket alice (1001)\n"));
  auto one = request();
  one["approvals_needed"] = 1;
  one["approved_by"] = json::array{};
  EXPECT_THAT(request_text(one), testing::Not(HasSubstr("people")));
}

}  // namespace
}  // namespace mcpssh::cli
