#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "mcp/resource.hpp"

/// Content blocks of tool results and prompt messages (schema: ContentBlock).
namespace mcpssh::mcp {

/// Whatever bytes `text` holds, the block is valid UTF-8.
base::json::object text_block(std::string_view text);
base::json::object image_block(std::span<const unsigned char> bytes, std::string_view mime_type);
base::json::object audio_block(std::span<const unsigned char> bytes, std::string_view mime_type);
/// The resource itself.
base::json::object embedded_block(const ResourceContent& content);
/// Where it can be read.
base::json::object link_block(const Resource& resource);

/// A TextResourceContents or BlobResourceContents.
base::json::object render(const ResourceContent& content);

}  // namespace mcpssh::mcp
