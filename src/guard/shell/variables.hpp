#pragma once
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// What setting an environment variable means to the programs that read it.
enum class Variable {
  plain,
  command,  ///< its value is run (PAGER, GIT_SSH_COMMAND)
  loads,    ///< programs load code or options that run code from it (LD_PRELOAD, BASH_ENV)
  path      ///< places where programs and libraries are looked for (PATH, PYTHONPATH)
};
Variable variable_of(std::string_view name);

/// Whether a list of places holds one that anybody may fill: /tmp, the current directory, one not known. What
/// the list had before ($PATH) may stand in it.
bool leads_astray(const Field& places);

}  // namespace mcpssh::guard
