#include "outputs/spool.hpp"

#include <algorithm>

#include "outputs/clean.hpp"

namespace mcpssh::outputs {
namespace {

constexpr std::size_t block = std::size_t{64} * 1024;
/// Longer than any escape sequence clean() takes for one, so that reading may start anywhere.
constexpr std::size_t look_back = std::size_t{8} * 1024;

/// Up to the last newline when that loses less than half.
std::size_t whole_lines(std::string_view bytes) {
  const auto newline = bytes.rfind('\n');
  return newline != std::string_view::npos && newline >= bytes.size() / 2 ? newline + 1 : bytes.size();
}

/// What was dropped may have ended anywhere: the first whole line behind it, if there is one soon.
std::size_t line_after_a_drop(std::string_view bytes) {
  const auto newline = bytes.substr(0, look_back).find('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

void grep_lines(std::string_view bytes, std::uint64_t offset, std::string_view needle, std::size_t most,
                Matches& out) {
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    const std::string line = clean(bytes.substr(0, end));
    if (line.contains(needle)) {
      ++out.lines;
      const std::string shown = "@" + std::to_string(offset) + ": " + line + "\n";
      if (out.text.size() + shown.size() <= most && !out.cut)
        out.text += shown;
      else
        out.cut = true;
    }
    const std::size_t step = std::min(end + 1, bytes.size());
    bytes.remove_prefix(step);
    offset += step;
  }
}

}  // namespace

Spool::Spool(Limits limits, std::shared_ptr<Allowance> allowance) : allowance_(std::move(allowance)) {
  front_.limit = end_.limit = std::max(limits.most, limits.always) / 2;
  front_.granted = end_.granted = limits.always / 2;
}

Spool::~Spool() {
  allowance_->give_back(taken_);
}

/// Adds what there is room for; when the allowance gives no more, this is as large as the part gets.
std::size_t Spool::extend(Part& part, std::string_view bytes) {
  const std::size_t wanted = std::min(bytes.size(), part.limit - part.bytes.size());
  while (part.granted < part.bytes.size() + wanted) {
    if (!allowance_->take(block)) {
      part.limit = part.granted;
      break;
    }
    taken_ += block;
    part.granted += block;
  }
  const std::size_t fits = std::min(wanted, part.limit - part.bytes.size());
  part.bytes.append(bytes.substr(0, fits));
  return fits;
}

void Spool::overwrite(std::string_view bytes) {
  const std::size_t size = end_.bytes.size();
  if (bytes.size() > size) bytes.remove_prefix(bytes.size() - size);
  while (!bytes.empty()) {  // at most twice: to the end of the ring and on from its begin
    const std::size_t run = std::min(bytes.size(), size - ring_start_);
    std::copy_n(bytes.begin(), run, end_.bytes.begin() + static_cast<std::ptrdiff_t>(ring_start_));
    ring_start_ = (ring_start_ + run) % size;
    bytes.remove_prefix(run);
  }
}

void Spool::append(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  total_ += bytes.size();
  bytes.remove_prefix(extend(front_, bytes));
  bytes.remove_prefix(extend(end_, bytes));
  overwrite(bytes);
}

std::uint64_t Spool::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

std::string Spool::copy(std::uint64_t from, std::uint64_t to) const {
  std::string out;
  const std::uint64_t front = front_.bytes.size();
  if (from < front) out.append(front_.bytes, from, std::min(to, front) - from);
  const std::uint64_t start = tail_start();
  for (std::uint64_t at = std::max(from, start); at < to;) {
    const std::size_t place = (ring_start_ + (at - start)) % end_.bytes.size();
    const std::size_t run = std::min<std::size_t>(to - at, end_.bytes.size() - place);
    out.append(end_.bytes, place, run);
    at += run;
  }
  return out;
}

Captured Spool::summary(std::size_t budget) const {
  const std::lock_guard lock(mutex_);
  const std::size_t half = budget / 2;
  const bool whole = front_.bytes.size() == tail_start();
  if (whole && total_ <= 2 * half) return captured(copy(0, total_), {}, total_);
  const std::string head = front_.bytes.substr(0, half);
  const std::uint64_t oldest = whole ? head.size() : tail_start();
  return captured(head, copy(std::max(oldest, total_ - std::min<std::uint64_t>(half, total_)), total_),
                  total_);
}

Window Spool::window(std::uint64_t offset, std::size_t most, bool ended) const {
  const std::lock_guard lock(mutex_);
  Window out;
  out.total = total_;
  std::uint64_t from = std::min(offset, total_);
  const std::uint64_t front = front_.bytes.size();
  const bool gap = front < tail_start();
  if (gap && from >= front && from < tail_start()) from = tail_start();
  out.lost = from - std::min(offset, total_);
  const bool in_front = gap && from < front;
  const std::uint64_t end = in_front ? front : total_;
  const std::uint64_t begin = gap && !in_front ? tail_start() : 0;
  const std::size_t back = std::min<std::uint64_t>(from - begin, look_back);
  const std::string raw = copy(from - back, std::min<std::uint64_t>(end, from + most + look_back));
  std::size_t start = first_cut(raw, back);
  if (gap && from == tail_start()) start = line_after_a_drop(raw);
  const std::string_view all = std::string_view(raw).substr(start);
  out.from = from - back + start;
  if (gap && from == tail_start()) out.lost = out.from - std::min(offset, total_);
  std::string_view part = all.substr(0, most);
  const bool at_end = out.from + part.size() == end;
  if (at_end && (ended || in_front)) {
    // Behind the end of the stream, or of what is kept, nothing can complete a sequence.
  } else if (at_end) {
    part = part.substr(0, settled(part));
  } else {
    const std::size_t sure = settled(part.substr(0, whole_lines(part)));
    part = all.substr(0, sure > 0 ? sure : first_cut(all, 1));
  }
  out.text = clean(part);
  out.next = out.from + part.size();
  return out;
}

Window Spool::tail(std::size_t lines, std::size_t most, bool ended) const {
  const std::lock_guard lock(mutex_);
  Window out;
  out.total = total_;
  const std::uint64_t kept = front_.bytes.size() == tail_start() ? total_ : end_.bytes.size();
  const std::string raw = copy(total_ - std::min<std::uint64_t>(kept, most), total_);
  std::string_view part = raw;
  std::size_t start = part.size();
  for (std::size_t left = lines + (part.ends_with('\n') ? 1 : 0); left > 0 && start > 0; --left) {
    const auto newline = part.rfind('\n', start - 1);
    start = newline == std::string_view::npos ? 0 : newline;
    if (left == 1 && newline != std::string_view::npos) ++start;
  }
  if (start == 0 && raw.size() < total_) start = std::min(part.find('\n') + 1, part.size());
  part.remove_prefix(start);
  if (!ended) part = part.substr(0, settled(part));
  out.text = clean(part);
  out.from = total_ - (raw.size() - start);
  out.next = out.from + part.size();
  return out;
}

Matches Spool::grep(std::string_view needle, std::uint64_t offset, std::size_t most) const {
  Matches out;
  std::string front, end;
  std::uint64_t front_at = 0, end_at = 0;
  {
    const std::lock_guard lock(mutex_);  // the connection's thread waits only for the copy
    out.total = total_;
    const bool whole = front_.bytes.size() == tail_start();
    front_at = std::min<std::uint64_t>(offset, whole ? total_ : front_.bytes.size());
    front = copy(front_at, whole ? total_ : front_.bytes.size());
    end_at = whole ? total_ : std::clamp(offset, tail_start(), total_);
    end = copy(end_at, total_);
    if (!whole && offset < tail_start())
      out.skipped = tail_start() - std::max<std::uint64_t>(offset, front_.bytes.size());
  }
  grep_lines(front, front_at, needle, most, out);
  grep_lines(end, end_at, needle, most, out);
  return out;
}

}  // namespace mcpssh::outputs
