// A client's file of settings from any bytes: an error that says where, or an entry that goes in and comes
// out and leaves the rest alone. The first byte says which form the rest is in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "cli/install/entry_text.hpp"

namespace {

/// Whether it is there. A file may be broken or in a form that is not edited, and the error says so; an
/// internal one is this program's own fault.
bool given(const auto& result) {
  if (!result && result.error().code() == mcpssh::base::ErrorCode::internal) std::abort();
  return result.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh;
  if (size == 0) return 0;
  const bool toml = (data[0] & 1) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const cli::EntryPlace place{toml ? cli::FileFormat::toml : cli::FileFormat::json,
                              toml ? "mcp_servers" : "mcpServers", "ssh"};
  const base::json::object entry{{"command", "/a \"b\"/mcp-ssh"}, {"args", base::json::array{"x"}}};
  const auto found = cli::find_entry(text, "f", place);
  const auto with = cli::with_entry(text, "f", place, entry);
  if (!given(found)) {
    if (given(with) || !found.error().message().starts_with("f") || !base::is_utf8(found.error().message()))
      std::abort();
    return 0;
  }
  if (!given(cli::masked(text, "f", place, false))) std::abort();
  if (!given(with)) return 0;  // written in a way that is not edited
  const auto entered = cli::find_entry(*with, "f", place);
  if (!entered || !*entered || (*entered)->value != base::json::value(entry)) std::abort();
  const auto without = cli::without_entry(*with, "f", place, false);
  if (!without || cli::find_entry(*without, "f", place)->has_value()) std::abort();
  // What went in once goes in again the same way.
  const auto again = cli::with_entry(*without, "f", place, entry);
  if (!again) std::abort();
  return 0;
}
