#include "support/mcp_client.hpp"

#include <fstream>
#include <stdexcept>

#include "base/file.hpp"

namespace mcpssh::test {
namespace {

using base::json::object;

object parse_object(std::string_view text) {
  auto value = base::json::parse(text);
  return value.as_object();
}

ToolAnswer answer_of(const object& message) {
  if (const auto* error = message.if_contains("error"))
    throw std::runtime_error("protocol error: " + base::json::serialize(*error));
  const object& result = message.at("result").as_object();
  ToolAnswer answer;
  for (const auto& block : result.at("content").as_array())
    answer.text += base::find_string(block.as_object(), "text").value_or("");
  if (const auto* flag = result.if_contains("isError")) answer.is_error = flag->as_bool();
  if (const auto* meta = base::find_object(result, "_meta")) answer.meta = *meta;
  if (const auto* structured = base::find_object(result, "structuredContent"))
    answer.structured = *structured;
  return answer;
}

std::map<std::string, std::string> environment_in(const std::filesystem::path& home) {
  return {{"HOME", home.string()},
          {"XDG_STATE_HOME", (home / "state").string()},
          {"XDG_CONFIG_HOME", (home / "config").string()},
          {"XDG_RUNTIME_DIR", (home / "run").string()},
          {"MCP_SSH_CONFIG", (home / "hosts.yaml").string()}};
}

}  // namespace

std::string ToolAnswer::fact(std::string_view name) const {
  const auto* value = meta.if_contains("mcp-ssh/" + std::string(name));
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->get_string()) : base::json::serialize(*value);
}

McpSsh::McpSsh(Options options)
    : env_(std::move(options.env)),
      program_(options.program.empty() ? std::vector<std::string>{MCPSSH_BINARY}
                                       : std::move(options.program)),
      owner_(std::move(options.owner)) {
  home_.write("hosts.yaml", options.hosts_yaml);
  Process::Options process;
  if (!owner_.empty()) run_ok({"chown", "-R", owner_, home_.path().string()});
  process.argv = program_;
  process.argv.emplace_back("serve");
  process.argv.insert(process.argv.end(), options.args.begin(), options.args.end());
  process.env = environment();
  process.pipe_stdout = true;
  server_.emplace(std::move(process));
  const std::string capabilities = options.elicitation ? R"({"elicitation":{"form":{}}})" : "{}";
  request("initialize",
          R"({"protocolVersion":"2025-11-25","clientInfo":{"name":"test","version":"1"},"capabilities":)" +
              capabilities + "}");
  say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
}

std::map<std::string, std::string> McpSsh::environment() const {
  auto all = environment_in(home_.path());
  for (const auto& [name, value] : env_) all[name] = value;
  return all;
}

void McpSsh::say(const std::string& message) {
  wire_.client(message);
  server_->write(message);
}

object McpSsh::receive() {
  const auto line = server_->read_line(std::chrono::seconds(60));
  if (!line) throw std::runtime_error("the server ended; its log:\n" + server_->err());
  wire_.server(*line);
  return parse_object(*line);
}

object McpSsh::request(const std::string& method, const std::string& params) {
  const auto id = next_id_++;
  say("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id) + ",\"method\":\"" + method +
      "\",\"params\":" + params + "}\n");
  for (;;) {
    auto message = receive();
    const auto* got = message.if_contains("id");
    if (got != nullptr && *got == id && !message.contains("method")) return message;
  }
}

std::int64_t McpSsh::begin(const std::string& tool, const std::string& arguments) {
  const auto id = next_id_++;
  object params;
  params["name"] = tool;
  params["arguments"] = base::json::parse(arguments);
  object message;
  message["jsonrpc"] = "2.0";
  message["id"] = id;
  message["method"] = "tools/call";
  message["params"] = std::move(params);
  say(base::json::serialize(message) + "\n");
  return id;
}

/// Answers to what a test sent as raw bytes have no id of ours.
void McpSsh::keep(object message) {
  const auto* id = message.if_contains("id");
  if (id != nullptr && id->is_int64()) unread_[id->get_int64()] = std::move(message);
}

ToolAnswer McpSsh::finish(std::int64_t id) {
  while (!unread_.contains(id)) {
    auto message = receive();
    if (message.contains("method")) {
      if (message.contains("id")) requests_.push_back(std::move(message));
      continue;
    }
    keep(std::move(message));
  }
  auto message = std::move(unread_.extract(id).mapped());
  return answer_of(message);
}

ToolAnswer McpSsh::call(const std::string& tool, const std::string& arguments) {
  return finish(begin(tool, arguments));
}

void McpSsh::cancel(std::int64_t id) {
  say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" +
      std::to_string(id) + "}}\n");
}

std::string McpSsh::answer_elicitation(const std::string& action) {
  while (requests_.empty()) {
    auto message = receive();
    if (message.contains("method") && message.contains("id"))
      requests_.push_back(std::move(message));
    else
      keep(std::move(message));
  }
  const object asked = std::move(requests_.front());
  requests_.erase(requests_.begin());
  object result;
  result["action"] = action;
  if (action == "accept") result["content"] = object();
  object reply;
  reply["jsonrpc"] = "2.0";
  reply["id"] = asked.at("id");
  reply["result"] = std::move(result);
  say(base::json::serialize(reply) + "\n");
  return base::find_string(asked.at("params").as_object(), "message").value_or("");
}

Finished McpSsh::cli(std::vector<std::string> args) const {
  Process::Options options;
  options.argv = program_;
  options.argv.insert(options.argv.end(), args.begin(), args.end());
  options.env = environment();
  return run_to_end(std::move(options), std::chrono::seconds(60));
}

void McpSsh::rewrite_config(const std::string& hosts_yaml) {
  const auto said = [&] {
    const std::string text = server_->err();
    std::size_t count = 0;
    for (auto at = text.find("configuration"); at != std::string::npos;
         at = text.find("configuration", at + 1))
      ++count;
    return count;
  };
  const auto before = said();
  if (owner_.empty()) {
    base::replace_file(config(), hosts_yaml);
  } else {
    const auto next = home_.write("hosts.next", hosts_yaml);
    run_ok({"chown", owner_, next.string()});
    std::filesystem::rename(next, config());
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (said() == before) {
    // The server answers this only after it ran its loop once more, so it is no busy wait.
    request("ping", "{}");
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("no reload; log:\n" + server_->err());
  }
}

std::vector<object> McpSsh::records() const {
  std::vector<object> all;
  std::ifstream file(journal());
  for (std::string line; std::getline(file, line);) all.push_back(parse_object(line));
  return all;
}

Finished McpSsh::try_start(const std::string& hosts_yaml) {
  const TempDir home;
  home.write("hosts.yaml", hosts_yaml);
  Process::Options options;
  options.argv = {MCPSSH_BINARY};
  options.env = environment_in(home.path());
  return run_to_end(std::move(options), std::chrono::seconds(20));
}

}  // namespace mcpssh::test
