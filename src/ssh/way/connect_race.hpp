#pragma once
#include "base/clock.hpp"
#include "ssh/way/resolve.hpp"
#include "ssh/way/tcp_connect.hpp"

namespace mcpssh::ssh {

/// "192.0.2.1:22", "[2001:db8::1]:22".
std::string described(const base::asio::ip::tcp::endpoint& endpoint);

/// `found` with the address families taking turns, the family of the first one first (RFC 8305 section 4), so
/// that one dead family costs one attempt and not all of them.
Endpoints families_in_turn(Endpoints found);

/// Connects to the first of `endpoints` that answers: one attempt after the other, the next one when the last
/// has failed or after 250 ms, the earlier ones going on meanwhile (RFC 8305 section 5). The losers are
/// closed. Throws Error(connect_failed) that tells of each address. Cancelling closes all.
base::Task<TcpLink> connect_race(Endpoints endpoints, base::MonoTime deadline);

}  // namespace mcpssh::ssh
