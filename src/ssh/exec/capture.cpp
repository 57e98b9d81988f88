#include "ssh/exec/capture.hpp"

#include <algorithm>

#include "ssh/exec/remote_command.hpp"

namespace mcpssh::ssh {
namespace {

constexpr std::size_t max_bytes = 4096;

void append_bounded(std::string& kept, std::string_view bytes) {
  kept += bytes.substr(0, max_bytes - std::min(max_bytes, kept.size()));
}

}  // namespace

base::Task<Captured> capture(std::shared_ptr<SessionChannels> channels, CommandShell shell,
                             ExecRequest request) {
  Captured captured;
  Sink keep = [&captured](std::string_view bytes, bool is_stderr) {
    append_bounded(is_stderr ? captured.err : captured.out, bytes);
  };
  RemoteCommand command(channels, shell, std::move(request), std::move(keep));
  if (!command.take_spare()) co_await command.open();
  command.send();
  channels->refill();
  for (;;) {
    command.attend();
    if (command.refused())
      throw base::Error(base::ErrorCode::channel_failed,
                        "the host refuses to run a command: " + channels->driver()->last_error());
    if (command.channel().closed()) break;
    channels->driver()->throw_if_ended();
    co_await command.wait();
  }
  captured.exit_code = command.channel().exit_code();
  co_return captured;
}

}  // namespace mcpssh::ssh
