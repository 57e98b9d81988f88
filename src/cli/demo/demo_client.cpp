#include "cli/demo/demo_client.hpp"

#include <chrono>
#include <cstdlib>

#include "base/error.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::json::object;

/// The server keeps what it keeps beside its configuration: nothing of it in the home of whoever looks.
std::vector<std::string> child_environment(const std::filesystem::path& lab) {
  std::vector<std::string> environment{"XDG_STATE_HOME=" + (lab / "state").string(),
                                       "XDG_CONFIG_HOME=" + (lab / "config").string(),
                                       "XDG_RUNTIME_DIR=" + (lab / "run").string()};
  for (const char* name : {"HOME", "PATH", "LD_LIBRARY_PATH"})
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  return environment;
}

}  // namespace

DemoClient::DemoClient(const std::filesystem::path& config, Person person)
    : person_(std::move(person)),
      server_(
          {std::filesystem::read_symlink("/proc/self/exe").string(), "serve", "--config", config.string()},
          child_environment(config.parent_path())) {
  object info;
  info["name"] = "demo";
  info["version"] = "1";
  object capabilities;
  capabilities["elicitation"] = object();
  object params;
  params["protocolVersion"] = "2025-11-25";
  params["capabilities"] = std::move(capabilities);
  params["clientInfo"] = std::move(info);
  request("initialize", std::move(params));
  server_.send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

DemoAnswer DemoClient::call(const std::string& tool, object arguments) {
  object params;
  params["name"] = tool;
  params["arguments"] = std::move(arguments);
  const object result = request("tools/call", std::move(params));
  DemoAnswer answer;
  if (const auto* content = result.if_contains("content"); content != nullptr && content->is_array())
    for (const auto& block : content->get_array())
      if (block.is_object()) answer.text += base::find_string(block.get_object(), "text").value_or("");
  const auto* error = result.if_contains("isError");
  answer.is_error = error != nullptr && error->is_bool() && error->get_bool();
  return answer;
}

object DemoClient::request(const std::string& method, object params) {
  object message;
  message["jsonrpc"] = "2.0";
  message["id"] = next_id_;
  message["method"] = method;
  message["params"] = std::move(params);
  server_.send(base::json::serialize(message));
  for (;;) {
    const auto line = server_.receive(std::chrono::seconds(20));
    if (!line) throw Error(ErrorCode::connection_lost, "the server ended while answering " + method);
    const auto parsed = base::parse_json(*line);
    if (!parsed || !parsed->is_object())
      throw Error(ErrorCode::protocol_error, "the server sent no JSON object");
    if (base::find_string(parsed->get_object(), "method") == "elicitation/create")
      put_to_the_person(parsed->get_object());
    const auto* id = parsed->get_object().if_contains("id");
    if (id == nullptr || *id != next_id_ || parsed->get_object().contains("method")) continue;
    next_id_ += 1;
    if (const object* result = base::find_object(parsed->get_object(), "result")) return *result;
    throw Error(ErrorCode::protocol_error, "the server refused " + method + ": " + *line);
  }
}

void DemoClient::put_to_the_person(const object& question) {
  const object* params = base::find_object(question, "params");
  const auto text = params == nullptr ? std::nullopt : base::find_string(*params, "message");
  if (!text || !question.contains("id"))
    throw Error(ErrorCode::protocol_error, "the server asked a question without words");
  object result;
  result["action"] = person_(*text) ? "accept" : "decline";
  if (result["action"] == "accept") result["content"] = object();
  object reply;
  reply["jsonrpc"] = "2.0";
  reply["id"] = question.at("id");
  reply["result"] = std::move(result);
  server_.send(base::json::serialize(reply));
}

}  // namespace mcpssh::cli
