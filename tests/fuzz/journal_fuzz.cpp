// The journal's line parser and the chain check: a file that anybody may have written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "audit/chain_check.hpp"
#include "audit/line.hpp"
#include "audit/readable.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh::audit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ChainCheck check(std::nullopt);
  Sha256 sha;
  std::uint64_t offset = 0;
  while (offset < text.size()) {
    const std::size_t end = text.find('\n', offset);
    RawLine line;
    line.bytes = text.substr(offset, end - offset);
    line.offset = offset;
    line.terminated = end != std::string_view::npos;
    check.line(line);
    if (const auto parsed = parse_line(line.bytes)) hash_matches(line.bytes, *parsed, sha);
    readable_line(line.bytes);
    offset += line.bytes.size() + 1;
  }
  const Verification result = check.finish();
  // nothing the fuzzer invents has a record's hash, so bytes that end a line never pass as intact
  if (result.records == 0 && text.contains('\n') && result.problems.empty()) std::abort();
  return 0;
}
