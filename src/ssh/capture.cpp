#include "ssh/capture.hpp"

#include <algorithm>

#include "ssh/channel.hpp"

namespace mcpssh::ssh {
namespace {

constexpr std::size_t max_bytes = 4096;

void append_bounded(std::string& kept, std::string_view bytes) {
  kept += bytes.substr(0, max_bytes - std::min(max_bytes, kept.size()));
}

}  // namespace

base::Task<Captured> capture(std::shared_ptr<Driver> driver, std::string command) {
  Captured captured;
  Sink keep = [&captured](std::string_view bytes, bool is_stderr) {
    append_bounded(is_stderr ? captured.err : captured.out, bytes);
  };
  Channel channel(driver, std::move(keep));
  co_await channel.open();
  co_await channel.request_exec(std::move(command));
  while (!channel.closed() && driver->alive()) co_await channel.changed().wait();
  if (!channel.closed()) driver->throw_if_ended();
  captured.exit_code = channel.exit_code();
  co_return captured;
}

}  // namespace mcpssh::ssh
