#pragma once
#include <exception>
#include <utility>

#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// Thrown by a handler to answer its request with this JSON-RPC error. What a model could do better next time
/// is better said in a result with is_error.
class ProtocolError : public std::exception {
 public:
  explicit ProtocolError(RpcError error) : error_(std::move(error)) {}
  [[nodiscard]] const RpcError& error() const { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  RpcError error_;
};

}  // namespace mcpssh::mcp
