// The digest of what a person was shown.
#include "approvals/shown.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mcpssh::approvals {
namespace {

Request request() {
  Request out;
  out.id = "ap-0123456789";
  out.principal.name = "local";
  out.principal.client = "claude-code 2.1";
  out.tool = "ssh_run";
  Item item;
  item.call = "call_1";
  item.digest = "d";
  item.where = "web1 (root@192.0.2.1)";
  item.text = "systemctl stop nginx";
  item.reasons = {{"service.stop", "stops a service"}};
  item.agent_says = "restart";
  item.host = "web1";
  item.always = {"systemctl", "stop", "nginx"};
  out.items = {item, item};
  out.items[1].where = "web2 (root@192.0.2.2)";
  return out;
}

std::string digest_of(const Request& of) {
  return digest_of_shown(shown(of));
}

TEST(Shown, TheDigestIsAnotherForEachThingThatIsShown) {
  std::set<std::string> digests{digest_of(request())};
  std::size_t changes = 0;
  const auto after = [&](auto change) {
    auto other = request();
    change(other);
    digests.insert(digest_of(other));
    ++changes;
  };
  after([](Request& r) { r.id += "1"; });
  after([](Request& r) { r.principal.name = "alice"; });
  after([](Request& r) { r.principal.client.clear(); });
  after([](Request& r) { r.tool = "ssh_shell"; });
  after([](Request& r) { r.also_client = true; });
  after([](Request& r) { r.needed = 2; });
  after([](Request& r) { r.given = {{1001, "human:socket alice (1001)", HumanFactor::other_user}}; });
  after([](Request& r) { r.items.pop_back(); });
  after([](Request& r) { std::swap(r.items[0], r.items[1]); });
  after([](Request& r) { r.items[0].where = "web3"; });
  after([](Request& r) { r.items[0].text += " php-fpm"; });
  after([](Request& r) { r.items[0].reasons.clear(); });
  after([](Request& r) { r.items[0].reasons[0].rule = "x"; });
  after([](Request& r) { r.items[0].reasons[0].text = "x"; });
  after([](Request& r) { r.items[0].agent_says = ""; });
  after([](Request& r) { r.items[0].host = "web9"; });
  after([](Request& r) { r.items[0].always.pop_back(); });
  EXPECT_EQ(digests.size(), changes + 1);
}

TEST(Shown, WordsCannotMoveFromOneFieldToAnother) {
  auto one = request(), other = request();
  one.items[0].where = "web1";
  one.items[0].text = "rm x";
  other.items[0].where = "web1rm";
  other.items[0].text = " x";
  EXPECT_NE(digest_of(one), digest_of(other));
  one.items[0].always = {"a", "b c"};
  other = one;
  other.items[0].always = {"a b", "c"};
  EXPECT_NE(digest_of(one), digest_of(other));
}

TEST(Shown, WhatNobodySeesDoesNotCount) {
  auto other = request();
  other.items[0].call = "call_2";
  other.asked_mono += std::chrono::seconds(7);
  EXPECT_EQ(digest_of(other), digest_of(request()));
  auto fields = shown(request());
  fields["expires_in_s"] = 7;
  EXPECT_EQ(digest_of_shown(fields), digest_of(request()));
}

TEST(Shown, IsTheSameAfterTheWayOverTheSocketWhateverBytesItHolds) {
  auto hard = request();
  hard.items[0].text = "printf '\x1b[2J\xff\"\\\n\xe2\x80\xae'";
  hard.items[0].agent_says = "\xc3";
  const auto sent = base::json::serialize(shown(hard));
  EXPECT_EQ(digest_of_shown(base::json::parse(sent).as_object()), digest_of(hard));
}

TEST(Shown, TheDigestIsTheOneThatIsDocumented) {
  Request small;
  small.id = "ap-1";
  small.principal.name = "local";
  small.tool = "ssh_run";
  // printf '%s' '17:mcp-ssh request 1,4:ap-1,5:local,0:,7:ssh_run,5:false,1:1,1:0,1:0,' | sha256sum
  EXPECT_EQ(digest_of(small), "a0c3eb31c8925abef6fc8e0bc0fe0d6f05fb2a584d578926d775022a7cc952cb");
}

}  // namespace
}  // namespace mcpssh::approvals
