#include "lab/show.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace mcpssh::lab::show {
namespace {

std::string short_name(const std::string& name) {
  return name.starts_with("GigabitEthernet") ? "Gi" + name.substr(15) : name;
}

bool is_vlan(const Port& port) {
  return port.name.starts_with("Vlan");
}

void add_port(Lines& lines, const Port& port) {
  lines.push_back("interface " + port.name);
  if (!port.description.empty()) lines.push_back(" description " + port.description);
  if (is_vlan(port)) {
    lines.emplace_back(" ip address 192.0.2.10 255.255.255.0");
  } else if (port.trunk) {
    lines.emplace_back(" switchport trunk allowed vlan 1,10,20");
    lines.emplace_back(" switchport mode trunk");
  } else {
    lines.push_back(fmt::format(" switchport access vlan {}", port.vlan));
    lines.emplace_back(" switchport mode access");
    lines.emplace_back(" spanning-tree portfast");
  }
  if (port.shut_down) lines.emplace_back(" shutdown");
  lines.emplace_back("!");
}

Lines config_body(const SwitchConfig& config) {
  Lines lines{"!",
              "version 15.2",
              "no service pad",
              "service timestamps debug datetime msec",
              "service timestamps log datetime msec",
              "service password-encryption",
              "!",
              "hostname " + config.hostname,
              "!",
              "no ip domain-lookup",
              "spanning-tree mode rapid-pvst",
              "!",
              "vlan 10",
              " name users",
              "!",
              "vlan 20",
              " name phones",
              "!"};
  for (std::size_t i = 1; i < config.ports.size(); ++i) add_port(lines, config.ports[i]);
  add_port(lines, config.ports.front());
  for (const char* line : {"ip default-gateway 192.0.2.1", "ip ssh version 2", "!", "line con 0",
                           "line vty 0 4", " login local", " transport input ssh", "!", "end"})
    lines.emplace_back(line);
  return lines;
}

std::size_t bytes_of(const Lines& lines) {
  std::size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size() + 1;
  return bytes;
}

Lines with_heading(Lines heading, Lines body) {
  heading.insert(heading.end(), std::make_move_iterator(body.begin()), std::make_move_iterator(body.end()));
  return heading;
}

std::string status_of(const Port& port) {
  if (port.shut_down) return "disabled";
  return port.connected ? "connected" : "notconnect";
}

}  // namespace

Lines version(const SwitchConfig& config) {
  return {"Lab IOS Software, simulated switch (LAB-LITE-M), Version 15.2(7)E9, RELEASE SOFTWARE (fc1)",
          "This is a simulation for demonstrations and tests; no such device exists.",
          "",
          "ROM: Bootstrap program is simulated",
          "",
          config.hostname + " uptime is 1 week, 2 days, 3 hours, 4 minutes",
          "System returned to ROM by power-on",
          "System image file is \"flash:/lab-lite-mz.152-7.E9.bin\"",
          "",
          "cisco LAB-2960X-24 (simulated) processor with 524288K bytes of memory.",
          "Processor board ID LAB00000001",
          "1 Virtual Ethernet interface",
          fmt::format("{} Gigabit Ethernet interfaces", config.ports.size() - 1),
          "",
          "Configuration register is 0xF",
          ""};
}

Lines running_config(const SwitchConfig& config) {
  Lines body = config_body(config);
  const std::size_t bytes = bytes_of(body);
  return with_heading(
      {"Building configuration...", "", fmt::format("Current configuration : {} bytes", bytes)},
      std::move(body));
}

Lines startup_config(const std::optional<SwitchConfig>& saved) {
  if (!saved) return {"startup-config is not present"};
  Lines body = config_body(*saved);
  const std::size_t bytes = bytes_of(body);
  return with_heading({fmt::format("Using {} out of 524288 bytes", bytes)}, std::move(body));
}

Lines ip_interface_brief(const SwitchConfig& config) {
  const auto row = [](std::string_view name, std::string_view address, std::string_view ok,
                      std::string_view method, std::string_view status, std::string_view protocol) {
    return fmt::format("{:<22} {:<15} {:<3} {:<6} {:<21} {}", name, address, ok, method, status, protocol);
  };
  Lines lines{row("Interface", "IP-Address", "OK?", "Method", "Status", "Protocol")};
  for (const Port& port : config.ports) {
    const bool up = port.connected && !port.shut_down;
    const std::string_view status = port.shut_down ? "administratively down" : up ? "up" : "down";
    lines.push_back(row(port.name, is_vlan(port) ? "192.0.2.10" : "unassigned", "YES",
                        is_vlan(port) ? "NVRAM" : "unset", status, up ? "up" : "down"));
  }
  return lines;
}

Lines interfaces_status(const SwitchConfig& config) {
  const auto row = [](std::string_view port, std::string_view name, std::string_view status,
                      std::string_view vlan, std::string_view duplex, std::string_view speed,
                      std::string_view type) {
    return fmt::format("{:<9} {:<18.18} {:<12} {:<10} {:>6} {:>6} {}", port, name, status, vlan, duplex,
                       speed, type);
  };
  Lines lines{"", row("Port", "Name", "Status", "Vlan", "Duplex", "Speed", "Type")};
  for (const Port& port : config.ports) {
    if (is_vlan(port)) continue;
    const bool up = port.connected && !port.shut_down;
    lines.push_back(row(short_name(port.name), port.description, status_of(port),
                        port.trunk ? "trunk" : std::to_string(port.vlan), up ? "a-full" : "auto",
                        up ? "a-1000" : "auto", "10/100/1000BaseTX"));
  }
  return lines;
}

Lines vlan_brief(const SwitchConfig& config) {
  Lines lines{"", fmt::format("{:<4} {:<32} {:<9} {}", "VLAN", "Name", "Status", "Ports"),
              fmt::format("{:-<4} {:-<32} {:-<9} {:-<31}", "", "", "", "")};
  struct Vlan {
    unsigned number;
    const char* name;
  };
  for (const Vlan& vlan : {Vlan{1, "default"}, Vlan{10, "users"}, Vlan{20, "phones"}}) {
    std::string ports;
    for (const Port& port : config.ports)
      if (!is_vlan(port) && !port.trunk && port.vlan == vlan.number)
        ports += (ports.empty() ? "" : ", ") + short_name(port.name);
    lines.push_back(fmt::format("{:<4} {:<32} {:<9} {}", vlan.number, vlan.name, "active", ports));
  }
  return lines;
}

Lines clock(base::WallTime now) {
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::tm utc = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
  return {fmt::format("*{:%H:%M:%S}.{:03} UTC {:%a %b} {} {:%Y}", utc, (milliseconds - seconds).count(), utc,
                      utc.tm_mday, utc)};
}

}  // namespace mcpssh::lab::show
