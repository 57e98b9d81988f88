#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gateway/outcome.hpp"
#include "hosts/host.hpp"

namespace mcpssh::cli {

/// One step of a log-in, as far as it is known what came of it.
struct TestStep {
  enum class State { ok, failed, not_reached };
  std::string_view name;
  State state = State::not_reached;
  std::string detail;
};
std::string_view to_string(TestStep::State state);

/// What an attempt to connect says of each step of it: resolve, TCP, key exchange, host key, log in, shell.
/// With a jump host or proxy the first two are one, the way. Pure: nothing is tried again.
std::vector<TestStep> test_steps(const hosts::Host& host, const gateway::Outcome& outcome);

}  // namespace mcpssh::cli
