#include "mcp/lists/resource_set.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;

void add(json::object& entry, std::string_view key, const std::string& value) {
  if (!value.empty()) entry[key] = value;
}

json::object listing_entry(const ResourceTemplate& resource) {
  json::object entry{{"uriTemplate", resource.uri_template}, {"name", resource.name}};
  add(entry, "title", resource.title);
  add(entry, "description", resource.description);
  add(entry, "mimeType", resource.mime_type);
  return entry;
}

base::Error twice(const std::string& uri) {
  return base::Error(base::ErrorCode::invalid_argument, "two resources are " + uri);
}

}  // namespace

ResourceSet::ResourceSet(std::vector<Resource> resources, std::vector<ResourceTemplate> templates) {
  for (auto& resource : resources) {
    if (std::ranges::find(resources_, resource.uri, &Resource::uri) != resources_.end())
      throw twice(resource.uri);
    resources_.push_back(std::move(resource));
  }
  for (auto& one : templates) {
    if (find_template(one.uri_template) != nullptr) throw twice(one.uri_template);
    UriTemplate pattern(one.uri_template);
    for (const auto& [variable, completer] : one.complete)
      if (!pattern.has(variable))
        throw base::Error(base::ErrorCode::invalid_argument,
                          one.uri_template + " has no variable " + variable + " to complete");
    template_listing_.push_back(listing_entry(one));
    templates_.push_back({std::move(one), std::move(pattern)});
  }
}

ReadResource ResourceSet::reader(std::string_view uri) const {
  const auto fixed = std::ranges::find(resources_, uri, &Resource::uri);
  if (fixed != resources_.end()) return fixed->read;
  for (const auto& one : templates_) {
    auto variables = one.pattern.match(uri);
    if (!variables) continue;
    return [&read = one.resource.read, variables = std::move(*variables)](Call& call, std::string asked) {
      return read(call, std::move(asked), variables);
    };
  }
  return {};
}

const ResourceTemplate* ResourceSet::find_template(std::string_view uri_template) const {
  for (const auto& one : templates_)
    if (one.resource.uri_template == uri_template) return &one.resource;
  return nullptr;
}

bool ResourceSet::completes() const {
  return std::ranges::any_of(templates_, [](const Template& one) { return !one.resource.complete.empty(); });
}

bool ResourceSet::varies() const {
  return std::ranges::any_of(templates_, [](const Template& each) { return bool(each.resource.list); });
}

json::array ResourceSet::listing(const base::Principal& principal) const {
  json::array listing;
  for (const auto& resource : resources_) listing.push_back(listing_entry(resource));
  for (const auto& one : templates_)
    if (one.resource.list)
      for (const auto& resource : one.resource.list(principal)) listing.push_back(listing_entry(resource));
  return listing;
}

json::object listing_entry(const Resource& resource) {
  json::object entry{{"uri", resource.uri}, {"name", resource.name}};
  add(entry, "title", resource.title);
  add(entry, "description", resource.description);
  add(entry, "mimeType", resource.mime_type);
  if (resource.size) entry["size"] = *resource.size;
  return entry;
}

}  // namespace mcpssh::mcp
