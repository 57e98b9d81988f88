#include "audit/chain_end.hpp"

#include <algorithm>
#include <utility>

#include "audit/line_reader.hpp"

namespace mcpssh::audit {
namespace {

/// Holds the last record of nearly every file; where it does not, the next look is 16 times as far.
constexpr std::uint64_t first_look_bytes = 4 * 1024;

/// The last record that begins after `from`, which is the start of a line or inside one (`skip_first`).
ChainEnd last_record(int fd, std::uint64_t from, std::uint64_t size, bool skip_first, std::uint64_t& after) {
  ChainEnd end;
  Sha256 sha;
  LineReader lines(fd, from, size);
  while (const auto line = lines.next()) {
    end.newline_missing = !line->terminated && line->offset + line->bytes.size() == size;
    const bool skipped = std::exchange(skip_first, false);
    if (skipped || !line->whole_start) continue;
    const auto parsed = parse_line(line->bytes);
    if (!parsed || !hash_matches(line->bytes, *parsed, sha)) continue;
    end.seq = parsed->seq;
    end.hash = parsed->hash;
    after = std::min(size, line->offset + line->bytes.size() + 1);
  }
  return end;
}

Gap describe_gap(int fd, std::uint64_t from, std::uint64_t size, bool after_record) {
  Gap gap;
  Sha256 sha;
  bool cut_tail = true;
  bool ended = true;
  LineReader lines(fd, from, size);
  while (const auto line = lines.next()) {
    const auto parsed = parse_line(line->bytes);
    cut_tail = cut_tail && !line->terminated && line->whole_start && !parsed &&
               parsed.error() == LineFault::truncated;
    sha.update(line->bytes);
    gap.bytes += line->bytes.size();
    ended = line->terminated;
    if (!ended) continue;
    sha.update("\n");
    gap.bytes += 1;
    gap.lines += 1;
  }
  if (!ended) {
    sha.update("\n");
    gap.bytes += 1;
    gap.lines += 1;
  }
  gap.kind = !after_record ? Gap::Kind::prefix : cut_tail ? Gap::Kind::cut_tail : Gap::Kind::damage;
  gap.sha256 = sha.hex();
  return gap;
}

}  // namespace

ChainEnd find_chain_end(int fd, std::uint64_t size) {
  if (size == 0) return {};
  std::uint64_t after = 0;
  ChainEnd end;
  for (std::uint64_t look = first_look_bytes; end.seq == 0; look *= 16) {
    const std::uint64_t from = size > look ? size - look : 0;
    end = last_record(fd, from, size, from != 0, after);
    if (from == 0) break;
  }
  end.size = size;
  if (after < size) end.gap = describe_gap(fd, after, size, end.seq != 0);
  return end;
}

}  // namespace mcpssh::audit
