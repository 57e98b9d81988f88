#pragma once
#include "guard/programs/program.hpp"

/// Tools that configure many hosts at once.
namespace mcpssh::guard {

void judge_ansible(const Call& call);
void judge_ansible_playbook(const Call& call);
void judge_ansible_tool(const Call& call);
void judge_salt(const Call& call);
void judge_puppet(const Call& call);

}  // namespace mcpssh::guard
