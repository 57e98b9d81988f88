#pragma once
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "mcp/prompt.hpp"

namespace mcpssh::mcp {

/// The prompts of a server in the order they were given. Immutable.
class PromptSet {
 public:
  /// Throws Error(invalid_argument) when two prompts have one name.
  explicit PromptSet(std::vector<Prompt> prompts);

  [[nodiscard]] bool empty() const { return prompts_.empty(); }
  /// Null when there is none of that name.
  [[nodiscard]] const Prompt* find(std::string_view name) const;
  [[nodiscard]] bool completes() const;
  /// The `prompts` array of prompts/list.
  [[nodiscard]] const base::json::array& listing() const { return listing_; }

 private:
  std::vector<Prompt> prompts_;
  base::json::array listing_;
};

}  // namespace mcpssh::mcp
