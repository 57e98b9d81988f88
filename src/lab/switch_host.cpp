#include <algorithm>

#include "lab/console.hpp"
#include "lab/hosts.hpp"

namespace mcpssh::lab {
namespace {

/// Typed-ahead commands wait in their window while this much output has not been fetched.
constexpr std::size_t max_unread = 64 * 1024;

class ConsoleProgram final : public Program {
 public:
  ConsoleProgram(std::shared_ptr<Switch> device, unsigned rows) : console_(std::move(device), rows) {}

  void log_in() { unread_ = console_.log_in(); }
  void run_once(std::string_view command) { unread_ = console_.run_once(command); }

  std::size_t take_input(std::string_view bytes) override {
    std::size_t taken = 0;
    while (taken < bytes.size() && unread_.size() < max_unread) unread_ += console_.type(bytes[taken++]);
    return taken;
  }
  void end_input() override { hung_up_ = true; }
  std::string read(Stream stream, std::size_t max) override {
    if (stream == Stream::err) return {};
    std::string bytes = unread_.substr(0, max);
    unread_.erase(0, bytes.size());
    return bytes;
  }
  std::optional<Exit> exit() override { return ended() ? std::optional(Exit{}) : std::nullopt; }
  [[nodiscard]] bool finished() const override { return ended() && unread_.empty(); }
  void resize(const Terminal& terminal) override { console_.resize(terminal.rows); }
  void signal(std::string_view) override {}
  void add_waits(std::vector<pollfd>&, bool, bool) const override {}

 private:
  [[nodiscard]] bool ended() const { return hung_up_ || console_.finished(); }

  Console console_;
  std::string unread_;
  bool hung_up_ = false;
};

class SwitchHost final : public Host {
 public:
  explicit SwitchHost(std::shared_ptr<Switch> device) : device_(std::move(device)) {}

  std::unique_ptr<Program> shell(const std::optional<Terminal>& terminal) const override {
    auto console = std::make_unique<ConsoleProgram>(device_, terminal.value_or(Terminal{}).rows);
    console->log_in();
    return console;
  }
  std::unique_ptr<Program> exec(std::string_view command, const std::optional<Terminal>&) const override {
    auto console = std::make_unique<ConsoleProgram>(device_, 0);
    console->run_once(command);
    return console;
  }
  std::unique_ptr<Program> subsystem(std::string_view) const override { return nullptr; }

 private:
  std::shared_ptr<Switch> device_;
};

}  // namespace

std::unique_ptr<Host> switch_host(std::shared_ptr<Switch> device) {
  return std::make_unique<SwitchHost>(std::move(device));
}

}  // namespace mcpssh::lab
