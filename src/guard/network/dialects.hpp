#pragma once
#include <span>
#include <string_view>

#include "guard/network/cli_lexer.hpp"
#include "guard/network/command_tree.hpp"
#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// The command line of a family of network devices.
struct NetworkDialect {
  std::string_view platforms;  ///< names of hosts.yaml, between blanks; "cisco_*": all that begin so
  CliLexis lexis;
  const CommandTree& (*commands)();
  const CommandTree& (*configuration)();
  const CommandTree& (*negation)() = nullptr;  ///< what follows "no" or "undo"; else "device.remove"
  std::span<const Row> (*paths)() =
      nullptr;                  ///< what statements ("set ...") may touch beside "device.configure"
  std::string_view safer = {};  ///< how to try a change that undoes itself, for refusals
  bool cuts_text = false;       ///< ";" ends a line even inside a description
  bool is_shell = false;        ///< words of no row are commands of a POSIX shell (vbash)
  bool one_line_banners = false;
};

/// Nothing when no dialect has the platform.
const NetworkDialect* find_dialect(std::string_view platform);
/// For hosts whose platform nobody named: what one of these forbids, none may do.
std::span<const NetworkDialect* const> all_dialects();
/// RouterOS has a grammar of its own; see routeros.hpp.
bool is_routeros(std::string_view platform);
/// Devices whose command line is a POSIX shell (OpenWrt, Cumulus).
bool is_posix_platform(std::string_view platform);

/// The families, each with its tables.
const NetworkDialect& cisco_dialect();
const NetworkDialect& asa_dialect();
const NetworkDialect& nxos_dialect();
const NetworkDialect& eos_dialect();
const NetworkDialect& switch_dialect();
const NetworkDialect& junos_dialect();
const NetworkDialect& vyos_dialect();
const NetworkDialect& panos_dialect();
const NetworkDialect& fortios_dialect();
const NetworkDialect& vrp_dialect();
const NetworkDialect& exos_dialect();
const NetworkDialect& sros_dialect();

}  // namespace mcpssh::guard
