#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

/// The words and numbers of the Model Context Protocol, both eras, and this
/// implementation's own bounds.
namespace mcpssh::mcp::protocol {

using namespace std::chrono_literals;

/// The revision without a handshake: everything is in each request's `_meta`.
inline constexpr std::string_view modern_version = "2026-07-28";
/// Revisions with an `initialize` handshake, newest first.
inline constexpr std::array<std::string_view, 4> legacy_versions{"2025-11-25", "2025-06-18", "2025-03-26",
                                                                 "2024-11-05"};
/// The only revision that has JSON-RPC batches.
inline constexpr std::string_view batching_version = "2025-03-26";
/// The revision that brought elicitation.
inline constexpr std::string_view elicitation_version = "2025-06-18";
/// The revision that brought elicitation by URL.
inline constexpr std::string_view url_elicitation_version = "2025-11-25";

namespace code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int resource_not_found = -32002;  ///< legacy only
inline constexpr int header_mismatch = -32020;
inline constexpr int missing_capability = -32021;
inline constexpr int unsupported_version = -32022;
}  // namespace code

namespace key {
inline constexpr std::string_view protocol_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view client_capabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view log_level = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view server_info = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view subscription_id = "io.modelcontextprotocol/subscriptionId";
inline constexpr std::string_view tasks = "io.modelcontextprotocol/tasks";  ///< the extension
}  // namespace key

/// A string id longer than this is refused: real ones are counters or UUIDs,
/// and each is kept and echoed.
inline constexpr std::size_t id_bytes = 256;
/// Messages of one batch; more than may be in flight could not all be answered.
inline constexpr std::size_t batch_messages = 256;
/// `client` of a principal, after cleaning.
inline constexpr std::size_t client_name_bytes = 100;
/// subscriptions/listen held open by one peer. A client needs one.
inline constexpr std::size_t listens = 16;
/// Resources one subscriber may watch.
inline constexpr std::size_t watched_resources = 256;
/// Tasks one subscription may be about.
inline constexpr std::size_t watched_tasks = 256;
/// A URI longer than this is none of ours.
inline constexpr std::size_t uri_bytes = 4096;
/// Values of one completion; the schema allows no more.
inline constexpr std::size_t completions = 100;
/// Messages and bytes waiting for a peer that does not read; then responses
/// wait.
inline constexpr std::size_t outbox_messages = 512;
inline constexpr std::size_t outbox_bytes = 8 * 1024 * 1024;
/// Progress is dropped when this many messages wait already.
inline constexpr std::size_t outbox_progress = 64;
/// Time for queued messages to reach a peer after its stream has ended.
inline constexpr auto farewell = 1s;
/// Lists and discovery change seldom, and then clients that listen are told;
/// they may keep them this long.
inline constexpr auto list_lifetime = 5min;
inline constexpr auto discover_lifetime = 1h;

}  // namespace mcpssh::mcp::protocol
