#pragma once
#include <span>

#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// Tables of Cisco and its kin. Words of one maker stand beside those of the others: a device that has no
/// such word refuses it by itself.
std::span<const Row> cisco_commands();
std::span<const Row> cisco_configuration();
std::span<const Row> cisco_words();     ///< configuration lines that only add, word by word
std::span<const Row> cisco_negation();  ///< what follows "no" and "default"
std::span<const Row> asa_commands();
std::span<const Row> asa_configuration();
std::span<const Row> switch_commands();  ///< ProCurve, ArubaOS, AOS-CX, OS10, FASTPATH
std::span<const Row> switch_configuration();

}  // namespace mcpssh::guard
