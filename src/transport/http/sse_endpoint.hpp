#pragma once
#include <string>

#include "base/principal.hpp"
#include "base/task.hpp"
#include "transport/http/http_connection.hpp"
#include "transport/http/http_house.hpp"

namespace mcpssh::transport {

/// The HTTP+SSE transport of 2024-11-05, for old clients: a GET opens a stream, whose first event says where
/// to POST; every message of the server comes on that stream.
class SseEndpoint {
 public:
  static constexpr std::string_view stream_path = "/sse";
  static constexpr std::string_view post_path = "/messages";

  explicit SseEndpoint(HttpHouse& house) : house_(house) {}

  base::Task<void> stream(HttpConnection& connection, base::Principal principal);
  /// Only for the principal of the stream that `query` names.
  base::Task<void> post(HttpConnection& connection, base::Principal principal, std::string query);

 private:
  HttpHouse& house_;
};

}  // namespace mcpssh::transport
