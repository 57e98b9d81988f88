// What would be said of an action: judged and routed as if it were sent, and then not sent.
#include "gateway/core.hpp"
#include "gateway/judgement.hpp"
#include "hosts/selector.hpp"

namespace mcpssh::gateway {
namespace {

using base::Error;

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
  call->seen = core_->seen_by(call->action.principal);
  const auto found = hosts::require_host(*call->seen, call->action.host);
  if (!found) throw Error(found.error());
  call->host = call->snapshot->find((*found)->name);
  if (auto fine = check_exec(std::get<Exec>(call->action.what), *call->host); !fine)
    throw Error(fine.error());
  Preview out;
  out.host = call->host->name;
  auto against = core_->frozen_out(*call);
  if (!against) against = core_->beyond_token(*call);
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
