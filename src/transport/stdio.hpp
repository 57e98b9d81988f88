#pragma once
#include <memory>

#include "base/task.hpp"
#include "base/unique_fd.hpp"
#include "mcp/message_stream.hpp"

namespace mcpssh::transport {

/// The descriptors MCP speaks on after `claim_stdio`.
struct StdioDescriptors {
  base::UniqueFd in;
  base::UniqueFd out;
};

/// Saves fd 0 and 1 for MCP, then points 0 at /dev/null and 1 at stderr, so
/// that no stray print of any library can ever reach the client. Call first
/// thing in main, before threads. Throws Error(io_error).
StdioDescriptors claim_stdio();

/// Newline-framed messages over two blocking descriptors of any kind (pipe,
/// socket, terminal, file), each served by its own thread so that the
/// descriptors' flags, which the parent may share, stay untouched. CR LF is
/// accepted, a message over limits::message_bytes is skipped to its newline and
/// thrown once by read() as Error(limit_reached), and a last line without a
/// newline counts. write() returns when the message is written; a peer that is
/// gone is Error(connection_lost) and never a signal (main ignores SIGPIPE too,
/// for what else it writes). Cancelling a read loses nothing; a message whose
/// write was cancelled may still be written. The last owner must let go before
/// the executor's context dies; its destructor wakes and joins the threads.
std::shared_ptr<mcp::MessageStream> stdio_stream(base::Executor executor, StdioDescriptors descriptors);

}  // namespace mcpssh::transport
