#pragma once
#include <string_view>

#include "guard/shell/field.hpp"

namespace mcpssh::guard {

/// What setting an environment variable means to the programs that read it.
enum class Variable {
  plain,
  command,   ///< its value is run (PAGER, GIT_SSH_COMMAND)
  loads,     ///< programs load code or options that run code from it (LD_PRELOAD, BASH_ENV)
  options,   ///< options of a program, few of which do no harm (NODE_OPTIONS)
  path,      ///< places where programs and libraries are looked for (PATH, PYTHONPATH)
  settings,  ///< where settings, keys and trusted certificates are read (KUBECONFIG, HOME)
  address,   ///< the host that is asked to do the work (DOCKER_HOST)
};
Variable variable_of(std::string_view name);

/// A variable of the shell that holds a number whatever happens ($RANDOM, $SECONDS).
bool is_counter(std::string_view name);

/// Commands that get a host and what runs there behind what the variable says (GIT_SSH_COMMAND).
bool names_remote_shell(std::string_view name);

/// Whether a list of places holds one that anybody may fill: /tmp, the current directory, one not known. What
/// the list had before ($PATH) may stand in it.
bool leads_astray(const Field& places);

/// Whether settings are read from where anybody may put them: /tmp, the current directory, a place not known.
/// A list of places may stand there too.
bool strays_from_settings(const Field& places);

/// Whether a variable of the kind `options` holds nothing but ones that only tune.
bool only_tunes(const Field& options);

}  // namespace mcpssh::guard
