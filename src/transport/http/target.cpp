#include "transport/http/target.hpp"

#include "transport/http/host_rules.hpp"

namespace mcpssh::transport {

std::expected<Target, std::string> parse_target(std::string_view text, std::string_view host) {
  if (!text.starts_with('/')) {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos)
      return std::unexpected("the request target is neither a path nor a URL");
    const auto path = text.find_first_of("/?", scheme + 3);
    const auto origin = parse_origin(text.substr(0, path));
    if (!origin || origin != parse_authority(host))
      return std::unexpected("the request target names another host than the Host header");
    text = path == std::string_view::npos ? "/" : text.substr(path);
  }
  const auto question = text.find('?');
  Target target;
  target.path = text.substr(0, question);
  if (question != std::string_view::npos) target.query = text.substr(question + 1);
  return target;
}

}  // namespace mcpssh::transport
