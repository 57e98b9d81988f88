// What makes an answer a person's: another user, or a one-time code whose secret the asker cannot read.
#include <unistd.h>

#include <algorithm>

#include "approvals/totp.hpp"
#include "base/faults.hpp"
#include "gateway/core.hpp"
#include "gateway/operators/operators.hpp"

namespace mcpssh::gateway {
namespace {

using approvals::Approver;
using approvals::HumanFactor;
using base::Error;
using base::ErrorCode;
using base::Fault;

const hosts::SecretRef* secret_of(const hosts::Settings& settings, const std::string& user) {
  const auto found =
      std::ranges::find(settings.approver_totp, user, [](const auto& each) { return each.first; });
  return found == settings.approver_totp.end() ? nullptr : &found->second;
}

/// `no_code`: approvals::why_no_code().
Error not_a_person(const Approver& who, bool has_codes, const std::string& no_code) {
  if (who.unknown)
    return {
        Fault::not_approver,
        "nobody can say whether " + described(who) + " is an approver: the account service gave no answer",
        "try again, or approve it as root (sudo)"};
  std::string why =
      described(who) +
      " is no approver, or its processes could be the asker's, so this would be the asker's own "
      "answer";
  if (has_codes && no_code.empty())
    return {Fault::not_approver, why + "; with a one-time code it counts",
            "run it in a terminal, which asks for the code, or with --code - to read it from stdin"};
  if (has_codes) why += "; a code does not count here: " + no_code;
  return {Fault::not_approver, why,
          "approve it as another user of the approvers' group, or as root (sudo); anybody may deny it"};
}

}  // namespace

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::counts:
      return "counts";
    case Standing::needs_code:
      return "code";
    case Standing::no:
      break;
  }
  return "no";
}

bool Operators::has_codes(const Approver& who) const {
  return secret_of(gateway_.core_->snapshot->settings, who.name) != nullptr;
}

Standing Operators::standing(const approvals::Request& request, const Approver& who) const {
  if (approvals::factor_of(who, request.principal, ::geteuid()) != HumanFactor::none) return Standing::counts;
  const bool code = has_codes(who) && approvals::why_no_code(who, request.principal, ::geteuid()).empty();
  return code ? Standing::needs_code : Standing::no;
}

base::Task<HumanFactor> Operators::proved(Approver who, base::Principal asker, Answer answer) {
  const auto factor = approvals::factor_of(who, asker, ::geteuid());
  if (factor != HumanFactor::none) co_return factor;
  const auto no_code = approvals::why_no_code(who, asker, ::geteuid());
  const bool known = has_codes(who);
  if (known && no_code.empty() && !answer.code.empty()) {
    co_await spend_code(std::move(who), std::move(answer.code), "approve", answer.id);
    co_return HumanFactor::totp;
  }
  const Error refusal = not_a_person(who, known, no_code);
  co_await record("approve", "refused", answer.id + ": the asker's own user does not approve", std::move(who),
                  HumanFactor::none);
  throw Error(refusal);
}

base::Task<HumanFactor> Operators::proved_to_all(Approver who, std::string code) {
  const auto& core = *gateway_.core_;
  const bool root_asks = ::geteuid() == 0 || core.asking_users.contains(0);
  const bool possible = has_codes(who) && who.entitled && !root_asks && who.user != ::geteuid();
  if (!possible) co_return HumanFactor::none;
  co_await spend_code(std::move(who), std::move(code), "thaw", "the freeze");
  co_return HumanFactor::totp;
}

base::Task<void> Operators::spend_code(Approver who, std::string code, std::string tool, std::string about) {
  auto& codes = gateway_.core_->codes;
  auto good = codes.may_try(who.name);
  if (good) {
    const auto key = co_await code_key(who.name);
    good = codes.spend(who.name, key, code);
  }
  if (good) co_return;
  const Error refusal = good.error();
  co_await record(std::move(tool), "refused", about + ": " + refusal.cause(), std::move(who),
                  HumanFactor::none);
  throw Error(refusal);
}

/// Looked up each time: a secret that was replaced is worth nothing from then on. Why it cannot be had is for
/// the owner's log, not for who asks.
base::Task<base::Secret> Operators::code_key(std::string user) {
  auto& core = *gateway_.core_;
  std::optional<Error> failure;
  try {
    const auto* found = secret_of(core.snapshot->settings, user);
    if (found == nullptr) throw Error(ErrorCode::not_found, "settings.approver_totp no longer names it");
    auto ref = *found;
    core.secrets.drop(ref);
    const auto text = co_await core.secrets.get(std::move(ref));
    auto key = approvals::totp::key_from(text.reveal());
    if (!key) throw Error(key.error());
    co_return *std::move(key);
  } catch (const Error& error) {
    failure = error;
  }
  core.options.log.error("the secret of " + user + "'s one-time codes: " + failure->message());
  throw Error(Fault::code_wrong, "no code of " + user + " can be checked; the server's log says why",
              "have another approver answer, and tell the owner of the server");
}

}  // namespace mcpssh::gateway
