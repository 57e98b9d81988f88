#pragma once
#include "guard/shell/options.hpp"

namespace mcpssh::guard {

/// Options as programs outside getopt have them: -x, -name, --name, -name=value, anywhere among the operands.
/// An option of no table is taken for one without a value; `unknown` is the first such without "=". A cluster
/// (-xvf) is one only where the table knows all its letters.
Options read_loosely(Words words, const OptionTable& table);

}  // namespace mcpssh::guard
