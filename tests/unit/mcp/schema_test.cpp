#include "mcp/schema.hpp"

#include "conversation.hpp"

namespace mcpssh::testing {
namespace {

using Type = mcp::Parameter::Type;

std::vector<mcp::Parameter> run_parameters() {
  auto host = parameter("host");
  host.required = true;
  host.alias = {"host_name"};
  host.max_length = 20;
  host.header = "Host";
  auto timeout = parameter("timeout", Type::integer);
  timeout.minimum = 1;
  timeout.maximum = 3600;
  auto mode = parameter("mode");
  mode.one_of = {"tail", "grep"};
  return {host, timeout, mode, parameter("force", Type::boolean), parameter("ratio", Type::number)};
}

std::string refusal(std::string_view arguments) {
  const auto valid = mcp::validate(run_parameters(), json::parse(arguments).as_object());
  return valid ? "accepted" : valid.error().message();
}

TEST(Schema, SaysEverythingAParameterKnows) {
  EXPECT_EQ(json::value(mcp::input_schema(run_parameters())), R"({"type":"object","properties":{
      "host":{"type":"string","description":"The host.","maxLength":20,"x-mcp-header":"Host"},
      "timeout":{"type":"integer","description":"The timeout.","minimum":1,"maximum":3600},
      "mode":{"type":"string","description":"The mode.","enum":["tail","grep"]},
      "force":{"type":"boolean","description":"The force."},
      "ratio":{"type":"number","description":"The ratio."}},
      "required":["host"],"additionalProperties":false})"_json);
}

TEST(Validate, GivesTypedValuesUnderTheirRealNames) {
  const auto valid = mcp::validate(
      run_parameters(),
      R"({"host_name":"web1","timeout":30.0,"force":true,"ratio":2,"mode":null})"_json.as_object());
  ASSERT_TRUE(valid);
  EXPECT_EQ(valid->string("host"), "web1");
  EXPECT_EQ(valid->integer("timeout"), 30);
  EXPECT_EQ(valid->number("ratio"), 2.0);
  EXPECT_TRUE(valid->flag("force"));
  EXPECT_EQ(valid->string("mode"), std::nullopt);
  EXPECT_FALSE(valid->flag("absent"));
}

TEST(Validate, NamesTheFieldWhatCameAndWhatWasExpected) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({})", "host is missing; it must be a string"},
      {R"({"host":null})", "host is missing; it must be a string"},
      {R"({"host":7})", "host must be a string, not an integer"},
      {R"({"host":["a"]})", "host must be a string, not an array"},
      {R"({"host":"123456789012345678901"})", "host is 21 bytes long; at most 20 are allowed"},
      {R"({"host":"a","timeout":"30"})", "timeout must be an integer, not a string"},
      {R"({"host":"a","timeout":1.5})", "timeout must be an integer, not 1.5"},
      {R"({"host":"a","timeout":0})", "timeout must be at least 1, not 0"},
      {R"({"host":"a","timeout":4000})", "timeout must be at most 3600, not 4000"},
      {R"({"host":"a","timeout":1e300})", "timeout must be an integer, not 1e+300"},
      {R"({"host":"a","mode":"head"})", "mode must be one of tail, grep, not \"head\""},
      {R"({"host":"a","force":"true"})", "force must be a boolean, not a string"},
      {R"({"host":"a","force":1})", "force must be a boolean, not an integer"},
      {R"({"host":"a","host_name":"b"})", "host is given twice"},
      {R"({"host":"a","tiemout":5})", "did you mean \"timeout\"?"},
      {R"({"host":"a","\u001b[31mzzzzzz":5})", "unknown argument \"\\x1b[31mzzzzzz\""}};
  for (const auto& [arguments, expected] : cases)
    EXPECT_NE(refusal(arguments).find(expected), std::string::npos) << arguments << "\n"
                                                                    << refusal(arguments);
}

TEST(Schema, AParameterMayBeAnObjectOfStrings) {
  const std::vector<mcp::Parameter> texts{parameter("env", Type::texts)};
  EXPECT_EQ(json::value(mcp::input_schema(texts)).at("properties"), R"({
      "env":{"type":"object","description":"The env.","additionalProperties":{"type":"string"}}})"_json);
  const auto given = [&](std::string_view text) {
    return mcp::validate(texts, json::parse(text).as_object());
  };
  const auto env = given(R"({"env":{"B":"2","A":"1"}})")->texts("env");
  EXPECT_EQ(env, (std::vector<std::pair<std::string, std::string>>{{"B", "2"}, {"A", "1"}}));
  EXPECT_NE(given(R"({"env":{"A":1}})").error().message().find("env.A must be a string"), std::string::npos);
  EXPECT_NE(given(R"({"env":"A=1"})").error().message().find("an object of strings"), std::string::npos);
}

}  // namespace
}  // namespace mcpssh::testing
