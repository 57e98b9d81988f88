#pragma once
#include <string>
#include <utility>

#include "mcp/request_end.hpp"

namespace mcpssh::mcp {

/// Tells `listener` of one request when it dies, which is when the request is over. `listener` outlives it.
class Tally {
 public:
  Tally(const OnRequestEnd& listener, std::string method, std::string tool = {})
      : listener_(listener), method_(std::move(method)), tool_(std::move(tool)) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally() {
    if (!told || !listener_) return;
    RequestEnd end;
    end.method = method_;
    end.tool = tool_;
    end.how = how;
    end.took = std::chrono::steady_clock::now() - began_;
    listener_(end);
  }

  RequestEnd::How how = RequestEnd::How::cancelled;  ///< unless somebody says how it ended
  bool told = true;                                  ///< false: another one tells of this request

 private:
  const OnRequestEnd& listener_;
  std::string method_, tool_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace mcpssh::mcp
