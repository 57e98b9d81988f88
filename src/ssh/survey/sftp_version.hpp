#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "base/task.hpp"
#include "ssh/connection.hpp"

namespace mcpssh::ssh {

/// The version in an SSH_FXP_VERSION (draft-ietf-secsh-filexfer-02 section 4) at the start of `received`.
/// Error(protocol_error) for anything else; nothing while it is not all there. Pure.
std::expected<std::optional<std::uint32_t>, base::Error> parse_sftp_version(std::string_view received);

/// Opens the host's sftp subsystem, says hello, and closes it again: the protocol version it speaks. On the
/// connection's executor. Throws Error(channel_failed) when there is none, Error(protocol_error) when what
/// answers is no SFTP server (a login script that prints something), Error(timed_out),
/// Error(connection_lost).
base::Task<std::uint32_t> sftp_version(std::shared_ptr<Connection> connection,
                                       std::chrono::milliseconds timeout);

}  // namespace mcpssh::ssh
