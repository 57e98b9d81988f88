#pragma once
#include <chrono>
#include <functional>
#include <string_view>

namespace mcpssh::mcp {

/// A request that is over, for who counts them. The method and the tool's name are the client's words.
struct RequestEnd {
  enum class How {
    result,
    tool_error,  ///< a result that says isError
    error,       ///< a JSON-RPC error
    cancelled    ///< by the client, or because it went
  };
  std::string_view method;
  std::string_view tool;  ///< of tools/call
  How how = How::result;
  std::chrono::nanoseconds took{};
};

/// Called on the server's executor.
using OnRequestEnd = std::function<void(const RequestEnd&)>;

}  // namespace mcpssh::mcp
