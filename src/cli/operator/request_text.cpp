#include "cli/operator/request_text.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

namespace json = base::json;

/// Everything is shown: what a person does not see was not approved.
constexpr std::size_t whole = std::size_t{1} << 26;

std::string text(const json::object& from, std::string_view key) {
  return base::printable(base::find_string(from, key).value_or(""), whole);
}

/// Lines stay lines; everything else that does not print is made visible.
std::string indented(std::string_view lines) {
  std::string out;
  for (const auto line : base::split(lines, '\n')) out += "    " + base::printable(line, whole) + "\n";
  return out;
}

std::string reasons_of(const json::object& action) {
  std::string out;
  const auto* reasons = action.if_contains("reasons");
  if (reasons == nullptr || !reasons->is_array()) return out;
  for (const auto& reason : reasons->get_array())
    if (const auto* fields = reason.if_object())
      out += "  why: " + text(*fields, "text") + " [" + text(*fields, "rule") + "]\n";
  return out;
}

std::string body_of(const json::object& action) {
  std::string out = indented(base::find_string(action, "text").value_or("")) + reasons_of(action);
  if (const auto says = text(action, "agent_says"); !says.empty())
    out += "  the agent says (unverified): \"" + says + "\"\n";
  return out;
}

struct Part {
  std::string body;
  std::vector<std::string> where;
};

/// Hosts on which the same would be done stand together.
std::vector<Part> parts_of(const json::object& request) {
  std::vector<Part> parts;
  const auto* actions = request.if_contains("actions");
  if (actions == nullptr || !actions->is_array()) return parts;
  for (const auto& each : actions->get_array()) {
    const auto* action = each.if_object();
    if (action == nullptr) continue;
    auto body = body_of(*action);
    auto part = std::ranges::find(parts, body, &Part::body);
    if (part == parts.end()) part = parts.insert(parts.end(), Part{std::move(body), {}});
    part->where.push_back(text(*action, "where"));
  }
  return parts;
}

/// Where more than one person has to approve it.
std::string people_of(const json::object& request) {
  const auto* needed = request.if_contains("approvals_needed");
  const auto count = needed != nullptr && needed->is_number() ? json::serialize(*needed) : "1";
  std::vector<std::string> names;
  if (const auto* given = request.if_contains("approved_by"); given != nullptr && given->is_array())
    for (const auto& each : given->get_array())
      if (const auto* name = each.if_string()) names.push_back(base::printable(*name, whole));
  if (count == "1" && names.empty()) return "";
  return "  needs " + count + " different people; " +
         (names.empty() ? "nobody has approved it yet" : "approved so far by " + base::join(names, ", ")) +
         "\n";
}

}  // namespace

std::string request_text(const json::object& request) {
  const auto* left = request.if_contains("expires_in_s");
  std::string out = text(request, "id") + "  " + text(request, "tool") + " for " + text(request, "principal");
  if (const auto client = text(request, "client"); !client.empty()) out += " (its client: " + client + ")";
  if (left != nullptr && left->is_number()) out += ", expires in " + json::serialize(*left) + " s";
  const auto* also = request.if_contains("also_client");
  if (also != nullptr && also->is_bool() && also->get_bool()) out += "; its client was asked too";
  out += "\n" + people_of(request);
  for (const auto& part : parts_of(request))
    out += "  on " + base::join(part.where, ", ") + ":\n" + part.body;
  return out;
}

}  // namespace mcpssh::cli
