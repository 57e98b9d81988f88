#include "tools/asking.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mcpssh::tools {
namespace {

struct Part {
  std::string what;
  std::vector<std::string> where;
};

std::vector<Part> parts_of(const std::vector<gateway::Waiting>& waiting) {
  std::vector<Part> parts;
  for (const auto& one : waiting) {
    auto part = std::ranges::find(parts, one.what, &Part::what);
    if (part == parts.end()) part = parts.insert(parts.end(), Part{one.what, {}});
    part->where.push_back(one.where);
  }
  return parts;
}

}  // namespace

/// A required tick box makes some clients answer "cancel" for people who just press enter.
base::json::object approval_schema() {
  base::json::object schema;
  schema["type"] = "object";
  schema["properties"] = base::json::object();
  return schema;
}

std::optional<gateway::Decision> decision_of(const mcp::Elicited& elicited) {
  using Given = mcp::Elicited::Answer;
  using Answer = gateway::Decision::Answer;
  switch (elicited.answer) {
    case Given::accepted:
      return gateway::Decision{Answer::approved, "human:elicitation", "elicitation"};
    case Given::declined:
      return gateway::Decision{Answer::declined, "human:elicitation", "elicitation"};
    case Given::cancelled:
      return gateway::Decision{Answer::cancelled, "nobody"};
    case Given::pending:
      break;
  }
  return std::nullopt;
}

std::string question_about(const std::vector<gateway::Waiting>& waiting) {
  if (waiting.size() == 1) return waiting.front().question;
  std::string text = "Allow this on " + std::to_string(waiting.size()) + " hosts?";
  for (const auto& part : parts_of(waiting))
    text += "\n\nOn " + base::join(part.where, ", ") + ":\n\n" + part.what;
  return text;
}

}  // namespace mcpssh::tools
