#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "outputs/allowance.hpp"
#include "outputs/capture.hpp"

namespace mcpssh::outputs {

/// A part of a stream, cleaned. Offsets are of the bytes the host sent.
struct Window {
  std::string text;
  std::uint64_t from = 0;   ///< of the first byte read
  std::uint64_t next = 0;   ///< where to read on; `from` when there is nothing yet
  std::uint64_t lost = 0;   ///< bytes between what was asked for and `from` that are no longer kept
  std::uint64_t total = 0;  ///< bytes the host sent so far
  bool operator==(const Window&) const = default;
};

/// The lines of a stream that hold a text, each behind its offset: "@1234: line".
struct Matches {
  std::string text;
  std::uint64_t lines = 0;    ///< that matched, also those there was no room for
  bool cut = false;           ///< `text` does not hold them all
  std::uint64_t skipped = 0;  ///< bytes that were not searched because they are no longer kept
  std::uint64_t total = 0;
};

/// One stream of one command, raw, with bounded memory: its first and its last bytes are kept, what lies
/// between them is dropped. Thread-safe: written on the connection's thread, read on the gateway's.
class Spool {
 public:
  struct Limits {
    std::size_t most = 0;    ///< bytes kept, half at the front and half at the end
    std::size_t always = 0;  ///< of them without asking the allowance
  };
  /// What is beyond `limits.always` is taken from `allowance` in blocks; when that is used up the spool stops
  /// growing and drops more.
  Spool(Limits limits, std::shared_ptr<Allowance> allowance);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  void append(std::string_view bytes);
  [[nodiscard]] std::uint64_t total() const;

  /// The first and the last half of `budget`, as an answer shows it.
  [[nodiscard]] Captured summary(std::size_t budget) const;
  /// At most `most` bytes from `offset` on, whole escape sequences and characters only: windows read one
  /// after the other at `next` are the whole stream cleaned. `ended`: nothing follows, so the last bytes are
  /// read as they are.
  [[nodiscard]] Window window(std::uint64_t offset, std::size_t most, bool ended) const;
  /// The last `lines` lines, at most `most` bytes.
  [[nodiscard]] Window tail(std::size_t lines, std::size_t most, bool ended) const;
  /// Lines whose cleaned text holds `needle`, from `offset` on; at most `most` bytes of them.
  [[nodiscard]] Matches grep(std::string_view needle, std::uint64_t offset, std::size_t most) const;

 private:
  /// The front, or the end as a ring.
  struct Part {
    std::string bytes;
    std::size_t limit = 0;    ///< bytes it may hold
    std::size_t granted = 0;  ///< of them it may hold without asking
  };
  std::size_t extend(Part& part, std::string_view bytes);
  void overwrite(std::string_view bytes);
  [[nodiscard]] std::uint64_t tail_start() const { return total_ - end_.bytes.size(); }
  /// Bytes `from` to `to`, which must be kept.
  [[nodiscard]] std::string copy(std::uint64_t from, std::uint64_t to) const;

  std::shared_ptr<Allowance> allowance_;
  mutable std::mutex mutex_;
  Part front_, end_;
  std::size_t ring_start_ = 0;
  std::size_t taken_ = 0;  ///< from the allowance
  std::uint64_t total_ = 0;
};

}  // namespace mcpssh::outputs
