#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mcpssh::transport {

/// One HTTP request and how it was answered, for who logs or counts them. Most of it is the client's word:
/// bounded here, to be cleaned by who prints it. Never holds a token or the query.
struct HttpExchange {
  base::WallTime at{};  ///< when its header was read
  std::chrono::nanoseconds took{};
  unsigned status = 0;      ///< 0: the client was gone before it was answered
  std::uint64_t bytes = 0;  ///< sent, with the header
  std::string method, path;
  std::string address;           ///< the client's, behind trusted proxies too
  std::string principal;         ///< empty: nobody was let in
  std::string mcp_method, tool;  ///< of the message in the body
  std::string session;           ///< its id, with which nobody but its principal can do anything
  std::string user_agent;        ///< at most 200 bytes of it
  std::string_view denied;       ///< why it was not let in: a denial_reason; else empty
};

/// Every value of HttpExchange::denied.
namespace denial_reason {
inline constexpr std::string_view no_token = "no_token";        ///< none was sent
inline constexpr std::string_view wrong_token = "wrong_token";  ///< unknown, revoked, expired or malformed
inline constexpr std::string_view blocked = "blocked";          ///< too many wrong ones from that address
inline constexpr std::string_view rights = "rights";    ///< the token is right, its rights do not reach
inline constexpr std::string_view host = "host";        ///< Host or Origin names another server or site
inline constexpr std::string_view request = "request";  ///< token in the URL, headers given twice
}  // namespace denial_reason

/// Called when a request is over, on the server's executor.
using OnExchange = std::function<void(const HttpExchange&)>;

}  // namespace mcpssh::transport
