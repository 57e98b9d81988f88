#include "features.hpp"
#include "tasks.hpp"

namespace mcpssh::testing {
namespace {

using State = mcp::Answered::State;

std::string word(State state) {
  return state == State::given ? "given" : state == State::none ? "none" : "pending";
}

/// Asks for `question` and says what came of it.
base::Task<mcp::ToolResult> put(mcp::Call& call, mcp::Question question) {
  const auto answered = co_await call.ask(std::move(question));
  auto result = said(word(answered.state) + " " + json::serialize(answered.result));
  if (answered.state == State::pending) result.ask_state = "";
  co_return result;
}

base::Task<mcp::ToolResult> put_url(mcp::Call& call, mcp::Arguments) {
  const auto elicited = co_await call.elicit_url("Log in", "https://x.example/", "e1");
  call.url_done("e1");
  co_return said(elicited.answer == mcp::Elicited::Answer::accepted ? "went" : "did not go");
}

base::Task<mcp::ToolResult> put_needed(mcp::Call& call, mcp::Arguments) {
  call.require(mcp::Ability::sampling);
  co_return said("can sample");
}

base::Task<mcp::ToolResult> put_by_name(mcp::Call& call, bool proven, std::string message) {
  auto question = mcp::form_question(std::move(message), json::object{{"type", "object"}});
  question.name = "q";
  question.proven = proven;
  return put(call, std::move(question));
}

base::Task<mcp::ToolResult> refuse(mcp::Call&, mcp::Arguments) {
  throw mcp::ProtocolError({-32042, "go there first", json::object{{"elicitations", json::array()}}});
  co_return said("");
}

mcp::Features asking() {
  using Call = mcp::Call;
  mcp::Features features;
  features.tools = {
      tool("roots", [](Call& call, const mcp::Arguments&) { return put(call, mcp::roots_question()); }),
      tool("sample",
           [](Call& call, const mcp::Arguments&) {
             return put(call,
                        mcp::sampling_question(json::object{{"messages", json::array()}, {"maxTokens", 5}}));
           }),
      tool("url", put_url),
      tool("needs", put_needed),
      tool("refuse", refuse),
      tool("proven",
           [](Call& call, const mcp::Arguments& a) {
             return put_by_name(call, true, a.string("message").value_or(""));
           },
           {parameter("message")}),
      tool("light",
           [](Call& call, const mcp::Arguments&) { return put_by_name(call, false, "Your name?"); })};
  return features;
}

std::string result_of(const json::value& question, std::string_view result) {
  return R"({"jsonrpc":"2.0","id":)" + json::serialize(question.at("id")) + R"(,"result":)" +
         std::string(result) + "}";
}

TEST(LegacyQuestions, AreRequestsOfOurs) {
  Conversation talk(asking());
  talk.initialize("2024-11-05", R"({"roots":{},"sampling":{}})");
  const auto roots = talk.ask(call("1", "roots"));
  EXPECT_EQ(roots, R"({"jsonrpc":"2.0","id":"server-1","method":"roots/list","params":{}})"_json);
  EXPECT_EQ(text_of(talk.ask(result_of(roots, R"({"roots":[]})"))), R"(given {"roots":[]})");
  const auto sample = talk.ask(call("2", "sample"));
  EXPECT_EQ(sample.at("method").as_string(), "sampling/createMessage");
  EXPECT_EQ(sample.at("params"), R"({"messages":[],"maxTokens":5})"_json);
  EXPECT_EQ(text_of(talk.ask(result_of(sample, R"({"role":"assistant"})"))), R"(given {"role":"assistant"})");
}

TEST(LegacyQuestions, AreNotPutToClientsThatDidNotDeclareThem) {
  Conversation talk(asking());
  talk.initialize();
  for (const auto* name : {"roots", "sample"})
    EXPECT_EQ(text_of(talk.ask(call("1", name))), "none {}") << name;
  EXPECT_EQ(text_of(talk.ask(call("1", "url"))), "did not go");
  const auto needs = talk.ask(call("1", "needs"));
  EXPECT_TRUE(is_error(needs));
  EXPECT_NE(text_of(needs).find("sampling/createMessage"), std::string::npos);
}

TEST(LegacyQuestions, ByUrlSayWhenTheWayIsGone) {
  Conversation talk(asking());
  talk.initialize("2025-11-25", R"({"elicitation":{"url":{}}})");
  const auto question = talk.ask(call("1", "url"));
  EXPECT_EQ(question.at("params"),
            R"({"mode":"url","message":"Log in","url":"https://x.example/","elicitationId":"e1"})"_json);
  EXPECT_EQ(
      talk.ask(result_of(question, R"({"action":"accept"})")),
      R"({"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e1"}})"_json);
  EXPECT_EQ(text_of(talk.hear()), "went");
}

TEST(LegacyQuestions, ByUrlAreNotForVersionsThatDoNotKnowThem) {
  Conversation talk(asking());
  talk.initialize("2025-06-18", R"({"elicitation":{"url":{}}})");
  EXPECT_EQ(text_of(talk.ask(call("1", "url"))), "did not go");
}

TEST(ModernQuestions, StandInTheResultOfTheirKind) {
  Conversation talk(asking());
  constexpr std::string_view able = R"({"roots":{},"sampling":{},"elicitation":{"url":{}}})";
  const auto roots =
      talk.ask(modern("1", "tools/call", R"(,"name":"roots")", able)).at("result").at("inputRequests");
  EXPECT_EQ(roots.as_object().begin()->value(), R"({"method":"roots/list"})"_json);
  const auto sample =
      talk.ask(modern("1", "tools/call", R"(,"name":"sample")", able)).at("result").at("inputRequests");
  EXPECT_EQ(sample.as_object().begin()->value(),
            R"({"method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}})"_json);
}

TEST(ModernQuestions, NeedADeclaredCapabilityAndSayWhich) {
  Conversation talk(asking());
  EXPECT_EQ(text_of(talk.ask(modern("1", "tools/call", R"(,"name":"roots")", "{}"))), "none {}");
  const auto refused = talk.ask(modern("1", "tools/call", R"(,"name":"needs")", "{}"));
  EXPECT_EQ(code_of(refused), -32021);
  EXPECT_EQ(refused.at("error").at("data"), R"({"requiredCapabilities":{"sampling":{}}})"_json);
  EXPECT_EQ(text_of(talk.ask(modern("1", "tools/call", R"(,"name":"needs")", R"({"sampling":{}})"))),
            "can sample");
}

std::string again(std::string_view name, std::string_view arguments, std::string_view answers,
                  std::string_view state = "") {
  std::string rest = R"(,"name":")" + std::string(name) + R"(","arguments":)" + std::string(arguments) +
                     R"(,"inputResponses":)" + std::string(answers);
  if (!state.empty()) rest += R"(,"requestState":")" + std::string(state) + R"(")";
  return modern("2", "tools/call", rest);
}

TEST(ModernQuestions, AreAnsweredUnderTheNameTheyWereGiven) {
  Conversation talk(asking());
  const auto asked =
      talk.ask(modern("1", "tools/call", R"(,"name":"proven","arguments":{"message":"Really?"})"));
  EXPECT_TRUE(asked.at("result").at("inputRequests").as_object().contains("q"));
  const std::string state(asked.at("result").at("requestState").as_string());
  EXPECT_EQ(text_of(talk.ask(
                again("proven", R"({"message":"Really?"})", R"({"q":{"action":"decline"},"x":7})", state))),
            R"(given {"action":"decline"})");
}

TEST(ModernQuestions, ThatNeedNoProofAreAnsweredWithoutAState) {
  Conversation talk(asking());
  constexpr std::string_view answer = R"({"q":{"action":"accept","content":{"name":"Eve"}}})";
  EXPECT_EQ(text_of(talk.ask(again("light", "{}", answer))),
            R"(given {"action":"accept","content":{"name":"Eve"}})");
  EXPECT_EQ(
      talk.ask(again("proven", R"({"message":"Really?"})", answer)).at("result").at("resultType").as_string(),
      "input_required");
  for (const auto* wrong : {R"({"q":7})", R"({"q":{"action":"x"}})", "null", "[]"})
    EXPECT_EQ(code_of(talk.ask(again("light", "{}", wrong))), -32602) << wrong;
}

TEST(ModernQuestions, AStateIsForTheRightsItWasGivenUnder) {
  Conversation talk(asking());
  Guest wide(talk, narrowed("token", "*"));
  const auto ask_it = modern("1", "tools/call", R"(,"name":"proven","arguments":{"message":"Really?"})");
  const std::string state(wide.ask(ask_it).at("result").at("requestState").as_string());
  const auto answer = again("proven", R"({"message":"Really?"})", R"({"q":{"action":"decline"}})", state);
  Guest narrow(talk, narrowed("token", "web1"));
  EXPECT_EQ(code_of(narrow.ask(answer)), -32602);
  Guest without(talk, "token");
  EXPECT_EQ(code_of(without.ask(answer)), -32602);
  Guest same(talk, narrowed("token", "*"));
  EXPECT_EQ(text_of(same.ask(answer)), R"(given {"action":"decline"})");
}

base::Task<mcp::ToolResult> changing(std::shared_ptr<int> asked, mcp::Call& call) {
  return put_by_name(call, true, "Question " + std::to_string(++*asked));
}

TEST(ModernQuestions, AnAnswerToOneNeverCountsForAnotherOfTheSameName) {
  mcp::Features features;
  const auto count = std::make_shared<int>(0);
  features.tools = {
      tool("changing", [count](mcp::Call& call, const mcp::Arguments&) { return changing(count, call); })};
  Conversation talk(std::move(features));
  const auto asked = talk.ask(modern("1", "tools/call", R"(,"name":"changing")"));
  const std::string state(asked.at("result").at("requestState").as_string());
  const auto second = talk.ask(again("changing", "{}", R"({"q":{"action":"accept"}})", state)).at("result");
  EXPECT_EQ(second.at("resultType").as_string(), "input_required");
  EXPECT_EQ(second.at("inputRequests").at("q").at("params").at("message").as_string(), "Question 2");
}

base::Task<mcp::PromptResult> asking_prompt(mcp::Call& call) {
  const auto elicited = co_await call.elicit("Which?", json::object{{"type", "object"}});
  mcp::PromptResult result;
  if (elicited.answer == mcp::Elicited::Answer::pending) result.ask_state = "";
  co_return result;
}

base::Task<mcp::ResourceResult> asking_resource(mcp::Call& call, std::string uri) {
  const auto elicited = co_await call.elicit("Which?", json::object{{"type", "object"}});
  if (elicited.answer != mcp::Elicited::Answer::pending) co_return co_await holds(uri, "answered");
  mcp::ResourceResult result;
  result.ask_state = "";
  co_return result;
}

TEST(ModernQuestions, MayBeAskedByPromptsAndResourcesAndAStateIsForItsMethodOnly) {
  mcp::Features features;
  mcp::Prompt prompt;
  prompt.name = "p";
  prompt.get = [](mcp::Call& call, const mcp::PromptArguments&) { return asking_prompt(call); };
  features.prompts = {prompt};
  features.resources = {
      resource("p", [](mcp::Call& call, std::string uri) { return asking_resource(call, std::move(uri)); })};
  Conversation talk(std::move(features));
  const auto of_prompt = talk.ask(modern("1", "prompts/get", R"(,"name":"p")")).at("result");
  EXPECT_EQ(of_prompt.at("resultType").as_string(), "input_required");
  const auto of_resource = talk.ask(modern("1", "resources/read", R"(,"uri":"p")")).at("result");
  EXPECT_EQ(of_resource.at("resultType").as_string(), "input_required");
  const std::string key(of_resource.at("inputRequests").as_object().begin()->key());
  const auto answers =
      R"(,"uri":"p","inputResponses":{")" + key + R"(":{"action":"cancel"}},"requestState":)";
  EXPECT_EQ(code_of(talk.ask(
                modern("2", "resources/read", answers + json::serialize(of_prompt.at("requestState"))))),
            -32602);
  const auto read =
      talk.ask(modern("2", "resources/read", answers + json::serialize(of_resource.at("requestState"))));
  EXPECT_EQ(read.at("result").at("contents").at(0).at("text").as_string(), "answered");
}

TEST(ProtocolErrors, OfAToolAreJsonRpcErrors) {
  Conversation talk(asking());
  EXPECT_EQ(talk.ask(call("1", "refuse")).at("error"),
            R"({"code":-32042,"message":"go there first","data":{"elicitations":[]}})"_json);
}

base::Task<mcp::ToolResult> rich(mcp::Call&, mcp::Arguments arguments) {
  mcp::ToolResult result;
  result.text = arguments.string("text").value_or("");
  const std::vector<unsigned char> bytes{1, 2};
  result.blocks = {mcp::image_block(bytes, "image/png"), mcp::audio_block(bytes, "audio/wav")};
  auto linked = resource("test://x", {});
  linked.size = 2;
  result.blocks.push_back(mcp::link_block(linked));
  mcp::ResourceContent content;
  content.uri = "test://y";
  content.text = "y";
  result.blocks.push_back(mcp::embedded_block(content));
  co_return result;
}

TEST(Content, OfEveryKindStandsBehindTheText) {
  mcp::Features features;
  auto made = tool("rich", rich);
  made.input_schema = json::object{{"type", "object"}, {"$comment", "kept"}};
  features.tools = {made};
  Conversation talk(std::move(features));
  EXPECT_EQ(talk.ask(legacy("1", "tools/list")).at("result").at("tools").at(0).at("inputSchema"),
            R"({"type":"object","$comment":"kept"})"_json);
  const auto content =
      talk.ask(call("2", "rich", R"({"text":"first","any":"thing"})")).at("result").at("content");
  EXPECT_EQ(content, R"([{"type":"text","text":"first"},
      {"type":"image","data":"AQI=","mimeType":"image/png"},{"type":"audio","data":"AQI=","mimeType":"audio/wav"},
      {"uri":"test://x","name":"a resource","size":2,"type":"resource_link"},
      {"type":"resource","resource":{"uri":"test://y","text":"y"}}])"_json);
  EXPECT_EQ(talk.ask(call("3", "rich")).at("result").at("content").as_array().size(), 4u);
}

}  // namespace
}  // namespace mcpssh::testing
