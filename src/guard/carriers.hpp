#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "guard/field.hpp"

namespace mcpssh::guard {

/// Commands that ordinary programs are told to run by one of their options.
struct Carried {
  std::vector<Field> code;           ///< shell code, to be read like any other
  std::vector<std::string> foreign;  ///< what cannot be read here: an editor's command, awk's system()
};

/// tar, git, rsync, man, editors, pagers, awk, zip, ssh options. Programs without such options carry nothing.
/// A small table: what it does not list is not looked for.
Carried carried_by(std::string_view program, const Fields& words);

}  // namespace mcpssh::guard
