#include "mcp/content.hpp"

#include "base/text.hpp"
#include "mcp/lists/resource_set.hpp"

namespace mcpssh::mcp {
namespace {

namespace json = base::json;

json::object media_block(std::string_view type, std::span<const unsigned char> bytes,
                         std::string_view mime_type) {
  return {{"type", type}, {"data", base::to_base64(bytes)}, {"mimeType", mime_type}};
}

}  // namespace

json::object text_block(std::string_view text) {
  return {{"type", "text"}, {"text", base::to_utf8(text)}};
}

json::object image_block(std::span<const unsigned char> bytes, std::string_view mime_type) {
  return media_block("image", bytes, mime_type);
}

json::object audio_block(std::span<const unsigned char> bytes, std::string_view mime_type) {
  return media_block("audio", bytes, mime_type);
}

json::object embedded_block(const ResourceContent& content) {
  json::object block{{"type", "resource"}};
  block["resource"] = render(content);
  return block;
}

json::object link_block(const Resource& resource) {
  auto block = listing_entry(resource);
  block["type"] = "resource_link";
  return block;
}

json::object render(const ResourceContent& content) {
  json::object rendered{{"uri", content.uri}};
  if (!content.mime_type.empty()) rendered["mimeType"] = content.mime_type;
  if (content.blob)
    rendered["blob"] = base::to_base64(*content.blob);
  else
    rendered["text"] = base::to_utf8(content.text);
  return rendered;
}

}  // namespace mcpssh::mcp
