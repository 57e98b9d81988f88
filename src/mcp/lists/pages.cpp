#include "mcp/lists/pages.hpp"

#include <charconv>

#include "base/text.hpp"
#include "mcp/wire/protocol.hpp"

namespace mcpssh::mcp {
namespace {

constexpr std::string_view prefix = "after:";

std::string cursor_behind(std::size_t count) {
  const auto text = std::string(prefix) + std::to_string(count);
  return base::to_base64({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

/// How many came before; 0 for an absent cursor.
std::optional<std::size_t> read_cursor(const json::object& params) {
  const auto* cursor = params.if_contains("cursor");
  if (cursor == nullptr || cursor->is_null()) return 0;
  const auto bytes = cursor->is_string() ? base::from_base64(cursor->get_string()) : std::nullopt;
  if (!bytes) return std::nullopt;
  const std::string text(bytes->begin(), bytes->end());
  if (!text.starts_with(prefix)) return std::nullopt;
  std::size_t count = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data() + prefix.size(), end, count);
  if (problem != std::errc() || stopped != end || count == 0) return std::nullopt;
  return count;
}

}  // namespace

std::expected<json::object, RpcError> page(std::string_view member, json::array all,
                                           const json::object& params, std::size_t size) {
  const auto from = read_cursor(params);
  // Lists may have become shorter since the cursor was given out: then nothing more comes.
  if (!from || *from % size != 0)
    return std::unexpected(
        RpcError{protocol::code::invalid_params, "unknown cursor; list again without one", {}});
  json::object result;
  const bool more = all.size() > size && *from < all.size() - size;
  if (*from == 0 && !more) {
    result[member] = std::move(all);
    return result;
  }
  json::array some;
  for (auto i = *from; i < all.size() && i < *from + size; ++i) some.push_back(std::move(all[i]));
  result[member] = std::move(some);
  if (more) result["nextCursor"] = cursor_behind(*from + size);
  return result;
}

}  // namespace mcpssh::mcp
