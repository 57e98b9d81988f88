#pragma once
#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpssh::lab {

/// What a client's pty-req asked for (RFC 4254 section 6.2).
struct Terminal {
  std::string type = "dumb";
  unsigned columns = 80;
  unsigned rows = 24;
};

/// How a program ended: a status, or the signal that killed it.
struct Exit {
  int status = 0;
  int signal = 0;  ///< 0: it ended by itself
  bool core_dumped = false;
};

enum class Stream { out, err };

/// What runs in one channel. Belongs to the connection's thread; nothing here blocks. Destroying ends it.
class Program {
 public:
  virtual ~Program() = default;
  /// Takes what it can of `bytes` now and returns how many; the rest is offered again later.
  virtual std::size_t take_input(std::string_view bytes) = 0;
  /// The client will send no more.
  virtual void end_input() = 0;
  /// At most `max` bytes that are ready; empty when there are none yet, or no more ever.
  virtual std::string read(Stream stream, std::size_t max) = 0;
  /// Known once it has ended; output may still be waiting.
  virtual std::optional<Exit> exit() = 0;
  /// Ended, and every byte of output was read.
  [[nodiscard]] virtual bool finished() const = 0;
  virtual void resize(const Terminal& terminal) = 0;
  /// `name` as in RFC 4254 section 6.9, without "SIG".
  virtual void signal(std::string_view name) = 0;
  /// Appends what to wait for besides the network: output when `want_output`, room for input when
  /// `want_input`.
  virtual void add_waits(std::vector<pollfd>& waits, bool want_output, bool want_input) const = 0;
};

/// What lives behind one user name: makes the programs of its channels. Thread-safe. Each returns null to
/// refuse.
class Host {
 public:
  virtual ~Host() = default;
  virtual std::unique_ptr<Program> shell(const std::optional<Terminal>& terminal) const = 0;
  virtual std::unique_ptr<Program> exec(std::string_view command,
                                        const std::optional<Terminal>& terminal) const = 0;
  virtual std::unique_ptr<Program> subsystem(std::string_view name) const = 0;
};

}  // namespace mcpssh::lab
