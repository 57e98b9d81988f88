#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The data types of SSH (RFC 4251 section 5), for the formats we read ourselves: the agent's messages, key
/// blobs. Pure.
namespace mcpssh::ssh::wire {

/// Takes a uint32 off the front of `rest`; nothing when it is too short.
inline std::optional<std::uint32_t> take_number(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  std::uint32_t number = 0;
  for (const char byte : rest.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(byte);
  rest.remove_prefix(4);
  return number;
}

/// Takes a string off the front of `rest`; nothing when it is too short.
inline std::optional<std::string_view> take_string(std::string_view& rest) {
  const auto size = take_number(rest);
  if (!size || *size > rest.size()) return std::nullopt;
  const auto text = rest.substr(0, *size);
  rest.remove_prefix(*size);
  return text;
}

inline void put_number(std::string& out, std::size_t number) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift & 0xff);
}

inline void put_string(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

}  // namespace mcpssh::ssh::wire
