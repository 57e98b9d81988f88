#pragma once
#include <string>

#include "transport/http/exchange.hpp"

namespace mcpssh::transport {

/// One line of JSON without its newline, at most some 2 kB: what the client said is cut and made printable,
/// of the session only the start of its id's SHA-256 is told, and what is empty is left out.
std::string access_line(const HttpExchange& exchange);

}  // namespace mcpssh::transport
