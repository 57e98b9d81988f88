#include "lab/switch.hpp"

#include <algorithm>
#include <cctype>

namespace mcpssh::lab {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// "GigabitEthernet 1/0/1" apart: what abbreviates and what must be whole.
struct PortName {
  std::string kind, number;
};

PortName split_name(std::string_view text) {
  const std::size_t digit = text.find_first_of("0123456789");
  PortName name{lower(text.substr(0, digit)),
                digit == std::string_view::npos ? "" : std::string(text.substr(digit))};
  while (name.kind.ends_with(' ')) name.kind.pop_back();
  return name;
}

}  // namespace

SwitchConfig SwitchConfig::delivered() {
  SwitchConfig config{.hostname = "switch1", .ports = {}};
  Port management;
  management.name = "Vlan1";
  management.connected = true;
  config.ports.push_back(management);
  for (unsigned i = 1; i <= 24; ++i) {
    Port port;
    port.name = "GigabitEthernet1/0/" + std::to_string(i);
    port.vlan = i <= 8 ? 10 : i <= 16 ? 20 : 1;
    port.connected = i % 3 == 1 || i == 24;
    port.shut_down = i == 23;
    port.trunk = i == 24;
    config.ports.push_back(port);
  }
  config.ports[1].description = "printer, second floor";
  config.ports[24].description = "uplink to switch1# do not touch";
  return config;
}

const Port* SwitchConfig::find_port(std::string_view spelling) const {
  const PortName wanted = split_name(spelling);
  const auto matches = [&wanted](const Port& port) {
    const PortName name = split_name(port.name);
    return !wanted.kind.empty() && name.kind.starts_with(wanted.kind) && name.number == wanted.number;
  };
  const auto found = std::ranges::find_if(ports, matches);
  return found == ports.end() ? nullptr : &*found;
}

SwitchConfig Switch::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::optional<SwitchConfig> Switch::saved() const {
  const std::lock_guard lock(mutex_);
  return saved_;
}

void Switch::change(const std::function<void(SwitchConfig&)>& edit) {
  const std::lock_guard lock(mutex_);
  edit(running_);
}

void Switch::save() {
  const std::lock_guard lock(mutex_);
  saved_ = running_;
}

void Switch::erase_saved() {
  const std::lock_guard lock(mutex_);
  saved_.reset();
}

void Switch::reload() {
  const std::lock_guard lock(mutex_);
  running_ = saved_ ? *saved_ : SwitchConfig::delivered();
}

}  // namespace mcpssh::lab
