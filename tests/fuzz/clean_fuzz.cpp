// Output of a host is made harmless: valid UTF-8, no control characters, clean already, and what Capture
// keeps does not depend on how the stream was cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "outputs/capture.hpp"
#include "outputs/clean.hpp"
#include "outputs/render.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string cleaned = outputs::clean(bytes);
  if (!base::is_utf8(cleaned) || outputs::clean(cleaned) != cleaned) std::abort();
  for (const char c : cleaned)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') std::abort();

  const std::size_t budget = data[0];
  outputs::Capture whole(budget), pieces(budget);
  whole.append(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += 1 + budget % 7)
    pieces.append(bytes.substr(at, 1 + budget % 7));
  const outputs::Captured shown = whole.finish();
  if (shown != pieces.finish() || shown.total != bytes.size() || shown.dropped > shown.total) std::abort();
  if (shown.dropped == 0 && shown.head != cleaned) std::abort();

  const std::string nonce = "3f9a0c12d4e5b6a7";
  if (cleaned.contains(nonce)) return 0;
  const std::string text = outputs::framed(shown, "stdout of web1", nonce);
  std::size_t lines = 0;
  for (const auto line : base::split(text, '\n')) lines += line.contains(nonce) ? 1 : 0;
  if (lines != (bytes.empty() ? 0 : 2)) std::abort();
  return 0;
}
