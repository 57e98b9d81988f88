#pragma once
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/lists/uri_template.hpp"
#include "mcp/resource.hpp"

namespace mcpssh::mcp {

/// The resources and templates of a server. Immutable, though what templates list may change.
class ResourceSet {
 public:
  /// Throws Error(invalid_argument) when two have one URI, for a template that cannot be matched and a
  /// completer for a variable the template has not.
  ResourceSet(std::vector<Resource> resources, std::vector<ResourceTemplate> templates);

  [[nodiscard]] bool empty() const { return resources_.empty() && templates_.empty(); }
  /// How to read `uri`; empty when it is neither a resource nor fits a template.
  [[nodiscard]] ReadResource reader(std::string_view uri) const;
  /// Null when there is no such template.
  [[nodiscard]] const ResourceTemplate* find_template(std::string_view uri_template) const;
  [[nodiscard]] bool completes() const;

  /// The `resources` array of resources/list, all pages.
  [[nodiscard]] base::json::array listing(const base::Principal& principal) const;
  /// True when some of them are listed anew each time.
  [[nodiscard]] bool varies() const;
  /// The `resourceTemplates` array of resources/templates/list.
  [[nodiscard]] const base::json::array& template_listing() const { return template_listing_; }

 private:
  struct Template {
    ResourceTemplate resource;
    UriTemplate pattern;
  };
  std::vector<Resource> resources_;
  std::vector<Template> templates_;
  base::json::array template_listing_;
};

/// A Resource as it is listed.
base::json::object listing_entry(const Resource& resource);

}  // namespace mcpssh::mcp
