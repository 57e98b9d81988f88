#pragma once
#include <string>

#include "cli/hosts/manager/screen.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::cli::manager {

enum class Wish { add, edit, remove, test, trust, import, leave };

struct Choice {
  Wish wish = Wish::leave;
  std::string host;  ///< the marked one; empty when there is none
};

/// The hosts in columns; `marked` is where the mark stands at first. Throws Interrupted.
Choice choose(Screen& screen, const hosts::Snapshot& snapshot, const std::string& marked);

}  // namespace mcpssh::cli::manager
