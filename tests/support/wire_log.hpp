#pragma once
#include <fstream>
#include <string_view>

namespace mcpssh::test {

/// What a client and a server said to each other, one JSON object a line, in a file of its own in the
/// directory $MCPSSH_WIRE_LOG, where it is judged by the protocol's schemas after the stories. Without that
/// variable, nothing.
class WireLog {
 public:
  WireLog();
  void client(std::string_view message) { note("client", message); }
  void server(std::string_view message) { note("server", message); }

 private:
  void note(std::string_view from, std::string_view message);
  std::ofstream file_;
};

}  // namespace mcpssh::test
