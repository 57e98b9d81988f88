// Resources and prompts.
#include "fixtures.hpp"
#include "making.hpp"
#include "mcp/content.hpp"

namespace mcpssh::conformance {
namespace {

namespace json = base::json;
using base::Task;
using mcp::Call;

Task<mcp::ResourceResult> read_text(std::string uri, std::string mime_type, std::string text) {
  mcp::ResourceContent content;
  content.uri = std::move(uri);
  content.mime_type = std::move(mime_type);
  content.text = std::move(text);
  mcp::ResourceResult result;
  result.contents.push_back(std::move(content));
  co_return result;
}

Task<mcp::ResourceResult> read_image(std::string uri) {
  mcp::ResourceContent content;
  content.uri = std::move(uri);
  content.mime_type = "image/png";
  content.blob = png();
  mcp::ResourceResult result;
  result.contents.push_back(std::move(content));
  co_return result;
}

Task<mcp::ResourceResult> read_template(std::string uri, std::string id) {
  json::object data{{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
  return read_text(std::move(uri), "application/json", json::serialize(data));
}

mcp::Resource resource(std::string name, std::string title, std::string mime_type, mcp::ReadResource read) {
  mcp::Resource made;
  made.uri = "test://" + name;
  made.name = std::move(name);
  made.title = std::move(title);
  made.description = made.title + " for testing";
  made.mime_type = std::move(mime_type);
  made.read = std::move(read);
  return made;
}

mcp::ReadResource text(std::string says) {
  return [says = std::move(says)](Call&, std::string uri) {
    return read_text(std::move(uri), "text/plain", says);
  };
}

mcp::PromptMessage from_user(json::object content) {
  mcp::PromptMessage message;
  message.content = std::move(content);
  return message;
}

Task<mcp::PromptResult> messages(std::vector<json::object> contents) {
  mcp::PromptResult result;
  for (auto& content : contents) result.messages.push_back(from_user(std::move(content)));
  co_return result;
}

Task<mcp::PromptResult> simple(Call&, mcp::PromptArguments) {
  return messages({mcp::text_block("This is a simple prompt for testing.")});
}

Task<mcp::PromptResult> with_arguments(Call&, mcp::PromptArguments arguments) {
  return messages({mcp::text_block("Prompt with arguments: arg1='" + arguments["arg1"] + "', arg2='" +
                                   arguments["arg2"] + "'")});
}

Task<mcp::PromptResult> with_resource(Call&, mcp::PromptArguments arguments) {
  mcp::ResourceContent content;
  content.uri = arguments["resourceUri"];
  content.mime_type = "text/plain";
  content.text = "Embedded resource content for testing.";
  return messages(
      {mcp::embedded_block(content), mcp::text_block("Please process the embedded resource above.")});
}

Task<mcp::PromptResult> with_image(Call&, mcp::PromptArguments) {
  return messages({mcp::image_block(png(), "image/png"), mcp::text_block("Please analyze the image above.")});
}

Task<mcp::PromptResult> asking(Call& call, mcp::PromptArguments) {
  auto question = one_field("user_context", "What context should the prompt use?", "context", "string");
  const auto answered = co_await call.ask(std::move(question));
  mcp::PromptResult result;
  if (answered.state == mcp::Answered::State::pending) {
    result.ask_state = "asked";
    co_return result;
  }
  const auto* content = base::find_object(answered.result, "content");
  const auto context = content == nullptr ? "" : base::find_string(*content, "context").value_or("");
  result.messages.push_back(from_user(mcp::text_block("Use the following context: " + context)));
  co_return result;
}

mcp::Prompt prompt(std::string name, std::string description,
                   std::function<Task<mcp::PromptResult>(Call&, mcp::PromptArguments)> get) {
  mcp::Prompt made;
  made.name = std::move(name);
  made.title = description;
  made.description = std::move(description);
  made.get = std::move(get);
  return made;
}

mcp::PromptArgument argument(std::string name, std::string description) {
  mcp::PromptArgument made;
  made.name = std::move(name);
  made.description = std::move(description);
  made.required = true;
  return made;
}

mcp::Completion complete(const mcp::CompletionQuery& query) {
  mcp::Completion completion;
  for (const auto* word : {"paris", "park", "party"})
    if (std::string_view(word).starts_with(query.value)) completion.values.emplace_back(word);
  return completion;
}

}  // namespace

std::vector<mcp::Resource> resources() {
  auto image = [](Call&, std::string uri) { return read_image(std::move(uri)); };
  return {resource("static-text", "Static Text Resource", "text/plain",
                   text("This is the content of the static text resource.")),
          resource("static-binary", "Static Binary Resource", "image/png", image),
          resource("watched-resource", "Watched Resource", "text/plain", text("Watched resource content"))};
}

std::vector<mcp::ResourceTemplate> templates() {
  mcp::ResourceTemplate made;
  made.uri_template = "test://template/{id}/data";
  made.name = "template";
  made.title = "Resource Template";
  made.description = "A resource template with parameter substitution";
  made.mime_type = "application/json";
  made.read = [](Call&, std::string uri, mcp::Variables variables) {
    return read_template(std::move(uri), variables["id"]);
  };
  return {made};
}

std::vector<mcp::Prompt> prompts() {
  auto arguments = prompt("test_prompt_with_arguments", "A prompt with arguments", with_arguments);
  arguments.arguments = {argument("arg1", "First test argument"), argument("arg2", "Second test argument")};
  arguments.arguments.front().complete = complete;
  auto embedded =
      prompt("test_prompt_with_embedded_resource", "A prompt with an embedded resource", with_resource);
  embedded.arguments = {argument("resourceUri", "URI of the resource to embed")};
  return {prompt("test_simple_prompt", "A prompt without arguments", simple), arguments, embedded,
          prompt("test_prompt_with_image", "A prompt with an image", with_image),
          prompt("test_input_required_result_prompt", "A prompt that asks first", asking)};
}

}  // namespace mcpssh::conformance
