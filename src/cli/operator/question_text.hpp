#pragma once
#include <string>

#include "base/json.hpp"

namespace mcpssh::cli {

/// What a host asks during a log-in, as a server describes it (control/questions_json.hpp), for a person's
/// eyes: who asks and whether it proved to be that host comes first, and every line of the host's own words
/// is marked as such. Nothing in it can move the cursor or hide, whatever server and host say.
std::string question_text(const base::json::object& question);

}  // namespace mcpssh::cli
