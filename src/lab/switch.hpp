#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace mcpssh::lab {

struct Port {
  std::string name;         ///< "GigabitEthernet1/0/1"
  std::string description;  ///< empty: none
  unsigned vlan = 1;
  bool trunk = false;
  bool shut_down = false;
  bool connected = false;  ///< a cable with something alive at its end
  bool operator==(const Port&) const = default;
};

/// The part of the configuration that can be changed. A value.
struct SwitchConfig {
  std::string hostname;
  std::vector<Port> ports;  ///< one of them Vlan1
  bool operator==(const SwitchConfig&) const = default;

  /// As the factory of this lab delivers it: "switch1", 24 ports, one described with a text that looks like a
  /// prompt.
  static SwitchConfig delivered();
  /// Any unambiguous way to write a port: "gi1/0/1", "GigabitEthernet 1/0/1", "vl1". Null when there is none.
  [[nodiscard]] const Port* find_port(std::string_view spelling) const;
};

/// The simulated device behind all its consoles. Thread-safe.
class Switch {
 public:
  explicit Switch(base::Clock clock = {}) : clock_(std::move(clock)) {}

  [[nodiscard]] SwitchConfig running() const;
  /// Nothing after `write erase`.
  [[nodiscard]] std::optional<SwitchConfig> saved() const;
  void change(const std::function<void(SwitchConfig&)>& edit);
  void save();
  void erase_saved();
  /// Back to what was saved, or to the delivered state.
  void reload();
  [[nodiscard]] base::WallTime now() const { return clock_.wall(); }

 private:
  const base::Clock clock_;
  mutable std::mutex mutex_;
  SwitchConfig running_ = SwitchConfig::delivered();
  std::optional<SwitchConfig> saved_ = running_;
};

}  // namespace mcpssh::lab
