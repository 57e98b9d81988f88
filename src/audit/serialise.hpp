#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/record.hpp"
#include "audit/redactor.hpp"
#include "base/clock.hpp"

namespace mcpssh::audit {

/// When a record was handed over, by both clocks: a jump of the wall clock shows against the other one.
struct Stamp {
  std::string ts;             ///< RFC 3339, UTC, microseconds
  std::uint64_t mono_us = 0;  ///< since some point that is fixed while the machine runs

  static Stamp now(const base::Clock& clock);
};

/// The line of `record` without the chain and without its closing brace, pure ASCII. A string that is not
/// UTF-8 appears twice: readable under its name and exact under name_base64.
std::string serialise(const Record& record, const Stamp& stamp, std::string_view instance,
                      const Redactor& redactor);

/// `text` as the inside of a JSON string, ASCII only. `text` must be UTF-8.
std::string escape_json(std::string_view text);

}  // namespace mcpssh::audit
