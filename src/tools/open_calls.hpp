#pragma once
#include <utility>
#include <vector>

#include "gateway/gateway.hpp"

namespace mcpssh::tools {

/// The gateway's calls of one request: cancelled when the tool's coroutine dies before it let go of them, so
/// that a client that is gone leaves nothing running.
class OpenCalls {
 public:
  OpenCalls(gateway::Gateway& gateway, std::vector<base::CallId> ids)
      : gateway_(gateway), ids_(std::move(ids)) {}
  OpenCalls(const OpenCalls&) = delete;
  OpenCalls& operator=(const OpenCalls&) = delete;
  ~OpenCalls() {
    for (const auto& id : ids_) gateway_.cancel(id);
  }
  void release() { ids_.clear(); }

 private:
  gateway::Gateway& gateway_;
  std::vector<base::CallId> ids_;
};

}  // namespace mcpssh::tools
