// A host sends any bytes, cut anywhere: the lines are valid UTF-8 without control characters and do not
// depend on the cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "device/line_emulator.hpp"

namespace {

using mcpssh::device::LineEmulator;

struct Seen {
  std::vector<std::string> lines;
  std::string current;
  std::vector<LineEmulator::Query> queries;
  bool operator==(const Seen&) const = default;
};

Seen see(std::string_view bytes, std::size_t cut) {
  LineEmulator emulator(4096);
  Seen seen;
  for (std::size_t at = 0; at < bytes.size(); at += cut) {
    emulator.feed(bytes.substr(at, cut));
    (void)emulator.current();  // looking changes nothing
    for (auto& line : emulator.take_lines()) seen.lines.push_back(std::move(line));
  }
  emulator.end();
  for (auto& line : emulator.take_lines()) seen.lines.push_back(std::move(line));
  seen.current = emulator.current();
  seen.queries = emulator.take_queries();
  return seen;
}

void check_text(const std::string& text) {
  if (!mcpssh::base::is_utf8(text)) std::abort();
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Seen whole = see(bytes, size);
  for (const auto& line : whole.lines) check_text(line);
  check_text(whole.current);
  if (see(bytes, 1) != whole || see(bytes, 1 + data[0] % 16) != whole) std::abort();
  return 0;
}
