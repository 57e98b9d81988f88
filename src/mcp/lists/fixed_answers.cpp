#include "mcp/lists/fixed_answers.hpp"

#include "mcp/lists/lists.hpp"
#include "mcp/service.hpp"
#include "mcp/wire/modern_envelope.hpp"

namespace mcpssh::mcp {

const std::string* FixedAnswers::find(const Service& service, const Request& request, const Sender& sender) {
  if (request.method != "tools/list" || request.params.contains("cursor") || service.tools.empty() ||
      !service.tools.all_for(sender.principal))
    return nullptr;
  const bool modern = sender.era == Era::modern;
  auto& text = modern ? modern_ : legacy_;
  if (!text.empty()) return &text;
  auto result = answer_list(service, request, sender);
  if (!result || !*result) return nullptr;
  if (modern) complete(**result, service.identity);
  text = mcp::serialize(std::move(**result));
  return &text;
}

}  // namespace mcpssh::mcp
