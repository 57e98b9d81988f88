#include "mcp/lists/prompt_set.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;

json::object listing_entry(const PromptArgument& argument) {
  json::object entry{{"name", argument.name}};
  if (!argument.title.empty()) entry["title"] = argument.title;
  if (!argument.description.empty()) entry["description"] = argument.description;
  if (argument.required) entry["required"] = true;
  return entry;
}

json::object listing_entry(const Prompt& prompt) {
  json::object entry{{"name", prompt.name}};
  if (!prompt.title.empty()) entry["title"] = prompt.title;
  if (!prompt.description.empty()) entry["description"] = prompt.description;
  json::array arguments;
  for (const auto& argument : prompt.arguments) arguments.push_back(listing_entry(argument));
  if (!arguments.empty()) entry["arguments"] = std::move(arguments);
  return entry;
}

}  // namespace

PromptSet::PromptSet(std::vector<Prompt> prompts) {
  for (auto& prompt : prompts) {
    if (find(prompt.name) != nullptr)
      throw base::Error(base::ErrorCode::invalid_argument, "two prompts are named " + prompt.name);
    listing_.push_back(listing_entry(prompt));
    prompts_.push_back(std::move(prompt));
  }
}

const Prompt* PromptSet::find(std::string_view name) const {
  const auto found = std::ranges::find(prompts_, name, &Prompt::name);
  return found == prompts_.end() ? nullptr : &*found;
}

bool PromptSet::completes() const {
  for (const auto& prompt : prompts_)
    if (std::ranges::any_of(prompt.arguments, [](const auto& one) { return bool(one.complete); }))
      return true;
  return false;
}

}  // namespace mcpssh::mcp
