#include "mcp/peer/handler_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "mcp/content.hpp"
#include "mcp/lists/tool_set.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/protocol.hpp"
#include "mcp/wire/protocol_error.hpp"

namespace mcpssh::mcp {
namespace {

namespace code = protocol::code;

ToolResult failure(std::string text) {
  ToolResult result;
  result.text = std::move(text);
  result.is_error = true;
  return result;
}

/// With its code for programs, where the product has a key for that.
ToolResult failure(const base::Error& error, const Service& service) {
  auto result = failure(error.what());
  if (!service.error_code_key.empty()) result.meta[service.error_code_key] = base::to_string(error.fault());
  return result;
}

constexpr std::string_view see_log = "internal error; the server's log says more [internal]";

ToolResult internal_failure(const Tool& tool, const base::Log& log, std::string_view what) {
  log.error(fmt::format("tool {}: {}", tool.name, what));
  return failure(std::string(see_log));
}

base::Task<ToolResult> run_checked(const Tool& tool, Call& call, Arguments arguments, const base::Log& log) {
  auto result = co_await tool.run(call, std::move(arguments));
  if (tool.output_schema && !result.structured && !result.is_error && !result.ask_state)
    co_return internal_failure(tool, log, "it has an output schema but gave no structured result");
  co_return result;
}

std::expected<Arguments, base::Error> checked(const Tool& tool, const json::object& arguments) {
  if (tool.input_schema) return Arguments(arguments);
  return validate(tool.parameters, arguments);
}

base::Task<ToolResult> run_tool(const Tool& tool, Call& call, const json::object& arguments,
                                const Service& service) {
  const base::Log& log = service.log;
  auto valid = checked(tool, arguments);
  if (!valid && service.misfit) service.misfit(call.principal(), tool.name, valid.error());
  if (!valid) co_return failure(valid.error(), service);
  try {
    co_return co_await run_checked(tool, call, std::move(*valid), log);
  } catch (const ProtocolError&) {
    throw;
  } catch (const base::Error& error) {
    co_return failure(error, service);
  } catch (const boost::system::system_error& error) {
    if (error.code() == base::asio::error::operation_aborted) co_return failure("cancelled");
    co_return internal_failure(tool, log, error.what());
  } catch (const std::exception& error) {
    co_return internal_failure(tool, log, error.what());
  } catch (...) {
    co_return internal_failure(tool, log, "an exception of an unknown type");
  }
}

/// What a prompt or resource threw, as the JSON-RPC error for it. Call it in a catch block.
RpcError current_error(std::string_view whose, const base::Log& log) {
  try {
    throw;
  } catch (const ProtocolError& error) {
    return error.error();
  } catch (const base::Error& error) {
    const bool theirs = error.code() == base::ErrorCode::invalid_argument;
    return {theirs ? code::invalid_params : code::internal_error, error.what(), {}};
  } catch (const boost::system::system_error& error) {
    if (error.code() == base::asio::error::operation_aborted) return {code::internal_error, "cancelled", {}};
    log.error(fmt::format("{}: {}", whose, error.what()));
  } catch (const std::exception& error) {
    log.error(fmt::format("{}: {}", whose, error.what()));
  } catch (...) {
    log.error(fmt::format("{}: an exception of an unknown type", whose));
  }
  return {code::internal_error, std::string(see_log), {}};
}

RpcError invalid_params(std::string message) {
  return {code::invalid_params, std::move(message), {}};
}

json::object render(const PromptResult& result) {
  json::array messages;
  for (const auto& message : result.messages) {
    json::object rendered{{"role", message.role == PromptMessage::Role::user ? "user" : "assistant"}};
    rendered["content"] = message.content;
    messages.push_back(std::move(rendered));
  }
  json::object rendered;
  if (!result.description.empty()) rendered["description"] = result.description;
  rendered["messages"] = std::move(messages);
  return rendered;
}

json::object render(const ResourceResult& result, Era era) {
  json::array contents;
  for (const auto& content : result.contents) contents.push_back(render(content));
  json::object rendered;
  rendered["contents"] = std::move(contents);
  if (era == Era::modern) {
    rendered["ttlMs"] = result.lifetime.count();
    rendered["cacheScope"] = "private";
  }
  return rendered;
}

}  // namespace

base::Task<Outcome> call_tool(const Tool& tool, Call& call, const json::object& arguments,
                              const Service& service) {
  const auto result = co_await run_tool(tool, call, arguments, service);
  Outcome outcome;
  outcome.ask_state = result.ask_state;
  if (!result.ask_state)
    outcome.result = render(tool, result);
  else if (!result.meta.empty())
    outcome.result["_meta"] = result.meta;
  co_return outcome;
}

std::expected<PromptArguments, RpcError> read_prompt_arguments(const Prompt& prompt,
                                                               const json::object& arguments) {
  PromptArguments read;
  for (const auto& [name, value] : arguments) {
    if (std::ranges::find(prompt.arguments, std::string_view(name), &PromptArgument::name) ==
        prompt.arguments.end())
      return std::unexpected(
          invalid_params(fmt::format("unknown argument \"{}\"", base::printable(name, 60))));
    if (!value.is_string())
      return std::unexpected(invalid_params(fmt::format("{} must be a string", std::string_view(name))));
    read.emplace(name, value.get_string());
  }
  for (const auto& argument : prompt.arguments)
    if (argument.required && !read.contains(argument.name))
      return std::unexpected(invalid_params(argument.name + " is missing; it must be a string"));
  return read;
}

base::Task<Outcome> get_prompt(const Prompt& prompt, Call& call, const PromptArguments& arguments,
                               const base::Log& log) {
  RpcError problem;
  try {
    const auto result = co_await prompt.get(call, arguments);
    Outcome outcome;
    outcome.ask_state = result.ask_state;
    if (!result.ask_state) outcome.result = render(result);
    co_return outcome;
  } catch (...) {
    problem = current_error("prompt " + prompt.name, log);
  }
  throw ProtocolError(std::move(problem));
}

base::Task<Outcome> read_resource(const ReadResource& reader, Call& call, const std::string& uri, Era era,
                                  const base::Log& log) {
  RpcError problem;
  try {
    const auto result = co_await reader(call, uri);
    Outcome outcome;
    outcome.ask_state = result.ask_state;
    if (result.contents.empty() && !result.ask_state) throw ProtocolError(no_such_resource(uri, era));
    if (!result.ask_state) outcome.result = render(result, era);
    co_return outcome;
  } catch (const base::Error& error) {
    problem = error.code() == base::ErrorCode::not_found
                  ? no_such_resource(uri, era)
                  : current_error("resource " + base::printable(uri), log);
  } catch (...) {
    problem = current_error("resource " + base::printable(uri), log);
  }
  throw ProtocolError(std::move(problem));
}

RpcError no_such_resource(const std::string& uri, Era era) {
  return {era == Era::modern ? code::invalid_params : code::resource_not_found,
          "there is no resource " + base::printable(uri), json::object{{"uri", base::to_utf8(uri)}}};
}

}  // namespace mcpssh::mcp
