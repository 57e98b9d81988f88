#include "mcp/peer/client_facts.hpp"

#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {

std::string client_name(const base::json::object* client_info) {
  if (client_info == nullptr) return {};
  auto text = base::find_string(*client_info, "name").value_or("");
  if (const auto version = base::find_string(*client_info, "version"); version && !text.empty())
    text += " " + *version;
  // printable() adds an ellipsis of three bytes when it cuts.
  return base::printable(text, protocol::client_name_bytes - 3);
}

Abilities declared_abilities(const base::json::object& capabilities) {
  Abilities declared;
  if (const auto* elicitation = base::find_object(capabilities, "elicitation")) {
    if (elicitation->empty() || elicitation->contains("form")) declared.insert(Ability::form);
    if (elicitation->contains("url")) declared.insert(Ability::url);
  }
  if (base::find_object(capabilities, "sampling") != nullptr) declared.insert(Ability::sampling);
  if (base::find_object(capabilities, "roots") != nullptr) declared.insert(Ability::roots);
  return declared;
}

bool declares_tasks(const base::json::object& capabilities) {
  const auto* extensions = base::find_object(capabilities, "extensions");
  return extensions != nullptr && base::find_object(*extensions, protocol::key::tasks) != nullptr;
}

base::json::object capabilities_with(Ability ability) {
  using base::json::object;
  switch (ability) {
    case Ability::form:
      return {{"elicitation", {{"form", object()}}}};
    case Ability::url:
      return {{"elicitation", {{"url", object()}}}};
    case Ability::sampling:
      return {{"sampling", object()}};
    case Ability::roots:
      return {{"roots", object()}};
  }
  return {};
}

}  // namespace mcpssh::mcp
