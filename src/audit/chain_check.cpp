#include "audit/chain_check.hpp"

#include <fmt/format.h>

#include <utility>

namespace mcpssh::audit {
namespace {

/// What a person can still read; a wrecked file has a problem on every line.
constexpr std::size_t max_problems = 1000;

}  // namespace

void ChainCheck::problem(std::uint64_t at, const std::string& text) {
  if (found_.problems.size() < max_problems)
    found_.problems.push_back(fmt::format("line {}: {}", at, text));
  else
    ++suppressed_;
}

std::string ChainCheck::stray_lines() const {
  return stray_.lines == 1
             ? fmt::format("line {}", stray_.first_line)
             : fmt::format("lines {} to {}", stray_.first_line, stray_.first_line + stray_.lines - 1);
}

void ChainCheck::line(const RawLine& line) {
  if (line.whole_start) ++found_.lines;
  if (!line.whole_start) return stray(line, false, "too long for a record");
  const auto parsed = parse_line(line.bytes);
  if (!parsed) return stray(line, parsed.error() == LineFault::truncated, "not a record of this format");
  if (parsed->version != format_version)
    return stray(line, false, "a record of a newer format; verify it with a newer mcp-ssh");
  if (!hash_matches(line.bytes, *parsed, sha_))
    return stray(line, false, "hash does not match: the line was changed");
  if (line.terminated) return record(*parsed);
  found_.tail_cut =
      true;  // whole but for its newline: nobody was told of it, and the next start completes it
}

void ChainCheck::stray(const RawLine& line, bool truncated, const char* reason) {
  if (!stray_.any() && stray_.lines == 0) {
    stray_.first_line = found_.lines;
    stray_.reason = reason;
  }
  if (line.whole_start) ++stray_.lines;
  stray_.only_cut_tail = stray_.lines == 1 && line.whole_start && truncated;
  if (line.bytes.contains("\"prev\":\"") || line.bytes.contains("\"hash\":\""))
    stray_.record_like = found_.lines;
  stray_.terminated = line.terminated;
  stray_.bytes += line.bytes.size() + (line.terminated ? 1 : 0);
  stray_sha_.update(line.bytes).update(line.terminated ? "\n" : "");
}

bool ChainCheck::gap_fits(const Line& line, const std::string& sha256) const {
  return line.gap_bytes == stray_.bytes && line.gap_lines == stray_.lines && line.gap_sha256 == sha256;
}

void ChainCheck::record(const Line& line) {
  if (found_.records == 0)
    judge_first(line, stray_sha_.hex());
  else if (stray_.any())
    judge_gap(line);
  else
    judge_link(line);
  stray_ = Stray();
  follow(line);
}

void ChainCheck::judge_first(const Line& line, const std::string& sha256) {
  if (line.seq != 1 || line.prev != no_hash) {
    return problem(
        stray_.record_like != 0 ? stray_.record_like : found_.lines,
        fmt::format("the chain begins with record {} on line {}: what was before it is changed or gone",
                    line.seq, found_.lines));
  }
  if (line.gap == to_string(Gap::Kind::missing))
    return problem(found_.lines,
                   "records that were on disk were cut off while the server ran (see its detail)");
  if (!stray_.any() && line.gap.empty()) return;
  if (line.gap == to_string(Gap::Kind::prefix) && gap_fits(line, sha256)) {
    found_.unverified_prefix = stray_.lines;
    return;
  }
  const std::string where = stray_.any() ? stray_lines() + ", " : std::string();
  problem(
      stray_.any() ? stray_.first_line : found_.lines,
      fmt::format("the lines older than the chain ({}before record 1) are not as they were sealed", where));
}

void ChainCheck::judge_gap(const Line& line) {
  const std::string sha256 = stray_sha_.hex();
  const bool linked = line.prev == found_.last_hash && line.seq == found_.last_seq + 1;
  const bool stated = linked && gap_fits(line, sha256);
  if (stated && line.gap == to_string(Gap::Kind::cut_tail) && stray_.only_cut_tail) {
    ++found_.cut_tails_set_aside;
    return;
  }
  if (stated) {
    problem(stray_.first_line,
            fmt::format("{}; {} set aside as damaged by record {}", stray_.reason, stray_lines(), line.seq));
    return;
  }
  std::string text = stray_.reason;
  if (stray_.lines > 1) text += " (" + stray_lines() + ")";
  if (linked && line.gap.empty()) text += "; inserted between two records";
  problem(stray_.first_line, text);
  if (!linked && line.seq != found_.last_seq + 1 + stray_.lines) judge_link(line);
}

void ChainCheck::judge_link(const Line& line) {
  if (line.gap == to_string(Gap::Kind::missing) && line.prev == found_.last_hash)
    return problem(found_.lines,
                   fmt::format("{} records before it were on disk and were cut off while the server ran",
                               line.gap_lines));
  if (!line.gap.empty())
    return problem(found_.lines,
                   fmt::format("record {} says that {} bytes were set aside before it; they are gone",
                               line.seq, line.gap_bytes));
  if (line.prev == found_.last_hash && line.seq == found_.last_seq + 1) return;
  if (line.seq > found_.last_seq + 1)
    return problem(found_.lines, fmt::format("record {} after record {}: {} records are missing before it",
                                             line.seq, found_.last_seq, line.seq - found_.last_seq - 1));
  if (line.seq <= found_.last_seq)
    return problem(found_.lines, fmt::format("record {} after record {}: inserted or out of order", line.seq,
                                             found_.last_seq));
  problem(found_.lines, fmt::format("record {} does not follow from the record before it", line.seq));
}

void ChainCheck::follow(const Line& line) {
  ++found_.records;
  found_.last_seq = line.seq;
  found_.last_hash = line.hash;
  if (anchor_ && anchor_->seq == line.seq && anchor_->hash == line.hash) anchor_seen_ = true;
  if (line.call.empty()) return;
  if (line.kind == "begin")
    open_.insert(line.pair_key());
  else if (line.kind == "end" || line.kind == "orphaned")
    open_.erase(line.pair_key());
}

Verification ChainCheck::finish() {
  if (stray_.any() && found_.records > 0) {
    if (!stray_.terminated && stray_.only_cut_tail)
      found_.tail_cut = true;
    else
      problem(stray_.first_line,
              stray_.lines > 1 ? stray_.reason + " (" + stray_lines() + ")" : stray_.reason);
  } else if (stray_.any()) {
    found_.unverified_prefix = stray_.lines;
    problem(stray_.record_like != 0 ? stray_.record_like : stray_.first_line,
            "no line of this file is a chained record, so nothing in it is verified");
  }
  if (anchor_ && !anchor_seen_)
    problem(found_.lines,
            fmt::format("the file ends without record {} with hash {}: records were cut off or replaced",
                        anchor_->seq, anchor_->hash));
  if (suppressed_ > 0) found_.problems.push_back(fmt::format("and {} more", suppressed_));
  if (found_.records == 0) found_.last_hash = no_hash;
  found_.open_begins = open_.size();
  return std::move(found_);
}

}  // namespace mcpssh::audit
