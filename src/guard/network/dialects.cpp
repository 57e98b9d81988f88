#include "guard/network/dialects.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/network/cisco.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::string_view cisco_safer =
    "\"reload in 10\" before and \"reload cancel\" after, or \"configure terminal revert timer 5\" where "
    "there is an archive";

const CommandTree& cisco_first() {
  static const CommandTree tree{cisco_commands()};
  return tree;
}

const CommandTree& cisco_second() {
  static const CommandTree tree{cisco_words(), cisco_configuration()};
  return tree;
}

const CommandTree& cisco_third() {
  static const CommandTree tree{cisco_negation()};
  return tree;
}

const CommandTree& asa_first() {
  static const CommandTree tree{cisco_commands(), asa_commands()};
  return tree;
}

const CommandTree& asa_second() {
  static const CommandTree tree{cisco_words(), cisco_configuration(), asa_configuration()};
  return tree;
}

const CommandTree& switch_first() {
  static const CommandTree tree{cisco_commands(), switch_commands()};
  return tree;
}

const CommandTree& switch_second() {
  static const CommandTree tree{cisco_words(), cisco_configuration(), switch_configuration()};
  return tree;
}

NetworkDialect cisco_like(std::string_view platforms, std::string_view safer) {
  NetworkDialect out{.platforms = platforms,
                     .lexis = {},
                     .commands = cisco_first,
                     .configuration = cisco_second,
                     .negation = cisco_third};
  out.safer = safer;
  return out;
}

/// "cisco_*" takes all that begin so; names written out count first.
bool named(const NetworkDialect& dialect, std::string_view platform, bool whole) {
  for (const std::string_view name : base::split(dialect.platforms, ' ')) {
    if (whole ? name == platform
              : name.ends_with('*') && platform.starts_with(name.substr(0, name.size() - 1)))
      return true;
  }
  return false;
}

}  // namespace

const NetworkDialect& cisco_dialect() {
  static const NetworkDialect dialect = cisco_like(
      "cisco_ios cisco_iosxe cisco_xe cisco_xr cisco_iosxr cisco_ios_xr cisco ios iosxe iosxr frr frr_vtysh "
      "quagga "
      "ruijie_os cisco_* extreme_vsp extreme_nos extreme_slx extreme_voss brocade_* ruckus_* "
      "allied_telesis_awplus dlink_* tplink_* zyxel_* netgear_*",
      cisco_safer);
  return dialect;
}

const NetworkDialect& nxos_dialect() {
  static const NetworkDialect dialect = [] {
    NetworkDialect out = cisco_like(
        "cisco_nxos nxos cisco_nxos_ssh nexus cisco_nx_os",
        "\"checkpoint before\" first, \"rollback running-config checkpoint before\" takes it back");
    out.cuts_text = true;
    return out;
  }();
  return dialect;
}

const NetworkDialect& eos_dialect() {
  static const NetworkDialect dialect = [] {
    NetworkDialect out = cisco_like(
        "arista_eos arista eos arista_*",
        "\"configure session x\" and \"commit timer 00:05:00\", which goes back unless it is committed");
    out.is_shell = false;
    return out;
  }();
  return dialect;
}

const NetworkDialect& asa_dialect() {
  static const NetworkDialect dialect = [] {
    NetworkDialect out = cisco_like("cisco_asa asa cisco_ftd cisco_firepower",
                                    "\"reload in 10\" before, \"reload cancel\" after");
    out.commands = asa_first;
    out.configuration = asa_second;
    out.one_line_banners = true;
    return out;
  }();
  return dialect;
}

const NetworkDialect& switch_dialect() {
  static const NetworkDialect dialect = [] {
    NetworkDialect out = cisco_like(
        "hp_procurve procurve aruba_osswitch aruba_os aruba_aoscx aruba_cx aruba aruba_* hp_* hpe_* "
        "dell_os10 dell_os6 dell_os9 dell_* "
        "dell_force10 dell_powerconnect ubiquiti_edgeswitch unifi_switch broadcom_fastpath",
        "\"checkpoint auto 5\" or \"reload after 10\" before, which goes back unless it is confirmed");
    out.commands = switch_first;
    out.configuration = switch_second;
    out.lexis.comments = "!#;";
    return out;
  }();
  return dialect;
}

std::span<const NetworkDialect* const> all_dialects() {
  static const std::array<const NetworkDialect*, 12> all{
      &nxos_dialect(),    &eos_dialect(),   &asa_dialect(),  &switch_dialect(),
      &cisco_dialect(),   &junos_dialect(), &vyos_dialect(), &panos_dialect(),
      &fortios_dialect(), &vrp_dialect(),   &exos_dialect(), &sros_dialect()};
  return all;
}

const NetworkDialect* find_dialect(std::string_view platform) {
  if (platform.empty()) return nullptr;
  for (const bool whole : {true, false})
    for (const NetworkDialect* dialect : all_dialects())
      if (named(*dialect, platform, whole)) return dialect;
  return nullptr;
}

bool is_routeros(std::string_view platform) {
  return platform.starts_with("mikrotik") || platform.starts_with("routeros");
}

bool is_posix_platform(std::string_view platform) {
  constexpr std::array<std::string_view, 7> shells{"openwrt",       "busybox", "linux", "cumulus",
                                                   "cumulus_linux", "dd_wrt",  "sonic"};
  return std::ranges::find(shells, platform) != shells.end();
}

}  // namespace mcpssh::guard
