#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "mcp/jsonrpc.hpp"
#include "mcp/outbox.hpp"
#include "mcp/server_requests.hpp"
#include "mcp/tool.hpp"

namespace mcpssh::mcp {

/// notifications/progress of one call. Silent when the client gave no token.
class Progress {
 public:
  /// `params` of the call, with the token in `_meta` if there is one.
  Progress(Outbox& outbox, const json::object& params);
  void report(double done, std::optional<double> total, std::string_view message);

 private:
  Outbox& outbox_;
  std::optional<RequestId> token_;  ///< a progress token has the type of an id
  std::optional<double> last_;
};

/// A call of the legacy era: questions go to the client as requests of ours.
class LegacyCall : public Call {
 public:
  LegacyCall(base::Principal principal, bool can_elicit, Progress progress, ServerRequests& requests,
             std::chrono::milliseconds patience);

  [[nodiscard]] const base::Principal& principal() const override { return principal_; }
  [[nodiscard]] bool can_elicit() const override { return can_elicit_; }
  base::Task<Elicited> elicit(std::string message, json::object schema) override;
  [[nodiscard]] std::optional<std::string> resumed_state() const override { return std::nullopt; }
  void progress(double done, std::optional<double> total, std::string message) override;

 private:
  base::Principal principal_;
  bool can_elicit_;
  Progress progress_;
  ServerRequests& requests_;
  std::chrono::milliseconds patience_;
};

/// A call of the modern era: questions travel in its result, answers in the
/// client's next try.
class ModernCall : public Call {
 public:
  /// `answers` count only beside a verified `state`: it proves that they were
  /// asked for by this very call.
  ModernCall(base::Principal principal, bool can_elicit, Progress progress, std::optional<std::string> state,
             json::object answers);

  [[nodiscard]] const base::Principal& principal() const override { return principal_; }
  [[nodiscard]] bool can_elicit() const override { return can_elicit_; }
  base::Task<Elicited> elicit(std::string message, json::object schema) override;
  [[nodiscard]] std::optional<std::string> resumed_state() const override { return state_; }
  void progress(double done, std::optional<double> total, std::string message) override;

  /// `inputRequests` for the questions nobody has answered yet.
  [[nodiscard]] const json::object& questions() const { return questions_; }

 private:
  base::Principal principal_;
  bool can_elicit_;
  Progress progress_;
  std::optional<std::string> state_;
  json::object answers_;
  json::object questions_;
};

/// Validates the arguments and runs the tool. Never throws: what goes wrong
/// becomes an isError result, in the tool's own words when it threw
/// base::Error, else "internal error" here and the details in the log.
base::Task<ToolResult> run_tool(const Tool& tool, Call& call, const json::object& arguments,
                                const base::Log& log);

}  // namespace mcpssh::mcp
