// What would be said of an action: judged and routed as if it were sent, and then not sent.
#include "gateway/core.hpp"
#include "gateway/judgement.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;
using base::ErrorCode;

/// What would come after this verdict.
std::string what_then(const guard::Verdict& verdict, const approvals::Route& route) {
  if (verdict.decision == guard::Decision::allow) return "it would run";
  switch (route.kind) {
    case approvals::Route::Kind::granted:
      return "it would run, approved by " + route.approved_by;
    case approvals::Route::Kind::ask_human:
      return "a person would be asked";
    case approvals::Route::Kind::refused:
      break;
  }
  return "it would be refused: " + route.why;
}

}  // namespace

Preview Gateway::preview(Action action) {
  auto call = std::make_shared<Call>(core_->executor, std::move(action), core_->snapshot, core_->policies);
  call->action.tool = "ssh_run";
  call->seen = core_->seen_by(call->action.principal);
  auto against = core_->turned_away(*call);
  // An unknown host is the caller's mistake, no verdict.
  if (against && against->code() != ErrorCode::refused) throw Error(*std::move(against));
  Preview out;
  out.host = call->action.host;
  if (!against) {
    if (auto fine = check_exec(std::get<Exec>(call->action.what), *call->host); !fine)
      throw Error(fine.error());
    against = core_->beyond_token(*call);
  }
  if (against) {
    out.verdict.decision = guard::Decision::deny;
    out.what_then = std::string("it would be refused: ") + against->what();
    return out;
  }
  out.verdict = core_->judge(*call);
  approvals::Route route;
  if (out.verdict.decision != guard::Decision::allow) route = core_->route_of(*call, out.verdict);
  out.what_then = what_then(out.verdict, route);
  return out;
}

}  // namespace mcpssh::gateway
