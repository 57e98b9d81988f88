#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace mcpssh::test {

/// The network between a client and a server on loopback: a TCP relay on a thread of its own. What it does to
/// the bytes can be changed while they flow; every member may be called from any thread and has taken effect
/// when it returns. TCP's own handshake is with the relay, so it is neither delayed nor dropped.
class Relay {
 public:
  struct Options {
    std::chrono::milliseconds delay{};  ///< one way, each way
    std::size_t bytes_per_second = 0;   ///< each way; 0 = as fast as it goes
  };
  /// Listens on 127.0.0.1 and connects each client to 127.0.0.1:`to`.
  explicit Relay(std::uint16_t to) : Relay(to, Options()) {}
  Relay(std::uint16_t to, Options options);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  /// Closes everything.
  ~Relay();

  [[nodiscard]] std::uint16_t port() const;

  /// A black hole: nothing passes and nothing is closed, also of connections made later, until resume().
  void stall();
  /// What was held back passes on.
  void resume();
  void set_delay(std::chrono::milliseconds one_way);
  /// Closes the connections of now in good order (FIN). Later ones are relayed.
  void cut();
  /// Ends the connections of now with RST. Later ones are relayed.
  void reset();
  /// Resets every connection made from now on, until it is called with false.
  void reset_new(bool on);

  /// Connections made so far, and those open now.
  [[nodiscard]] std::size_t accepted() const;
  [[nodiscard]] std::size_t open() const;
  /// Bytes passed on so far.
  [[nodiscard]] std::uint64_t bytes_to_server() const;
  [[nodiscard]] std::uint64_t bytes_to_client() const;

 private:
  struct Network;
  class Flow;
  class Link;
  std::unique_ptr<Network> network_;
};

}  // namespace mcpssh::test
