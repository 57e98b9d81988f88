#pragma once
#include <map>
#include <string>

#include "cli/commands.hpp"
#include "cli/hosts/manager/screen.hpp"
#include "hosts/yaml_tree.hpp"

namespace mcpssh::cli::manager {

/// The form's texts: "name" and the flags of the fields it shows (cli/hosts/host_fields.hpp); several values
/// stand in one text, with commas between them.
using FormTexts = std::map<std::string, std::string>;

/// What the form shows of a host's entry; a null node for a new host.
FormTexts texts_of(const std::string& name, const hosts::YamlNode& entry);

/// Lets a person fill it in; true for OK and F10, false for Escape and Cancel. `texts` keeps what was typed
/// either way. Throws Interrupted.
bool fill_in(Screen& screen, const std::string& title, FormTexts& texts);

/// The changes from `before` to `after`, for edits_of(); no values, no unset and no rename when there are
/// none.
HostEditOptions changes(const FormTexts& before, const FormTexts& after, bool fresh);

}  // namespace mcpssh::cli::manager
