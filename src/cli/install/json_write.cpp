#include "cli/install/json_write.hpp"

namespace mcpssh::cli {
namespace {

std::string written_list(const base::json::array& list, const JsonLayout& layout, const std::string& indent) {
  std::string out = "[";
  for (const auto& item : list) {
    if (out.size() > 1) out += layout.comma;
    out += written_json(item, layout, indent);
  }
  return out + "]";
}

}  // namespace

std::string written_json(const base::json::value& value, const JsonLayout& layout,
                         const std::string& indent) {
  if (const auto* list = value.if_array()) return written_list(*list, layout, indent);
  const auto* object = value.if_object();
  if (object == nullptr) return base::json::serialize(value);
  if (object->empty()) return "{}";
  const std::string deeper = indent + layout.unit;
  std::string out = "{";
  for (const auto& [key, member] : *object) {
    if (out.size() > 1) out += layout.one_line ? layout.comma : ",";
    if (!layout.one_line) out += layout.line_break + deeper;
    out +=
        base::json::serialize(base::json::string(key)) + layout.colon + written_json(member, layout, deeper);
  }
  return out + (layout.one_line ? "}" : layout.line_break + indent + "}");
}

}  // namespace mcpssh::cli
