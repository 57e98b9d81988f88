// Who counts as approvers set up, and what is missing for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/service/operators_door.hpp"

namespace mcpssh::cli {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(ApproversSetUp, AreAGroupThatExistsAndNothingElse) {
  hosts::Snapshot snapshot;
  snapshot.settings.approver_totp = {{"alice", hosts::SecretRef{.name = "CODES", .place = {}}}};
  snapshot.settings.approvals_needed = 2;
  EXPECT_FALSE(approvers_of(snapshot.settings, false)) << "codes are of members of the group";
  EXPECT_THAT(approval_gaps(snapshot, false, false),
              Contains(HasSubstr("settings.approver_totp has no effect: there is no approvers' group")));
  snapshot.settings.approvers_group = "root";
  for (const bool service : {false, true}) EXPECT_TRUE(approvers_of(snapshot.settings, service));
  snapshot.settings.approvers_group = "no-such-group-here";
  EXPECT_THROW(approvers_of(snapshot.settings, false), base::Error);
}

}  // namespace
}  // namespace mcpssh::cli
