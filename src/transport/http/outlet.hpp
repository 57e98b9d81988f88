#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/wakeup.hpp"

namespace mcpssh::transport {

class Outlet;

/// Bytes held in all outlets of a listener together. When they are too many, what no reader is about to read
/// makes way, first of the outlet that was left alone the longest. What attached readers wait for is bounded
/// by their own outlets only.
struct KeptBytes {
  std::size_t used = 0;
  std::size_t most = 0;
  std::list<Outlet*> spare{};  ///< outlets that can give something back, the longest left alone first
  [[nodiscard]] bool full() const { return used > most; }
  void make_room();
};

/// Bounds of one outlet, in bytes.
struct OutletBounds {
  std::size_t unread = 0;  ///< waiting for a reader; the newest message does not count
  std::size_t replay = 0;  ///< kept after they were read, for a client that comes back; 0: nothing is
};

/// One message and its number on its outlet, counted from 1.
struct Event {
  std::uint64_t number = 0;
  std::string text;
  int error = 0;  ///< the code of a JSON-RPC error
};

/// Messages on their way to a client over one stream: the answer to one POST, or what a GET listens to.
/// Bounded: what nobody reads makes way for what is newer, and a reader who fell behind is told so. Lives on
/// one executor.
class Outlet {
 public:
  Outlet(std::uint64_t number, OutletBounds bounds, std::shared_ptr<KeptBytes> kept);
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  [[nodiscard]] std::uint64_t number() const { return number_; }

  // The writing side.
  void append(std::string text, int error = 0);
  /// Nothing more comes.
  void end();
  /// Bytes that wait for the reader.
  [[nodiscard]] std::size_t unread() const { return unread_; }
  /// Called when the reader took something or left.
  void on_room(std::function<void()> room) { room_ = std::move(room); }

  // The reading side: one reader at a time, the latest.
  using Ticket = std::uint64_t;
  /// Reads on behind event `after`, or where the last reader stopped. `news` is notified when there is
  /// something.
  Ticket attach(std::shared_ptr<base::Wakeup> news, std::optional<std::uint64_t> after = std::nullopt);
  void detach(Ticket ticket);
  /// Everything behind event `after` is still there.
  [[nodiscard]] bool keeps(std::uint64_t after) const { return after >= dropped_ && after <= newest(); }
  [[nodiscard]] bool attached() const { return news_ != nullptr; }
  /// The next event; null when there is none now, or for a former reader.
  const Event* next(Ticket ticket);
  /// So many events wait to be read.
  [[nodiscard]] std::uint64_t pending() const { return newest() - cursor_; }
  /// Nothing more comes for this reader: all was read after the end, another one took its place, or what
  /// comes next is lost.
  [[nodiscard]] bool over(Ticket ticket) const;
  [[nodiscard]] bool ended() const { return ended_; }
  /// The number of the last event that was read.
  [[nodiscard]] std::uint64_t cursor() const { return cursor_; }

  /// For KeptBytes: drops the oldest event, which no reader is about to read.
  void give_back();

 private:
  [[nodiscard]] std::uint64_t newest() const { return dropped_ + events_.size(); }
  [[nodiscard]] bool lost() const { return cursor_ < dropped_; }
  [[nodiscard]] bool front_is_read() const { return !events_.empty() && events_.front().number <= cursor_; }
  [[nodiscard]] bool has_spare() const { return front_is_read() || (!attached() && !events_.empty()); }
  void drop_oldest();
  void trim_read();
  void trim_unread();
  void enlist();
  void delist();
  void tell() const;

  std::uint64_t number_;
  OutletBounds bounds_;
  std::shared_ptr<KeptBytes> kept_;
  std::optional<std::list<Outlet*>::iterator> listed_;  ///< its place in kept_->spare
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
  std::size_t unread_ = 0;
  std::uint64_t dropped_ = 0;  ///< so many events before the oldest kept one
  std::uint64_t cursor_ = 0;
  bool ended_ = false;
  Ticket ticket_ = 0;
  std::shared_ptr<base::Wakeup> news_;
  std::function<void()> room_;
};

}  // namespace mcpssh::transport
