#include "ssh/agent_identities.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace mcpssh::ssh {
namespace {

constexpr char identities_answer = 12;
constexpr std::array<std::string_view, 11> usable_types{"ssh-ed25519",
                                                        "sk-ssh-ed25519@openssh.com",
                                                        "ecdsa-sha2-nistp256",
                                                        "ecdsa-sha2-nistp384",
                                                        "ecdsa-sha2-nistp521",
                                                        "sk-ecdsa-sha2-nistp256@openssh.com",
                                                        "ssh-rsa",
                                                        "ssh-ed25519-cert-v01@openssh.com",
                                                        "ecdsa-sha2-nistp256-cert-v01@openssh.com",
                                                        "ecdsa-sha2-nistp384-cert-v01@openssh.com",
                                                        "ssh-rsa-cert-v01@openssh.com"};

std::optional<std::uint32_t> take_number(std::string_view& rest) {
  if (rest.size() < 4) return std::nullopt;
  std::uint32_t number = 0;
  for (const char byte : rest.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(byte);
  rest.remove_prefix(4);
  return number;
}

std::optional<std::string_view> take_string(std::string_view& rest) {
  const auto size = take_number(rest);
  if (!size || *size > rest.size()) return std::nullopt;
  const auto text = rest.substr(0, *size);
  rest.remove_prefix(*size);
  return text;
}

void put_number(std::string& out, std::size_t number) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift & 0xff);
}

void put_string(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

bool usable(std::string_view key) {
  const auto type = take_string(key);
  return type && std::ranges::find(usable_types, *type) != usable_types.end();
}

}  // namespace

std::string usable_identities(std::string_view answer, std::size_t max_keys) {
  std::string kept;
  std::size_t count = 0;
  if (!answer.empty() && answer.front() == identities_answer) {
    answer.remove_prefix(1);
    const auto offered = take_number(answer);
    for (std::uint32_t i = 0; offered && i < *offered && count < max_keys; ++i) {
      const auto key = take_string(answer);
      const auto comment = key ? take_string(answer) : std::nullopt;
      if (!comment) break;
      if (!usable(*key)) continue;
      put_string(kept, *key);
      put_string(kept, *comment);
      ++count;
    }
  }
  std::string out(1, identities_answer);
  put_number(out, count);
  return out + kept;
}

}  // namespace mcpssh::ssh
