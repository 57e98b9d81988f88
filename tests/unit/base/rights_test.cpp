// What a token may do, as it is written down: what cannot be read never becomes more.
#include "base/rights_json.hpp"

#include <gmock/gmock.h>

#include "base/principal.hpp"

namespace mcpssh::base {
namespace {

using testing::HasSubstr;

TEST(Rights, SurviveARoundTrip) {
  Rights rights;
  EXPECT_EQ(rights_from_json(to_json(rights)), rights);
  EXPECT_TRUE(to_json(rights).empty());
  rights.hosts = "web-*,@lab,!web-9";
  rights.tools = {"ssh_run", "ssh_output"};
  rights.mode = "readonly";
  rights.calls_per_minute = 60;
  rights.role = Role::admin;
  EXPECT_EQ(rights_from_json(json::parse(json::serialize(to_json(rights))).as_object()), rights);
}

TEST(Rights, WhatIsNotKnownOrMakesNoSenseIsAnErrorThatNamesIt) {
  for (const auto& [text, named] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"host":"web1"})", "host"},
           {R"({"hosts":""})", "hosts"},
           {R"({"hosts":["web1"]})", "hosts"},
           {R"({"hosts":null})", "hosts"},
           {R"({"tools":"ssh_run"})", "tools"},
           {R"({"tools":[1]})", "tools"},
           {R"({"mode":"full"})", "mode"},
           {R"({"mode":"ReadOnly"})", "mode"},
           {R"({"calls_per_minute":0})", "calls_per_minute"},
           {R"({"calls_per_minute":-1})", "calls_per_minute"},
           {R"({"calls_per_minute":10001})", "calls_per_minute"},
           {R"({"calls_per_minute":"many"})", "calls_per_minute"},
           {R"({"role":"root"})", "role"}}) {
    const auto read = rights_from_json(json::parse(text).as_object());
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message(), HasSubstr(named)) << text;
  }
}

TEST(Rights, NoListOfToolsIsAllOfThemAndAnEmptyOneNone) {
  Rights rights;
  EXPECT_TRUE(rights.may_use("ssh_run"));
  rights.tools.emplace();
  EXPECT_FALSE(rights.may_use("ssh_run"));
  rights.tools->emplace_back("ssh_run");
  EXPECT_TRUE(rights.may_use("ssh_run"));
  EXPECT_FALSE(rights.may_use("SSH_RUN"));
  EXPECT_FALSE(rights.may_use("ssh_ru"));
}

TEST(Rights, ArePartOfAPrincipalByValue) {
  Principal one, other;
  one.rights = std::make_shared<const Rights>();
  EXPECT_NE(one, other);
  other.rights = std::make_shared<const Rights>();
  EXPECT_EQ(one, other);
  Rights less;
  less.mode = "readonly";
  other.rights = std::make_shared<const Rights>(less);
  EXPECT_NE(one, other);
}

}  // namespace
}  // namespace mcpssh::base
