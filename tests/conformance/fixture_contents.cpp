// Results of every kind.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fixtures.hpp"
#include "making.hpp"
#include "mcp/content.hpp"

namespace mcpssh::conformance {
namespace {

namespace json = base::json;
using base::Task;
using mcp::Arguments;
using mcp::Call;
using mcp::ToolResult;

Task<ToolResult> simple_text(Call&, Arguments) {
  co_return said("This is a simple text response for testing.");
}

Task<ToolResult> image(Call&, Arguments) {
  ToolResult result;
  result.blocks.push_back(mcp::image_block(png(), "image/png"));
  co_return result;
}

Task<ToolResult> audio(Call&, Arguments) {
  ToolResult result;
  result.blocks.push_back(mcp::audio_block(wav(), "audio/wav"));
  co_return result;
}

mcp::ResourceContent content(std::string uri, std::string mime_type, std::string text) {
  mcp::ResourceContent made;
  made.uri = std::move(uri);
  made.mime_type = std::move(mime_type);
  made.text = std::move(text);
  return made;
}

Task<ToolResult> embedded(Call&, Arguments) {
  ToolResult result;
  result.blocks.push_back(mcp::embedded_block(
      content("test://embedded-resource", "text/plain", "This is an embedded resource content.")));
  co_return result;
}

Task<ToolResult> mixed(Call&, Arguments) {
  auto result = said("Multiple content types test:");
  result.blocks.push_back(mcp::image_block(png(), "image/png"));
  result.blocks.push_back(mcp::embedded_block(
      content("test://mixed-content-resource", "application/json", R"({"test":"data","value":123})")));
  co_return result;
}

constexpr auto between_steps = std::chrono::milliseconds(50);

Task<ToolResult> logging(Call& call, Arguments) {
  call.log(mcp::LogLevel::info, "Tool execution started");
  co_await pause(between_steps);
  call.log(mcp::LogLevel::info, "Tool processing data");
  co_await pause(between_steps);
  call.log(mcp::LogLevel::info, "Tool execution completed");
  co_return said("Tool with logging executed successfully");
}

Task<ToolResult> logging_once(Call& call, Arguments) {
  call.log(mcp::LogLevel::info, "test_logging_tool ran");
  co_return said("logged where the request asked for it");
}

Task<ToolResult> progress(Call& call, Arguments) {
  for (const int done : {0, 50, 100}) {
    call.progress(done, 100, "Completed step " + std::to_string(done) + " of 100");
    co_await pause(between_steps);
  }
  co_return said("done");
}

Task<ToolResult> failing(Call&, Arguments) {
  throw base::Error(base::ErrorCode::internal, "This tool intentionally returns an error for testing");
  co_return said("");
}

Task<ToolResult> reconnection(Call&, Arguments) {
  co_await pause(2 * between_steps);
  co_return said("Reconnection test completed successfully.");
}

Task<ToolResult> echo_arguments(Call&, Arguments arguments) {
  co_return said("JSON Schema 2020-12 tool called with: " + json::serialize(arguments.values()));
}

Task<ToolResult> region(Call&, Arguments arguments) {
  co_return said("region=" + arguments.string("region").value_or("<none>"));
}

mcp::Tool schema_tool() {
  auto made = tool("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", echo_arguments);
  made.input_schema = json::parse(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                          "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                   "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                   "phone": {"type": "string"}, "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": false})")
                          .as_object();
  return made;
}

mcp::Tool header_tool() {
  auto made = tool("test_x_mcp_header", "Mirrors an argument into an HTTP header", region);
  auto mirrored = text_parameter("region", "mirrored into Mcp-Param-Region", false);
  mirrored.header = "Region";
  auto level = text_parameter("level", "not mirrored", false);
  level.type = mcp::Parameter::Type::integer;
  made.parameters = {mirrored, level};
  return made;
}

std::vector<unsigned char> decoded(std::string_view base64) {
  return base::from_base64(base64).value();
}

}  // namespace

Task<void> pause(std::chrono::milliseconds time) {
  const auto executor = co_await base::asio::this_coro::executor;
  base::asio::steady_timer timer(executor, time);
  co_await timer.async_wait(base::asio::use_awaitable);
}

std::vector<unsigned char> png() {
  return decoded(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");
}

std::vector<unsigned char> wav() {
  return decoded("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=");
}

std::vector<mcp::Tool> content_tools() {
  return {
      tool("test_simple_text", "Returns simple text", simple_text),
      tool("test_image_content", "Returns an image", image),
      tool("test_audio_content", "Returns audio", audio),
      tool("test_embedded_resource", "Returns an embedded resource", embedded),
      tool("test_multiple_content_types", "Returns text, an image and a resource", mixed),
      tool("test_tool_with_logging", "Logs three times while it runs", logging),
      tool("test_logging_tool", "Logs once", logging_once),
      tool("test_tool_with_progress", "Reports progress three times", progress),
      tool("test_error_handling", "Always fails", failing),
      tool("test_reconnection", "Takes a while, so that a client can come back for its result", reconnection),
      tool("test_streaming_elicitation", "Answers and asks nothing", simple_text),
      schema_tool(),
      header_tool()};
}

}  // namespace mcpssh::conformance
