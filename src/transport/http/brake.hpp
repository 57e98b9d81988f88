#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "transport/http.hpp"

namespace mcpssh::transport {

/// Slows down who guesses tokens. After `bad_tokens` different wrong ones from one address within
/// `bad_token_window` the address is blocked, each time twice as long, up to a day. One wrong token sent over
/// and over is a client with a wrong configuration and counts once, and a token that was right from this
/// address before goes on being taken, so nobody blocks his neighbour out. Knows tokens by their SHA-256
/// only. Remembers at most `most` addresses.
class Brake {
 public:
  static constexpr std::size_t most = 10'000;

  Brake(const HttpLimits& limits, base::Clock clock);

  /// How long a request from `address` with this token (empty: without one) is still refused; zero: not at
  /// all.
  [[nodiscard]] std::chrono::seconds blocked(const std::string& address, const std::string& token) const;
  void right(const std::string& address, const std::string& token);
  /// True for one that counts: it was not among the latest ones.
  bool wrong(const std::string& address, const std::string& token);

 private:
  struct Guess {
    std::string digest;
    base::MonoTime when;
  };
  struct Entry {
    std::vector<Guess> guesses;      ///< different ones within the window
    std::vector<std::string> right;  ///< digests, the last few
    base::MonoTime blocked_until{};
    std::chrono::seconds block{};  ///< length of the last one
    base::MonoTime touched{};
  };
  Entry& entry(const std::string& address);

  const HttpLimits& limits_;
  base::Clock clock_;
  std::map<std::string, Entry> entries_;
};

/// SHA-256 of `text`, 32 bytes.
std::string sha256(const std::string& text);

}  // namespace mcpssh::transport
