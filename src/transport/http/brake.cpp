#include "transport/http/brake.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"

namespace mcpssh::transport {
namespace {

constexpr std::chrono::seconds longest_block = std::chrono::hours(24);
/// Right tokens remembered of one address; there may be several clients behind it.
constexpr std::size_t right_tokens = 16;

}  // namespace

std::string sha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw base::Error(base::ErrorCode::internal, "SHA-256 is not available");
  return {digest.begin(), digest.begin() + length};
}

Brake::Brake(const HttpLimits& limits, base::Clock clock) : limits_(limits), clock_(std::move(clock)) {}

std::chrono::seconds Brake::blocked(const std::string& address, const std::string& token) const {
  const auto found = entries_.find(address);
  if (found == entries_.end()) return {};
  const auto left = found->second.blocked_until - clock_.mono();
  if (left <= left.zero()) return {};
  if (!token.empty() && std::ranges::count(found->second.right, sha256(token)) > 0) return {};
  return std::chrono::ceil<std::chrono::seconds>(left);
}

Brake::Entry& Brake::entry(const std::string& address) {
  const auto now = clock_.mono();
  auto found = entries_.find(address);
  if (found == entries_.end()) {
    if (entries_.size() >= most)
      // A blocked address goes last; by touching many others nobody gets out of a block.
      entries_.erase(std::ranges::min_element(entries_, {}, [now](const auto& one) {
        return std::pair(one.second.blocked_until > now, one.second.touched);
      }));
    found = entries_.try_emplace(address).first;
  }
  found->second.touched = now;
  return found->second;
}

void Brake::right(const std::string& address, const std::string& token) {
  const auto found = entries_.find(address);
  auto digest = sha256(token);
  if (found != entries_.end() && std::ranges::count(found->second.right, digest) > 0) return;
  auto& known = entry(address).right;
  if (known.size() >= right_tokens) known.erase(known.begin());
  known.push_back(std::move(digest));
}

bool Brake::wrong(const std::string& address, const std::string& token) {
  auto& guilty = entry(address);
  const auto now = clock_.mono();
  std::erase_if(guilty.guesses, [&](const Guess& one) { return one.when + limits_.bad_token_window < now; });
  auto digest = sha256(token);
  if (std::ranges::count(guilty.guesses, digest, &Guess::digest) > 0) return false;
  guilty.guesses.push_back({std::move(digest), now});
  if (guilty.guesses.size() < limits_.bad_tokens) return true;
  guilty.guesses.clear();
  guilty.block =
      guilty.block == guilty.block.zero() ? limits_.block : std::min(guilty.block * 2, longest_block);
  guilty.blocked_until = now + guilty.block;
  return true;
}

}  // namespace mcpssh::transport
