#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "approvals/login_questions.hpp"
#include "base/error.hpp"
#include "base/principal.hpp"
#include "base/secret.hpp"
#include "base/wakeup.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::gateway {

/// Whose log-in it is that asks people something. A value: the connect may outlive the call.
struct LoginAsker {
  base::Principal principal;
  std::string tool, call;
  std::string towards;  ///< the host the call is for
  hosts::SnapshotPtr snapshot;
};

/// A log-in that waits for what a person says: for one of the two.
struct LoginWait {
  explicit LoginWait(const base::Executor& executor) : changed(executor) {}
  void take(base::Secret given) {
    answer = std::move(given);
    changed.notify();
  }
  void refuse(const base::Error& why) {
    refusal = why;
    changed.notify();
  }

  base::Wakeup changed;
  std::optional<base::Secret> answer;
  std::optional<base::Error> refusal;
};

/// A question that is over, and the log-in to be told.
struct EndedQuestion {
  approvals::LoginQuestion question;
  std::shared_ptr<LoginWait> wait;
};

}  // namespace mcpssh::gateway
