#include "guard/network/looks.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mcpssh::guard {
namespace {

/// A word shortened to `least` letters or more.
bool is(std::string_view typed, std::string_view whole, std::size_t least) {
  return typed.size() >= least && whole.starts_with(typed);
}

bool among(std::string_view word, std::span<const std::string_view> list) {
  return std::ranges::find(list, word) != list.end();
}

bool any_of(CliWords words, std::span<const std::string_view> list) {
  return std::ranges::any_of(words, [&](const CliWord& word) { return among(word.lower, list); });
}

/// Without "/force", "-r", "vrf management", "no-prompt" and their kin.
std::vector<std::string_view> operands_of(CliWords words) {
  constexpr std::array<std::string_view, 10> flags{"no-prompt", "force", "recursive", "noconfirm",   "quiet",
                                                   "from",      "to",    "config",    "best-effort", "file"};
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string_view word = words[at].lower;
    const bool drive = word.size() > 3 && word.starts_with('/') && word.find('/', 1) != word.npos;
    if (word == "vrf" || word == "use-vrf")
      ++at;
    else if ((!word.starts_with('/') || drive) && !word.starts_with('-') && !among(word, flags))
      out.push_back(word);
  }
  return out;
}

std::string_view file_name(std::string_view path) {
  const auto end = path.find_last_of(":/");
  return end == path.npos ? path : path.substr(end + 1);
}

bool is_running(std::string_view path) {
  const auto name = file_name(path);
  return is(name, "running-config", 1) || is(name, "running-configuration", 1) ||
         is(name, "system-config", 2);
}

bool is_startup(std::string_view path) {
  const auto name = file_name(path);
  return is(name, "startup-config", 2) || is(name, "startup-configuration", 2) || path == "nvram:" ||
         path == "config";
}

/// What the device starts with, or all of its files.
std::string_view catastrophe_of(std::string_view path) {
  constexpr std::array<std::string_view, 9> configurations{"config.text", "vlan.dat",     "vrpcfg.zip",
                                                           "vrpcfg.cfg",  "startup.cfg",  "config.boot",
                                                           "startup.mdb", "juniper.conf", "juniper.conf.gz"};
  constexpr std::array<std::string_view, 11> images{".bin", ".swi", ".cc",  ".iso", ".img",         ".pkg",
                                                    ".ipe", ".app", ".spa", ".smu", "packages.conf"};
  const auto name = file_name(path);
  if (name.empty() || name == "*" || name == "*.*") return "device.format";
  const bool startup = is_startup(path) || name.contains("startup-config") || name == "private-config" ||
                       among(name, configurations) || is(name, "running-config", 7);
  if (startup) return "device.erase-startup";
  const bool image = std::ranges::any_of(images, [&](std::string_view end) { return name.ends_with(end); });
  return image ? "device.erase-image" : std::string_view();
}

}  // namespace

bool is_remote(std::string_view path) {
  constexpr std::array<std::string_view, 12> protocols{
      "tftp", "ftp", "sftp", "scp", "rcp", "http", "https", "ymodem", "xmodem", "zmodem", "smb", "remote"};
  const auto colon = path.find(':');
  const auto scheme = path.substr(0, colon);
  if (among(scheme, protocols)) return true;
  return colon != path.npos && (path.substr(0, colon).contains('@') || path.substr(colon).starts_with("://"));
}

std::string_view copy_rule(CliWords rest, CliWords, const CliState&) {
  const auto operands = operands_of(rest);
  if (operands.size() < 2) return "device.transfer";
  const auto from = operands[0];
  const auto into = operands[1];
  const bool nothing = from == "null:" || from == "null" || from == "/dev/null" || from == "/dev/zero";
  if (nothing && (is_startup(into) || !catastrophe_of(into).empty())) return "device.erase-startup";
  if (is_remote(from)) return is_running(into) || is_startup(into) ? "device.replace" : "device.transfer";
  if (is_remote(into)) return "device.transfer";
  if (is_running(into)) return "device.replace";
  if (is_startup(into)) return is_running(from) ? "device.configure" : "device.replace";
  // A copy of the configuration under a new name is a backup; over an image, it is the end of the image.
  return catastrophe_of(into) == "device.erase-image" ? "device.boot" : "device.write-file";
}

std::string_view delete_rule(CliWords rest, CliWords, const CliState&) {
  const auto operands = operands_of(rest);
  for (const auto operand : operands) {
    const auto worst = catastrophe_of(operand);
    if (!worst.empty()) return worst;
  }
  return "device.remove-file";
}

std::string_view capture_rule(CliWords rest, CliWords, const CliState&) {
  for (std::size_t at = 0; at + 1 < rest.size(); ++at)
    if (is(rest[at].lower, "export", 2))
      return is_remote(rest[at + 1].lower) ? "device.transfer" : "device.write-file";
  return "device.operate";
}

