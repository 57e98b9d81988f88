#include "mcp/lists/subscribing.hpp"

#include <fmt/format.h>

#include <ranges>

#include "mcp/peer/handler_call.hpp"
#include "mcp/service.hpp"
#include "mcp/task/task_requests.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

RpcError invalid_params(std::string message) {
  return {protocol::code::invalid_params, std::move(message), {}};
}

RpcError too_many() {
  return invalid_params(
      fmt::format("more than {} resources are watched; unsubscribe from some", protocol::watched_resources));
}

constexpr std::string_view word_for(Change change) {
  switch (change) {
    case Change::tools:
      return "toolsListChanged";
    case Change::resources:
      return "resourcesListChanged";
    case Change::prompts:
      break;
  }
  return "promptsListChanged";
}

constexpr std::string_view resources_word = "resourceSubscriptions";
constexpr std::string_view tasks_word = "taskIds";

using Read = std::expected<void, RpcError>;

Read read_resources(const Service& service, const json::value& wanted, Interest& interest) {
  if (!wanted.is_array()) return std::unexpected(invalid_params("resourceSubscriptions must be an array"));
  if (wanted.get_array().size() > protocol::watched_resources) return std::unexpected(too_many());
  for (const auto& uri : wanted.get_array()) {
    if (!uri.is_string()) return std::unexpected(invalid_params("a resource subscription must be a string"));
    if (service.changes.resources && service.resources.reader(uri.get_string()))
      interest.resources.emplace(uri.get_string());
  }
  return {};
}

Read read_tasks(const Service& service, const json::value& wanted, const Sender& sender, Interest& interest) {
  if (!sender.tasks) return std::unexpected(tasks_undeclared());
  if (!wanted.is_array()) return std::unexpected(invalid_params("taskIds must be an array"));
  if (wanted.get_array().size() > protocol::watched_tasks)
    return std::unexpected(
        invalid_params(fmt::format("one subscription may be about {} tasks", protocol::watched_tasks)));
  for (const auto& id : wanted.get_array()) {
    if (!id.is_string()) return std::unexpected(invalid_params("a task id must be a string"));
    if (const auto task = service.tasks.find(id.get_string(), sender.principal))
      interest.tasks.emplace(id.get_string(), task);
  }
  return {};
}

/// Adds a list of words under `name` when there are any.
template <class Words>
void list(json::object& filter, std::string_view name, const Words& words) {
  if (words.empty()) return;
  json::array listed;
  for (const auto& word : words) listed.emplace_back(word);
  filter[name] = std::move(listed);
}

}  // namespace

std::set<Change> changing_lists(const Service& service) {
  std::set<Change> lists;
  if (service.changes.tools) lists.insert(Change::tools);
  if (service.changes.resources) lists.insert(Change::resources);
  if (service.changes.prompts) lists.insert(Change::prompts);
  return lists;
}

std::expected<json::object, RpcError> subscribe(const Service& service, const json::object& params,
                                                Interest& interest) {
  const auto uri = base::find_string(params, "uri");
  if (!uri) return std::unexpected(invalid_params("resources/subscribe needs uri, a string"));
  if (!service.resources.reader(*uri)) return std::unexpected(no_such_resource(*uri, Era::legacy));
  if (interest.resources.size() >= protocol::watched_resources && !interest.resources.contains(*uri))
    return std::unexpected(too_many());
  interest.resources.insert(*uri);
  return json::object();
}

std::expected<json::object, RpcError> unsubscribe(const json::object& params, Interest& interest) {
  const auto uri = base::find_string(params, "uri");
  if (!uri) return std::unexpected(invalid_params("resources/unsubscribe needs uri, a string"));
  interest.resources.erase(*uri);
  return json::object();
}

std::expected<Interest, RpcError> read_interest(const Service& service, const json::object& params,
                                                const Sender& sender) {
  const auto* filter = base::find_object(params, "notifications");
  if (filter == nullptr)
    return std::unexpected(invalid_params("subscriptions/listen needs notifications, an object"));
  Interest interest;
  for (const auto change : changing_lists(service)) {
    const auto* wanted = filter->if_contains(word_for(change));
    if (wanted != nullptr && wanted->is_bool() && wanted->get_bool()) interest.lists.insert(change);
  }
  if (const auto* wanted = filter->if_contains(resources_word))
    if (auto read = read_resources(service, *wanted, interest); !read)
      return std::unexpected(std::move(read.error()));
  if (const auto* wanted = filter->if_contains(tasks_word); wanted != nullptr && service.tools.has_tasks())
    if (auto read = read_tasks(service, *wanted, sender, interest); !read)
      return std::unexpected(std::move(read.error()));
  return interest;
}

json::object to_json(const Interest& interest) {
  json::object words;
  for (const auto change : interest.lists) words[word_for(change)] = true;
  list(words, resources_word, interest.resources);
  list(words, tasks_word, std::views::keys(interest.tasks));
  return words;
}

}  // namespace mcpssh::mcp
