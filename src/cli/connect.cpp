// mcp-ssh connect: a client's stdio to a running service, byte for byte.
#include <sys/socket.h>

#include <atomic>
#include <exception>
#include <thread>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "cli/commands.hpp"
#include "cli/service/local_service.hpp"
#include "transport/local/blocking_io.hpp"
#include "transport/local/local_socket.hpp"
#include "transport/stdio.hpp"

namespace mcpssh::cli {
namespace {

/// Copies until the end of `from`, or until told to stop.
void copy(int from, int to, const transport::StopSignal& stop) {
  for (;;) {
    const auto bytes = transport::read_some(from, stop);
    if (bytes.empty()) return;
    transport::write_all(to, bytes, stop);
  }
}

}  // namespace

int connect(const std::string& socket) {
  const auto path = socket_path(socket);
  const auto service = transport::connect_local(path);
  const auto client = transport::claim_stdio();
  const transport::StopSignal stop;
  std::atomic<bool> service_ended = false;
  std::exception_ptr failure;
  std::thread answers([&] {
    try {
      copy(service.get(), client.out.get(), stop);
    } catch (...) {
      failure = std::current_exception();
    }
    service_ended = true;
    stop.raise();
  });
  bool client_ended = false;
  try {
    copy(client.in.get(), service.get(), stop);
    // The service answers what it can still answer, then closes.
    client_ended = !service_ended;
    if (client_ended) ::shutdown(service.get(), SHUT_WR);
  } catch (const base::Error&) {
    stop.raise();
  }
  answers.join();
  if (failure) std::rethrow_exception(failure);
  if (client_ended) return 0;
  throw base::Error(base::Fault::connection_lost,
                    "the mcp-ssh service on " + path.string() + " closed the connection",
                    "look into its log; your client has to start this command again");
}

}  // namespace mcpssh::cli
