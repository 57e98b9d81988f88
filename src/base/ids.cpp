#include "base/ids.hpp"

#include <sys/random.h>

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mcpssh::base {

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  // Requests up to 256 bytes are never cut short (getrandom(2)).
  if (bytes > 256 || ::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size()))
    throw Error(ErrorCode::internal, "the kernel gave no random bytes");
  return to_hex(raw);
}

}  // namespace mcpssh::base
