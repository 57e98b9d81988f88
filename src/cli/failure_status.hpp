#pragma once
#include "base/error.hpp"
#include "base/faults.hpp"

namespace mcpssh::cli {

/// EX_CONFIG of sysexits.h.
inline constexpr int bad_configuration = 78;

/// The exit status of a command that ended with this: a configuration that makes no sense, that was named and
/// is not there, that cannot be read, or that others can write, is told from all else.
inline int failure_status(const base::Error& error) {
  const bool configuration =
      error.code() == base::ErrorCode::invalid_config || error.fault() == base::Fault::config_missing ||
      error.fault() == base::Fault::config_open || error.fault() == base::Fault::config_unreadable;
  return configuration ? bad_configuration : 1;
}

}  // namespace mcpssh::cli
