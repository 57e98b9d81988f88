#include "mcp/lists/completing.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

RpcError invalid_params(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

using Found = std::expected<Completer, RpcError>;

Found of_prompt(const PromptSet& prompts, std::string_view name, std::string_view argument) {
  const auto* prompt = prompts.find(name);
  if (prompt == nullptr)
    return std::unexpected(invalid_params("unknown prompt \"" + base::printable(name, 100) + "\""));
  const auto found = std::ranges::find(prompt->arguments, argument, &PromptArgument::name);
  if (found == prompt->arguments.end())
    return std::unexpected(invalid_params("unknown argument \"" + base::printable(argument, 60) + "\""));
  return found->complete;
}

Found of_template(const ResourceSet& resources, std::string_view uri, const std::string& argument) {
  const auto* known = resources.find_template(uri);
  if (known == nullptr)
    return std::unexpected(invalid_params("unknown resource template " + base::printable(uri, 100)));
  const auto found = known->complete.find(argument);
  return found == known->complete.end() ? Completer() : found->second;
}

Found find_completer(const Service& service, const json::object& params, const std::string& argument) {
  const auto* ref = base::find_object(params, "ref");
  const auto type = ref == nullptr ? std::nullopt : base::find_string(*ref, "type");
  if (type == "ref/prompt")
    if (const auto name = base::find_string(*ref, "name")) return of_prompt(service.prompts, *name, argument);
  if (type == "ref/resource")
    if (const auto uri = base::find_string(*ref, "uri"))
      return of_template(service.resources, *uri, argument);
  return std::unexpected(
      invalid_params("completion/complete needs ref: ref/prompt with a name, or ref/resource with a uri"));
}

std::map<std::string, std::string> read_context(const json::object& params) {
  std::map<std::string, std::string> read;
  const auto* context = base::find_object(params, "context");
  const auto* arguments = context == nullptr ? nullptr : base::find_object(*context, "arguments");
  if (arguments == nullptr) return read;
  for (const auto& [name, value] : *arguments)
    if (value.is_string()) read.emplace(name, value.get_string());
  return read;
}

json::object render(Completion completion) {
  json::object rendered;
  const auto total = completion.total.value_or(completion.values.size());
  if (completion.values.size() > protocol::completions) completion.values.resize(protocol::completions);
  rendered["values"] = json::value_from(completion.values);
  rendered["total"] = total;
  rendered["hasMore"] = total > completion.values.size();
  return rendered;
}

}  // namespace

bool completes(const Service& service) {
  return service.prompts.completes() || service.resources.completes();
}

std::expected<json::object, RpcError> complete_argument(const Service& service, const json::object& params,
                                                        const base::Principal& principal) {
  const auto* argument = base::find_object(params, "argument");
  const auto name = argument == nullptr ? std::nullopt : base::find_string(*argument, "name");
  const auto value = argument == nullptr ? std::nullopt : base::find_string(*argument, "value");
  if (!name || !value)
    return std::unexpected(invalid_params("completion/complete needs argument, with a name and a value"));
  const auto completer = find_completer(service, params, *name);
  if (!completer) return std::unexpected(completer.error());
  CompletionQuery query;
  query.principal = principal;
  query.value = *value;
  query.context = read_context(params);
  json::object result;
  result["completion"] = render(*completer ? (*completer)(query) : Completion());
  return result;
}

}  // namespace mcpssh::mcp
