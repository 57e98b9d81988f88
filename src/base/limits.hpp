#pragma once
#include <chrono>
#include <cstddef>

/// Every limit of the house that more than one room or a test needs to know, once, with unit and reason.
namespace mcpssh::base::limits {

using namespace std::chrono_literals;

/// One MCP message. Tool calls are small; what is bigger is a mistake or an attack.
inline constexpr std::size_t message_bytes = 4 * 1024 * 1024;
/// Nesting of one JSON document: real messages stay under 10.
inline constexpr std::size_t json_depth = 64;
/// One command line. Linux takes 128 KiB per argument; a longer one could not run.
inline constexpr std::size_t command_bytes = 64 * 1024;
/// Output shown to a model per stream before head and tail are cut: about 8 k tokens.
inline constexpr std::size_t output_bytes = 32 * 1024;
/// Calls in flight on one MCP connection; more are answered with an error.
inline constexpr std::size_t calls_in_flight = 256;
/// Session channels per connection. OpenSSH's MaxSessions is 10; one is kept for stopping commands.
inline constexpr std::size_t channels_per_connection = 9;
/// SSH connections to one host at once, and in all. Beyond them an action waits its turn.
inline constexpr std::size_t connections_per_host = 4;
inline constexpr std::size_t connections = 4096;
/// Session channels opened ahead on a POSIX host, so that a warm command costs one round trip.
inline constexpr std::size_t spare_channels = 2;
/// Failed connects in a row after which a host is left alone for a while.
inline constexpr int failures_before_backing_off = 5;
/// How long a tool call waits before it answers that the command runs on. Clients give up after 60 s.
inline constexpr auto answer_within = 45s;
/// How long running commands may go on after SIGTERM.
inline constexpr auto shutdown_grace = 30s;
/// Raw output kept per call for ssh_output, per stream, and of all calls together.
inline constexpr std::size_t kept_output_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t kept_outputs_bytes = 64 * 1024 * 1024;
/// Time to a usable TCP connection.
inline constexpr auto connect_timeout = 10s;
/// Time from TCP connect to logged in, so that a host that says nothing does not hang a call.
inline constexpr auto login_timeout = 30s;
/// Defaults of hosts.yaml's settings, as the original has them.
inline constexpr auto idle_timeout = 900s;
inline constexpr auto command_timeout = 60s;
/// Between TERM and KILL when a command is stopped.
inline constexpr auto stop_grace = 2s;

}  // namespace mcpssh::base::limits
