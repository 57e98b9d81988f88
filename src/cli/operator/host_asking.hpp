#pragma once
#include <string>

#include "gateway/gateway.hpp"

namespace mcpssh::cli {

// What a person sees of a host that asks during a log-in, wherever they are asked. Nothing in it can move the
// cursor or hide, whatever the fields of the question hold.

/// Lines of ours: which host gets the answer, as whom, where, through what, and whether it proved to be it.
std::string who_gets_the_answer(const gateway::HumanQuestion& asked);
/// The host's own words, below a line that says so; each line is marked.
std::string words_of_the_host(const gateway::HumanQuestion& asked);
/// What stands before the place where the answer is typed: "your answer for web1 (not shown; ...):".
/// `seen`: the terminal shows what is typed.
std::string answer_prompt(const std::string& host, bool seen);

}  // namespace mcpssh::cli
