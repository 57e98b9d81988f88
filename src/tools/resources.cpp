#include "tools/resources.hpp"

#include <algorithm>
#include <optional>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "gateway/refusal_rules.hpp"
#include "gateway/show.hpp"
#include "hosts/selector.hpp"
#include "tools/catalog.hpp"
#include "tools/completers.hpp"
#include "tools/host_facts.hpp"
#include "tools/outcome_text.hpp"

namespace mcpssh::tools {
namespace {

using base::Error;
using base::ErrorCode;
using gateway::Gateway;

constexpr std::string_view outputs = "ssh://outputs/";
constexpr std::string_view host_prefix = "ssh://hosts/";

/// A host that was removed can only be judged by its name: groups say nothing any more, so who is limited by
/// them is not told.
bool could_see(const base::Principal& principal, const std::string& name) {
  if (!principal.rights || !principal.rights->hosts) return true;
  const auto& words = *principal.rights->hosts;
  if (words.contains('@')) return false;
  const auto selector = hosts::Selector::parse(words);
  hosts::Host gone;
  gone.name = name;
  return selector && selector->matches(gone);
}

mcp::ResourceResult one(std::string uri, std::string mime_type, std::string text) {
  mcp::ResourceContent content;
  content.uri = std::move(uri);
  content.mime_type = std::move(mime_type);
  content.text = std::move(text);
  mcp::ResourceResult result;
  result.contents.push_back(std::move(content));
  return result;
}

base::Task<mcp::ResourceResult> read_host(Gateway& gateway, mcp::Call& call, std::string uri,
                                          std::string name) {
  const auto& principal = call.principal();
  const auto snapshot = gateway.snapshot(principal);
  const auto host = hosts::require_host(*snapshot, name);
  if (!may_use_tool(principal, "ssh_list_hosts"))
    throw Error(ErrorCode::not_found, "no resource " + base::printable(uri, 200));
  if (!host) throw Error(host.error());
  const auto sessions = gateway.sessions(principal);
  const bool connected = std::ranges::find(sessions, name, &gateway::SessionNote::host) != sessions.end();
  co_return one(std::move(uri), "application/json",
                base::json::serialize(host_facts(*snapshot, **host, connected)));
}

std::vector<mcp::Resource> list_hosts(const Gateway& gateway, const base::Principal& principal) {
  std::vector<mcp::Resource> listed;
  if (!may_use_tool(principal, "ssh_list_hosts")) return listed;
  for (const auto& host : gateway.snapshot(principal)->hosts) {
    mcp::Resource resource;
    resource.uri = host_uri(host.name);
    resource.name = host.name;
    resource.description = base::printable(host.description, 200);
    resource.mime_type = "application/json";
    listed.push_back(std::move(resource));
  }
  return listed;
}

/// Framed as ssh_output frames it: the text is the host's, wherever a client puts it.
std::string output_text(const gateway::OutputView& out, const gateway::OutputView& err) {
  std::string text = out.outcome ? headline(*out.outcome) : out.host + ": still running";
  text += " (" + out.call.str() + ")";
  const auto add = [&text](const gateway::OutputView& view, const std::string& stream) {
    const auto piece = gateway::shown_piece(view.text, stream + " of " + view.host, base::random_hex(8));
    if (!piece.empty()) text += "\n" + piece;
    if (view.by_offset && view.next < (stream == "stderr" ? view.total_err : view.total_out))
      text += "\nMore of " + stream + ": ssh_output with offset=" + std::to_string(view.next) + ".";
  };
  add(out, out.by_offset ? "stdout" : "output");
  if (out.by_offset) add(err, "stderr");
  return text;
}

base::Task<mcp::ResourceResult> read_outputs(Gateway& gateway, base::Principal principal, std::string uri,
                                             std::string id) {
  gateway::OutputQuery query;
  query.call = base::CallId(id);
  query.budget = base::limits::output_bytes;
  const auto out = co_await gateway.read_output(principal, query);
  query.is_stderr = true;
  const auto err = co_await gateway.read_output(principal, query);
  co_return one(std::move(uri), "text/plain", output_text(out, err));
}

base::Task<mcp::ResourceResult> read_call(Gateway& gateway, mcp::Call& call, std::string uri,
                                          std::string id) {
  constexpr auto tool = "ssh_output";
  const auto principal = call.principal();
  if (!may_use_tool(principal, tool)) {
    const Error hidden(ErrorCode::not_found, "no resource " + base::printable(uri, 200));
    gateway.record_refusal(principal, tool, hidden, gateway::refusals::token_tools);
    throw Error(hidden);
  }
  co_await gateway.admit_tool(principal, tool);
  std::optional<Error> failure;
  try {
    co_return co_await read_outputs(gateway, principal, std::move(uri), std::move(id));
  } catch (const Error& error) {
    failure = error;
  }
  gateway.record_refusal(principal, tool, *failure);
  throw Error(*failure);
}

std::vector<mcp::Resource> list_calls(const Gateway& gateway, const base::Principal& principal) {
  std::vector<mcp::Resource> listed;
  if (!may_use_tool(principal, "ssh_output")) return listed;
  for (const auto& job : gateway.jobs(principal)) {
    mcp::Resource resource;
    resource.uri = std::string(outputs) + job.name;
    resource.name = job.name;
    resource.title = job.host + ": " + base::printable(job.detail, 100);
    resource.description = job.state + ", " + base::human_bytes(job.bytes);
    resource.mime_type = "text/plain";
    listed.push_back(std::move(resource));
  }
  return listed;
}

mcp::ResourceTemplate host_template(Gateway& gateway) {
  mcp::ResourceTemplate made;
  made.uri_template = "ssh://hosts/{host}";
  made.name = "host";
  made.title = "SSH host";
  made.description = "A configured host: address, user, shell kind, groups, policy. No secrets.";
  made.mime_type = "application/json";
  made.read = [&gateway](mcp::Call& call, std::string uri, mcp::Variables variables) {
    return read_host(gateway, call, std::move(uri), variables["host"]);
  };
  made.list = [&gateway](const base::Principal& principal) { return list_hosts(gateway, principal); };
  made.complete = {{"host", complete_host(gateway)}};
  return made;
}

mcp::ResourceTemplate output_template(Gateway& gateway) {
  mcp::ResourceTemplate made;
  made.uri_template = std::string(outputs) + "{call}";
  made.name = "output";
  made.title = "Output of a command";
  made.description = "What a call that runs on, or ended in the background, has said.";
  made.mime_type = "text/plain";
  made.read = [&gateway](mcp::Call& call, std::string uri, mcp::Variables variables) {
    return read_call(gateway, call, std::move(uri), variables["call"]);
  };
  made.list = [&gateway](const base::Principal& principal) { return list_calls(gateway, principal); };
  made.complete = {{"call", complete_call(gateway)}};
  return made;
}

}  // namespace

std::string host_uri(const std::string& host) {
  return std::string(host_prefix) + host;
}

std::function<bool(const base::Principal&, const std::string&)> may_see(const gateway::Gateway& gateway) {
  return [&gateway](const base::Principal& principal, const std::string& uri) {
    if (uri.starts_with(outputs)) return may_use_tool(principal, "ssh_output");
    if (!uri.starts_with(host_prefix) || !may_use_tool(principal, "ssh_list_hosts")) return false;
    const auto name = uri.substr(host_prefix.size());
    if (gateway.snapshot(principal)->find(name) != nullptr) return true;
    return gateway.snapshot()->find(name) == nullptr && could_see(principal, name);
  };
}

std::vector<mcp::ResourceTemplate> resource_templates(gateway::Gateway& gateway) {
  std::vector<mcp::ResourceTemplate> templates;
  templates.push_back(host_template(gateway));
  templates.push_back(output_template(gateway));
  return templates;
}

}  // namespace mcpssh::tools