std::string_view save_rule(CliWords rest, CliWords, const CliState&) {
  const auto operands = operands_of(rest);
  if (std::ranges::any_of(operands, is_remote)) return "device.transfer";
  return operands.empty() ? "device.configure" : "device.write-file";
}

std::string_view show_file_rule(CliWords rest, CliWords, const CliState&) {
  constexpr std::array<std::string_view, 10> secrets{"private-config", "shadow",        "passwd", ".pem",
                                                     ".p12",           ".key",          ".pfx",   "id_rsa",
                                                     "id_ed25519",     "system:running"};
  const bool secret = std::ranges::any_of(rest, [&](const CliWord& word) {
    return std::ranges::any_of(secrets, [&](std::string_view part) { return word.lower.contains(part); });
  });
  return secret ? "device.secret" : "read";
}

std::string_view trunk_rule(CliWords rest, CliWords, const CliState&) {
  const bool adds = !rest.empty() && (is(rest[0].lower, "add", 1) || is(rest[0].lower, "all", 2));
  return adds ? "device.configure" : "device.outage";
}

std::string_view address_rule(CliWords, CliWords, const CliState& state) {
  constexpr std::array<std::string_view, 12> management{
      "interface mgmt",  "interface management", "interface ma",      "interface meth",
      "interface vlan1", "interface vlan 1",     "interface mgmteth", "interface oob",
      "interface vl1",   "interface vlanif1",    "interface me0",     "interface fxp0"};
  const std::string_view section = state.section;
  const bool managed = std::ranges::any_of(management, [&](std::string_view name) {
    const bool number = name.ends_with('1');
    return number ? section == name : section.starts_with(name);
  });
  return managed ? "device.outage" : "device.configure";
}

std::string_view soft_reset_rule(CliWords rest, CliWords, const CliState&) {
  constexpr std::array<std::string_view, 7> soft{
      "soft", "soft-inbound", "counters", "statistics", "refresh", "flap-statistics", "soft-minimum-igp"};
  return any_of(rest, soft) ? "device.operate" : "device.outage";
}

std::string_view clear_rule(CliWords rest, CliWords, const CliState&) {
  constexpr std::array<std::string_view, 8> harmless{"counters", "counter", "statistics", "statistic",
                                                     "stats",    "count",   "hit-counts", "hitcount"};
  return any_of(rest, harmless) ? "device.operate" : "device.outage";
}

std::string_view shutdown_inside_rule(CliWords rest, CliWords, const CliState&) {
  const bool stops = std::ranges::any_of(rest, [](const CliWord& word) {
    return is(word.lower, "shutdown", 4) || is(word.lower, "disable", 4);
  });
  return stops ? "device.outage" : "device.configure";
}

std::string_view route_rule(CliWords rest, CliWords, const CliState&) {
  bool everything = false;
  bool nowhere = false;
  for (const CliWord& word : rest) {
    everything = everything || word.lower == "0.0.0.0" || word.lower == "0.0.0.0/0" || word.lower == "::/0";
    nowhere = nowhere || word.lower == "null0" || word.lower == "null" || word.lower == "blackhole";
  }
  return everything && nowhere ? "device.outage" : "device.configure";
}

std::string_view access_list_rule(CliWords rest, CliWords, const CliState&) {
  int any = 0;
  bool denies = false;
  bool narrow = false;
  for (const CliWord& word : rest) {
    denies = denies || is(word.lower, "deny", 3);
    any += word.lower == "any" || word.lower == "any4" || word.lower == "any6" ? 1 : 0;
    narrow =
        narrow || word.lower == "tcp" || word.lower == "udp" || word.lower == "icmp" || word.lower == "host";
  }
  const bool standard = rest.size() <= 4 && any == 1;
  return denies && !narrow && (any == 2 || standard) ? "device.outage" : "device.configure";
}

std::string_view community_rule(CliWords rest, CliWords, const CliState&) {
  constexpr std::array<std::string_view, 6> write{"rw",      "read-write", "unrestricted", "network-admin",
                                                  "manager", "write"};
  return any_of(rest, write) ? "device.user" : "device.configure";
}

std::string_view listing_rule(CliWords rest, CliWords, const CliState&) {
  constexpr std::array<std::string_view, 29> reads{
      "list",        "status",     "stat",      "show",    "info",        "summary", "stats",  "dump",
      "detail",      "sysinfo",    "top",       "read",    "versions",    "get",     "memory", "nic",
      "performance", "deviceinfo", "pciconfig", "top-mem", "top-summary", "history", "count",  "lease-list",
      "version",     "display",    "check",     "lookup",  "state"};
  constexpr std::array<std::string_view, 16> changes{
      "clear", "flush", "kill",  "delete", "reset",   "restart", "down",  "up",
      "set",   "add",   "write", "format", "disable", "enable",  "purge", "remove"};
  return any_of(rest, reads) && !any_of(rest, changes) ? "read" : "device.unknown-word";
}

}  // namespace mcpssh::guard
