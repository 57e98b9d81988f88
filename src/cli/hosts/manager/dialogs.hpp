#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/hosts/manager/screen.hpp"

namespace mcpssh::cli::manager {

/// Shows a text that can be scrolled, with these buttons below, the first of them marked; the index of the
/// one that was chosen, nothing for Escape. Survives a resize. Throws Interrupted.
std::optional<std::size_t> show_text(Screen& screen, const std::string& title, const std::string& text,
                                     const std::vector<std::string>& buttons);

/// Shows it until it is closed.
void show_message(Screen& screen, const std::string& title, const std::string& text);

/// One line asked of the person, with what to begin with; false for Escape and Cancel. Throws Interrupted.
bool ask_text(Screen& screen, const std::string& title, const std::string& question, std::string& answer);

}  // namespace mcpssh::cli::manager
