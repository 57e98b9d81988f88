#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The client's side of SOCKS5 (RFC 1928) with user name and password (RFC 1929), as bytes. Pure. What is
/// wrong throws base::Error(connect_failed | invalid_argument | protocol_error) saying what the proxy
/// refused.
namespace mcpssh::ssh::socks5 {

/// Length of each answer but the last, and of the head of the last.
inline constexpr std::size_t choice_size = 2, verdict_size = 2, reply_head_size = 5;

/// "I can do without a password", and with one when there is a user.
std::string greeting(bool with_password);
/// True when the proxy wants the password. `answer` has choice_size bytes.
bool wants_password(std::string_view answer, bool have_password);
std::string credentials(std::string_view user, std::string_view password);
void check_verdict(std::string_view answer);
/// A name goes to the proxy unresolved, a literal address as an address.
std::string request(std::string_view address, std::uint16_t port);
/// How many bytes of the reply follow `head`, its first reply_head_size bytes.
std::size_t rest_of_reply(std::string_view head);

}  // namespace mcpssh::ssh::socks5
