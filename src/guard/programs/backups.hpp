#pragma once
#include "guard/programs/program.hpp"

/// Backup programs with verbs of their own.
namespace mcpssh::guard {

void judge_borg(const Call& call);
void judge_restic(const Call& call);
void judge_rclone(const Call& call);
void judge_duplicity(const Call& call);
/// The smaller ones, whose verbs say what they do.
void judge_backup(const Call& call);

}  // namespace mcpssh::guard
