#pragma once
#include <string_view>

#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// Closer looks of rows (see Row::look): what the operands of a line make of it. Each gives the id of a rule.

/// "copy SOURCE TARGET" and its kin: saving is allowed, other hosts and what the device boots from ask.
std::string_view copy_rule(CliWords rest, CliWords all, const CliState& state);
/// "delete FILE": configurations, images and whole file systems are denied, other files ask.
std::string_view delete_rule(CliWords rest, CliWords all, const CliState& state);
/// "monitor capture CAP export FILE": to a file of the device or another host.
std::string_view capture_rule(CliWords rest, CliWords all, const CliState& state);
/// "save", "write file", "export": to a file of the device or another host.
std::string_view save_rule(CliWords rest, CliWords all, const CliState& state);
/// "more", "type", "file show": reading a file; private keys and passwords are secrets.
std::string_view show_file_rule(CliWords rest, CliWords all, const CliState& state);
/// "switchport trunk allowed vlan ...": "add" adds, everything else replaces.
std::string_view trunk_rule(CliWords rest, CliWords all, const CliState& state);
/// "ip address ...": on the interface the device is managed through, it locks out.
std::string_view address_rule(CliWords rest, CliWords all, const CliState& state);
/// "clear ip bgp ...": asks unless it is soft.
std::string_view soft_reset_rule(CliWords rest, CliWords all, const CliState& state);
/// "clear X": counters and statistics are only counted anew.
std::string_view clear_rule(CliWords rest, CliWords all, const CliState& state);
/// "... shutdown", "... disable": only when that word stands anywhere behind.
std::string_view shutdown_inside_rule(CliWords rest, CliWords all, const CliState& state);
/// "ip route 0.0.0.0 0.0.0.0 Null0": the default route into nothing.
std::string_view route_rule(CliWords rest, CliWords all, const CliState& state);
/// "access-list 1 deny any".
std::string_view access_list_rule(CliWords rest, CliWords all, const CliState& state);
/// "snmp-server community X RW".
std::string_view community_rule(CliWords rest, CliWords all, const CliState& state);
/// Commands of which only the words list, status, show, info ... read.
std::string_view listing_rule(CliWords rest, CliWords all, const CliState& state);

/// Whether `path` names a place on another host: "tftp://h/x", "scp:", "user@h:/x".
bool is_remote(std::string_view path);

}  // namespace mcpssh::guard
