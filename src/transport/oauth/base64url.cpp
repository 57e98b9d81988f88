#include "transport/oauth/base64url.hpp"

#include "base/text.hpp"

namespace mcpssh::transport::oauth {

std::optional<std::vector<unsigned char>> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  std::string standard(text);
  for (char& c : standard) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  standard.append((4 - standard.size() % 4) % 4, '=');
  return base::from_base64(standard);
}

}  // namespace mcpssh::transport::oauth
