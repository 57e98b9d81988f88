#pragma once
#include "guard/programs/program.hpp"

/// Package tools of languages: they install into projects or homes and may run what they install.
namespace mcpssh::guard {

void judge_npm(const Call& call);
void judge_pip(const Call& call);
void judge_cargo(const Call& call);
void judge_go(const Call& call);
void judge_gem(const Call& call);
void judge_composer(const Call& call);
/// The others, whose verbs say what they do.
void judge_environment_tool(const Call& call);

}  // namespace mcpssh::guard
