#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "ssh/bench.hpp"
#include "support/hostile_server.hpp"

namespace mcpssh::test {

/// Text with everything in it that could move a terminal or fool a reader.
inline const std::string poison =
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0gLXJm\x1b\\\x9b"
    "31m\xc2\x9b"
    "1m\x08\x08\r\nroot# \xe2\x80\xae"
    "txt.exe\xe2\x81\xa6\xe2\x80\x8b\xff\xfe";

/// Fails the test unless `text` is one line that a terminal and a reader take for what it is.
void expect_clean_line(const std::string& text);

/// Resident memory at its highest since the constructor, over what it was then.
class MemoryPeak {
 public:
  MemoryPeak();
  /// What a hostile server may cost us (reliability.md S6). Sanitizers keep what was freed.
  void expect_bounded() const;

 private:
  std::size_t before_ = 0;
};

/// A client in this process against a server that means it no good.
class Hostile : public testing::Test {
 protected:
  static constexpr auto login_limit = std::chrono::seconds(3);

  /// Logs in with a key, without a shell probe: these servers have none.
  [[nodiscard]] ssh::Target target_of(const HostileServer& server) const;
  std::shared_ptr<ssh::Connection> open(const HostileServer& server) {
    return loop_.run(ssh::Connection::open(target_of(server)));
  }

  /// Opens a connection, which must fail in time, cheaply, and with a clean line that names host and step.
  base::Error refusal_of(HostileServer::Script script);
  base::Error refusal_of(const HostileServer& server, ssh::Target target);

  TempDir directory_;
  Loop loop_;
  const ClientKey key_ = make_client_key(directory_.path() / "key");
};

}  // namespace mcpssh::test
