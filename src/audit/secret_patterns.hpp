#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace mcpssh::audit {

/// Bytes [begin, end) of a text.
struct Span {
  std::size_t begin = 0, end = 0;
};

/// Where `text` shows a secret by its shape: the body of a PEM private key, the credentials after "Bearer" or
/// "Authorization: Basic", the password of a URL (RFC 3986 userinfo), and the value after password=, "token":
/// and their like. A shell variable ("PASSWORD=$PW") is a reference and stays.
std::vector<Span> find_secret_patterns(std::string_view text);

}  // namespace mcpssh::audit
