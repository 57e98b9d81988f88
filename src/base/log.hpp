#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace mcpssh::base {

enum class LogLevel { debug, info, warning, error };

/// Messages for the person who runs the server, on stderr: never a secret, never output of a host.
/// Passed in, not global. Thread-safe. Copies share one sink.
class Log {
 public:
  /// Writes lines to stderr.
  static Log to_stderr(LogLevel level = LogLevel::info);
  /// Drops everything; for tests and short commands.
  static Log silent();

  void debug(std::string_view text) const { write(LogLevel::debug, text); }
  void info(std::string_view text) const { write(LogLevel::info, text); }
  void warning(std::string_view text) const { write(LogLevel::warning, text); }
  void error(std::string_view text) const { write(LogLevel::error, text); }
  void write(LogLevel level, std::string_view text) const;

 private:
  explicit Log(std::shared_ptr<spdlog::logger> logger);
  std::shared_ptr<spdlog::logger> logger_;
};

/// "debug", "info", "warning" or "error"; anything else is info.
LogLevel parse_log_level(std::string_view name);

}  // namespace mcpssh::base
