#pragma once
#include <string>

#include "base/error.hpp"

namespace mcpssh::hosts {

/// What the work throws, in one line; "no error" when it does not.
template <class Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace mcpssh::hosts
