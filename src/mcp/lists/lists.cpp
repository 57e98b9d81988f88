#include "mcp/lists/lists.hpp"

#include "base/text.hpp"
#include "mcp/lists/completing.hpp"
#include "mcp/lists/pages.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/modern_envelope.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

json::object capability(bool list_changed) {
  json::object declared;
  if (list_changed) declared["listChanged"] = true;
  return declared;
}

void make_cacheable(json::object& result, std::chrono::milliseconds lifetime, bool shared) {
  result["ttlMs"] = lifetime.count();
  result["cacheScope"] = shared ? "public" : "private";
}

}  // namespace

json::object capabilities(const Service& service) {
  json::object declared;
  if (!service.tools.empty()) declared["tools"] = capability(service.changes.tools);
  if (!service.resources.empty()) {
    auto resources = capability(service.changes.resources);
    if (service.changes.resources) resources["subscribe"] = true;
    declared["resources"] = std::move(resources);
  }
  if (!service.prompts.empty()) declared["prompts"] = capability(service.changes.prompts);
  if (completes(service)) declared["completions"] = json::object();
  if (service.logging) declared["logging"] = json::object();
  return declared;
}

bool offers(const Service& service, std::string_view method) {
  if (method == "tools/list" || method == "tools/call") return !service.tools.empty();
  if (method == "resources/list" || method == "resources/templates/list" || method == "resources/read")
    return !service.resources.empty();
  if (method == "prompts/list" || method == "prompts/get") return !service.prompts.empty();
  return method == "completion/complete" && completes(service);
}

std::optional<Result> answer_list(const Service& service, const Request& request, const Sender& sender) {
  const auto& method = request.method;
  const auto size = service.limits.page;
  bool shared = true;
  std::chrono::milliseconds lifetime = protocol::list_lifetime;
  std::optional<Result> result;
  if (method == "tools/list") {
    result = page("tools", service.tools.listing(sender.principal), request.params, size);
    shared = !service.tools.filtered();
  } else if (method == "resources/list") {
    result = page("resources", service.resources.listing(sender.principal), request.params, size);
    shared = false;
    if (service.resources.varies()) lifetime = {};
  } else if (method == "resources/templates/list") {
    result = page("resourceTemplates", service.resources.template_listing(), request.params, size);
  } else if (method == "prompts/list") {
    result = page("prompts", service.prompts.listing(), request.params, size);
  } else if (method == "completion/complete") {
    return complete_argument(service, request.params, sender.principal);
  }
  if (result && *result && sender.era == Era::modern) make_cacheable(**result, lifetime, shared);
  return result;
}

json::object discovery(const Service& service) {
  json::object result;
  result["supportedVersions"] = supported_versions();
  auto declared = capabilities(service);
  if (service.tools.has_tasks()) declared["extensions"] = {{protocol::key::tasks, json::object()}};
  result["capabilities"] = std::move(declared);
  if (!service.info.instructions.empty()) result["instructions"] = service.info.instructions;
  make_cacheable(result, protocol::discover_lifetime, true);
  return result;
}

RpcError unknown_method(std::string_view method) {
  return {protocol::code::method_not_found, "unknown method " + base::printable(method, 100), {}};
}

}  // namespace mcpssh::mcp
