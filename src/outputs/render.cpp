#include "outputs/render.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace mcpssh::outputs {
namespace {

void append_lines(std::string& out, std::string_view text) {
  out += text;
  if (!text.empty() && text.back() != '\n') out += '\n';
}

}  // namespace

std::string framed(const Captured& captured, std::string_view label, std::string_view nonce) {
  if (captured.total == 0) return {};
  std::string out = fmt::format("--- {} [{}] ---\n", base::printable(label), nonce);
  append_lines(out, captured.head);
  if (captured.dropped > 0) out += fmt::format("[... {} bytes not shown ...]\n", captured.dropped);
  append_lines(out, captured.tail);
  return out + fmt::format("--- end [{}] ---\n", nonce);
}

}  // namespace mcpssh::outputs
