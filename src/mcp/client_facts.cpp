#include "mcp/client_facts.hpp"

#include "base/text.hpp"
#include "mcp/protocol.hpp"

namespace mcpssh::mcp {

std::string client_name(const base::json::object* client_info) {
  if (client_info == nullptr) return {};
  auto text = base::find_string(*client_info, "name").value_or("");
  if (const auto version = base::find_string(*client_info, "version"); version && !text.empty())
    text += " " + *version;
  // printable() adds an ellipsis of three bytes when it cuts.
  return base::printable(text, protocol::client_name_bytes - 3);
}

bool declares_form_elicitation(const base::json::object& capabilities) {
  const auto* elicitation = base::find_object(capabilities, "elicitation");
  return elicitation != nullptr && (elicitation->empty() || elicitation->contains("form"));
}

}  // namespace mcpssh::mcp
