#pragma once
#include "base/json.hpp"
#include "gateway/operators/operators.hpp"

namespace mcpssh::control {

/// What hosts ask during log-ins, as an overview tells it: who asks, what is proved of them, their words.
base::json::array login_questions(const gateway::Operators& operators);

}  // namespace mcpssh::control
