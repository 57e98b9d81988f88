#pragma once
#include "conversation.hpp"
#include "mcp/content.hpp"
#include "mcp/wire/protocol_error.hpp"

/// A server's features for the stories: small ones of every kind.
namespace mcpssh::testing {

inline base::Task<mcp::ResourceResult> holds(std::string uri, std::string text) {
  mcp::ResourceContent content;
  content.uri = std::move(uri);
  content.mime_type = "text/plain";
  content.text = std::move(text);
  mcp::ResourceResult result;
  result.contents.push_back(std::move(content));
  result.lifetime = std::chrono::seconds(2);
  co_return result;
}

inline base::Task<mcp::ResourceResult> holds_bytes(std::string uri) {
  mcp::ResourceContent content;
  content.uri = std::move(uri);
  content.blob = {0x00, 0xff};
  mcp::ResourceResult result;
  result.contents.push_back(std::move(content));
  co_return result;
}

inline base::Task<mcp::ResourceResult> read_host(std::string uri, std::string name) {
  if (name == "gone") throw base::Error(base::ErrorCode::not_found, "no host gone");
  if (name == "down") throw base::Error(base::ErrorCode::connect_failed, "connection refused");
  if (name == "bad") throw std::runtime_error("hunter2");
  if (name == "empty") co_return mcp::ResourceResult();
  co_return co_await holds(std::move(uri), "host " + name);
}

inline mcp::Resource resource(std::string uri, mcp::ReadResource read) {
  mcp::Resource made;
  made.uri = std::move(uri);
  made.name = "a resource";
  made.read = std::move(read);
  return made;
}

inline mcp::ResourceTemplate hosts_template() {
  mcp::ResourceTemplate made;
  made.uri_template = "ssh://{host}/facts";
  made.name = "facts";
  made.read = [](mcp::Call&, std::string uri, mcp::Variables variables) {
    return read_host(std::move(uri), variables.at("host"));
  };
  made.list = [](const base::Principal& principal) {
    return std::vector<mcp::Resource>{resource("ssh://of-" + principal.name + "/facts", {})};
  };
  made.complete["host"] = [](const mcp::CompletionQuery& query) {
    mcp::Completion completion;
    for (int i = 0; i < 150; ++i) completion.values.push_back(query.value + std::to_string(i));
    return completion;
  };
  return made;
}

inline base::Task<mcp::PromptResult> greet(mcp::PromptArguments arguments) {
  if (arguments["who"] == "nobody") throw base::Error(base::ErrorCode::invalid_argument, "nobody is no one");
  mcp::PromptResult result;
  result.description = "A greeting";
  mcp::PromptMessage message;
  message.content = mcp::text_block("Hello " + arguments["who"]);
  result.messages.push_back(message);
  message.role = mcp::PromptMessage::Role::assistant;
  result.messages.push_back(message);
  co_return result;
}

inline mcp::Prompt greeting() {
  mcp::Prompt made;
  made.name = "greet";
  made.description = "Greets somebody.";
  mcp::PromptArgument who;
  who.name = "who";
  who.required = true;
  who.complete = [](const mcp::CompletionQuery& query) {
    mcp::Completion completion;
    completion.values = {query.value + "rld", query.context.contains("mood") ? query.context.at("mood") : ""};
    completion.total = 7;
    return completion;
  };
  mcp::PromptArgument mood;
  mood.name = "mood";
  made.arguments = {who, mood};
  made.get = [](mcp::Call&, mcp::PromptArguments arguments) { return greet(std::move(arguments)); };
  return made;
}

inline mcp::Features everything() {
  mcp::Features features;
  features.resources = {
      resource("test://text", [](mcp::Call&, std::string uri) { return holds(uri, "words"); }),
      resource("test://bytes", [](mcp::Call&, std::string uri) { return holds_bytes(uri); })};
  features.templates = {hosts_template()};
  features.prompts = {greeting()};
  features.logging = true;
  features.tools_change = features.resources_change = features.prompts_change = true;
  return features;
}

/// A legacy request.
inline std::string legacy(std::string_view id, std::string_view method, std::string_view params = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":")" + std::string(method) +
         R"(","params":)" + std::string(params) + "}";
}

}  // namespace mcpssh::testing
