#pragma once
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/duplex.hpp"
#include "base/error.hpp"
#include "base/wakeup.hpp"

namespace mcpssh::test {

/// What a played device says and what it must be told, in order. Shared between the test and the
/// ScriptDuplex.
class Script {
 public:
  Script& say(std::string bytes) { return add(Say{std::move(bytes)}); }
  /// Goes on when exactly these bytes were written.
  Script& hear(std::string bytes) { return add(Hear{std::move(bytes)}); }
  /// A slow link: silence before the next bytes.
  Script& pause(std::chrono::milliseconds length) { return add(Pause{length}); }
  Script& hang_up() { return add(HangUp{false}); }
  Script& break_off() { return add(HangUp{true}); }
  /// Every read brings at most so many bytes.
  Script& cut_reads(std::size_t bytes) {
    cut_ = bytes;
    return *this;
  }

  /// What was written and no step has asked for.
  [[nodiscard]] const std::string& unheard() const { return written_; }
  [[nodiscard]] bool played_out() const { return steps_.empty(); }

 private:
  friend class ScriptDuplex;
  struct Say {
    std::string bytes;
  };
  struct Hear {
    std::string bytes;
  };
  struct Pause {
    std::chrono::milliseconds length;
  };
  struct HangUp {
    bool with_error;
  };
  using Step = std::variant<Say, Hear, Pause, HangUp>;

  Script& add(Step step) {
    steps_.push_back(std::move(step));
    return *this;
  }

  std::deque<Step> steps_;
  std::string written_;
  std::size_t cut_ = 64 * 1024;
};

/// Plays a Script. When it is played out it stays open and silent.
class ScriptDuplex final : public base::Duplex {
 public:
  ScriptDuplex(base::Executor executor, std::shared_ptr<Script> script)
      : executor_(executor), changed_(std::move(executor)), script_(std::move(script)) {}

  base::Task<std::string> read() override {
    for (;;) {
      auto& steps = script_->steps_;
      if (steps.empty()) {
        co_await changed_.wait();
      } else if (auto* say = std::get_if<Script::Say>(&steps.front())) {
        std::string piece = say->bytes.substr(0, script_->cut_);
        say->bytes.erase(0, piece.size());
        if (say->bytes.empty()) steps.pop_front();
        if (!piece.empty()) co_return piece;
      } else if (auto* hear = std::get_if<Script::Hear>(&steps.front())) {
        if (script_->written_.starts_with(hear->bytes)) {
          script_->written_.erase(0, hear->bytes.size());
          steps.pop_front();
        } else {
          co_await changed_.wait();
        }
      } else if (auto* pause = std::get_if<Script::Pause>(&steps.front())) {
        base::asio::steady_timer timer(executor_, pause->length);
        co_await timer.async_wait(base::asio::use_awaitable);
        steps.pop_front();
      } else {
        if (std::get<Script::HangUp>(steps.front()).with_error)
          throw base::Error(base::ErrorCode::connection_lost, "the script broke off");
        co_return std::string();
      }
    }
  }

  base::Task<void> write(std::string bytes) override {
    script_->written_ += bytes;
    changed_.notify();
    co_return;
  }

 private:
  base::Executor executor_;
  base::Wakeup changed_;
  std::shared_ptr<Script> script_;
};

}  // namespace mcpssh::test
