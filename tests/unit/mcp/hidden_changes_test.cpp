// A subscription is open to any URI that could be, so who hears of a change is decided when it is told.
#include "features.hpp"
#include "tasks.hpp"

namespace mcpssh::testing {
namespace {

constexpr std::string_view web1 = "ssh://web1/facts";

/// Who sees what is the selector of hosts, word for word.
struct HiddenChanges : ::testing::Test {
  HiddenChanges() : talk(features()) {}

  mcp::Features features() {
    auto made = everything();
    made.may_see = [this](const base::Principal& principal, const std::string& uri) {
      return !closed && (!principal.rights || uri == "ssh://" + *principal.rights->hosts + "/facts");
    };
    return made;
  }
  void change(std::string_view uri) {
    talk.server.resource_changed(std::string(uri));
    talk.settle();
  }

  bool closed = false;
  Conversation talk;
};

constexpr std::string_view watch = R"({"uri":"ssh://web1/facts"})";
constexpr std::string_view listen =
    R"(,"notifications":{"resourceSubscriptions":["ssh://web1/facts","ssh://web2/facts"]})";

std::string uri_of(const json::value& message) {
  return message.is_null() ? "" : std::string(message.at("params").at("uri").as_string());
}

TEST_F(HiddenChanges, AreNotToldToALegacySubscriber) {
  Guest sees(talk, narrowed("a", "web1"));
  Guest not_this(talk, narrowed("b", "web2"));
  for (auto* guest : {&sees, &not_this})
    EXPECT_TRUE(guest->ask(legacy("1", "resources/subscribe", watch)).at("result").is_object())
        << "the answer must not say who may see it";
  change(web1);
  EXPECT_EQ(uri_of(sees.hear()), web1);
  EXPECT_EQ(not_this.hear(), nullptr);
}

TEST_F(HiddenChanges, AreNotToldToAListener) {
  Guest sees(talk, narrowed("a", "web1"));
  Guest not_this(talk, narrowed("b", "web2"));
  for (auto* guest : {&sees, &not_this})
    EXPECT_EQ(guest->ask(modern("1", "subscriptions/listen", listen))
                  .at("params")
                  .at("notifications")
                  .at("resourceSubscriptions")
                  .as_array()
                  .size(),
              2U);
  change(web1);
  EXPECT_EQ(uri_of(sees.hear()), web1);
  EXPECT_EQ(not_this.hear(), nullptr);
  change("ssh://web2/facts");
  EXPECT_EQ(sees.hear(), nullptr);
  EXPECT_EQ(uri_of(not_this.hear()), "ssh://web2/facts") << "what is kept quiet holds nothing else up";
}

TEST_F(HiddenChanges, AreThoseThatAreHiddenWhenTheyAreTold) {
  talk.ask(legacy("1", "resources/subscribe", watch));
  closed = true;
  change(web1);
  EXPECT_EQ(talk.hear(), nullptr);
  closed = false;
  change(web1);
  EXPECT_EQ(uri_of(talk.hear()), web1);
}

}  // namespace
}  // namespace mcpssh::testing
