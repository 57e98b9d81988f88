#include "features.hpp"

namespace mcpssh::testing {
namespace {

std::string get(std::string_view arguments, std::string_view name = "greet") {
  return legacy("1", "prompts/get",
                R"({"name":")" + std::string(name) + R"(","arguments":)" + std::string(arguments) + "}");
}

TEST(Prompts, AreListedWithTheirArguments) {
  Conversation talk(everything());
  EXPECT_EQ(talk.ask(legacy("1", "prompts/list")).at("result"),
            R"({"prompts":[{"name":"greet","description":"Greets somebody.",
                "arguments":[{"name":"who","required":true},{"name":"mood"}]}]})"_json);
}

TEST(Prompts, AreGivenAsMessages) {
  Conversation talk(everything());
  EXPECT_EQ(talk.ask(get(R"({"who":"world"})")).at("result"),
            R"({"description":"A greeting","messages":[
                {"role":"user","content":{"type":"text","text":"Hello world"}},
                {"role":"assistant","content":{"type":"text","text":"Hello world"}}]})"_json);
}

TEST(Prompts, CheckTheirArguments) {
  Conversation talk(everything());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{}", "who is missing"},
      {R"({"who":7})", "who must be a string"},
      {R"({"who":"x","age":"7"})", "unknown argument"},
      {R"({"who":"nobody"})", "nobody is no one"},
      {R"("who")", "must be an object"}};
  for (const auto& [arguments, says] : cases) {
    const auto answer = talk.ask(get(arguments));
    EXPECT_EQ(code_of(answer), -32602) << arguments;
    EXPECT_NE(json::serialize(answer).find(says), std::string::npos) << arguments;
  }
  EXPECT_EQ(code_of(talk.ask(get("{}", "leave"))), -32602);
  EXPECT_EQ(code_of(talk.ask(legacy("1", "prompts/get"))), -32602);
}

std::string complete(std::string_view ref, std::string_view argument, std::string_view context = "{}") {
  return legacy("1", "completion/complete",
                R"({"ref":)" + std::string(ref) + R"(,"argument":)" + std::string(argument) +
                    R"(,"context":)" + std::string(context) + "}");
}

constexpr std::string_view greet_ref = R"({"type":"ref/prompt","name":"greet"})";
constexpr std::string_view facts_ref = R"({"type":"ref/resource","uri":"ssh://{host}/facts"})";

TEST(Completion, KnowsWhatWasTypedAndWhatIsFilledInAlready) {
  Conversation talk(everything());
  EXPECT_EQ(
      talk.ask(complete(greet_ref, R"({"name":"who","value":"wo"})", R"({"arguments":{"mood":"glad"}})"))
          .at("result"),
      R"({"completion":{"values":["world","glad"],"total":7,"hasMore":true}})"_json);
}

TEST(Completion, SendsAHundredValuesAndSaysThatThereAreMore) {
  Conversation talk(everything());
  const auto completion =
      talk.ask(complete(facts_ref, R"({"name":"host","value":"w"})")).at("result").at("completion");
  EXPECT_EQ(completion.at("values").as_array().size(), 100u);
  EXPECT_EQ(completion.at("total").as_int64(), 150);
  EXPECT_TRUE(completion.at("hasMore").as_bool());
}

TEST(Completion, OfWhatCannotBeCompletedIsEmpty) {
  Conversation talk(everything());
  for (const auto& [ref, name] : {std::pair(greet_ref, "mood"), std::pair(facts_ref, "other")})
    EXPECT_EQ(talk.ask(complete(ref, R"({"name":")" + std::string(name) + R"(","value":""})")).at("result"),
              R"({"completion":{"values":[],"total":0,"hasMore":false}})"_json);
}

TEST(Completion, OfTheUnknownOrMalformedIsInvalid) {
  Conversation talk(everything());
  constexpr std::string_view argument = R"({"name":"who","value":""})";
  for (const auto* ref : {R"({"type":"ref/prompt","name":"x"})", R"({"type":"ref/prompt"})",
                          R"({"type":"x"})", "7", R"({"type":"ref/resource","uri":"x://{y}"})"})
    EXPECT_EQ(code_of(talk.ask(complete(ref, argument))), -32602) << ref;
  for (const auto* wrong : {"7", "{}", R"({"name":"who"})", R"({"name":"age","value":""})"})
    EXPECT_EQ(code_of(talk.ask(complete(greet_ref, wrong))), -32602) << wrong;
}

}  // namespace
}  // namespace mcpssh::testing
