#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "guard/field.hpp"

namespace mcpssh::guard {

/// Tells of one finding: rule id and reason.
using Report = std::function<void(std::string_view rule, const std::string& reason)>;

/// What a program does by itself, by its built-in rule: rm, mkfs, dd, tee and the like, reboot and shutdown.
/// `words` is the whole command, `name` the program without its directory. Unknown programs say nothing.
void check_program(std::string_view name, const Fields& words, const Field& directory, const Report& report);

}  // namespace mcpssh::guard
