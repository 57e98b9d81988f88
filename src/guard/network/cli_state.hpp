#pragma once
#include <cstdint>
#include <string>

namespace mcpssh::guard {

/// Where the lines before left the command line of a device. A value; empty at the start of a session.
struct CliState {
  enum class Mode : std::uint8_t {
    command,        ///< where show works; a line that means nothing there is read as configuration
    configuration,  ///< behind "configure terminal", "system-view", "config"
    either          ///< after "exit": a line means the strictest of both
  };
  Mode mode = Mode::command;
  std::string section =
      {};                  ///< what following lines belong to: "interface vlan1", "system admin", "/ip/route"
  std::string until = {};  ///< inside a banner: the text that ends it
  std::string open = {};   ///< the unfinished part of a statement that goes on in the next line
  bool operator==(const CliState&) const = default;
};

}  // namespace mcpssh::guard
