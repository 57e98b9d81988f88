#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "mcp/call.hpp"
#include "mcp/peer/sender.hpp"
#include "mcp/peer/server_requests.hpp"
#include "mcp/peer/voice.hpp"
#include "mcp/wire/jsonrpc.hpp"

namespace mcpssh::mcp {

/// What both eras' calls have in common.
class LiveCall : public Call {
 public:
  LiveCall(Sender sender, Voice voice) : sender_(std::move(sender)), voice_(std::move(voice)) {}

  [[nodiscard]] const base::Principal& principal() const override { return sender_.principal; }
  [[nodiscard]] bool can(Ability ability) const override { return sender_.abilities.contains(ability); }
  void progress(double done, std::optional<double> total, std::string message) override {
    voice_.progress(done, total, message);
  }
  void log(LogLevel level, base::json::value data) override { voice_.log(level, std::move(data)); }

 protected:
  Sender sender_;
  Voice voice_;
};

/// A call of the legacy era: questions go to the client as requests of ours.
class LegacyCall : public LiveCall {
 public:
  LegacyCall(Sender sender, Voice voice, ServerRequests& requests, std::chrono::milliseconds patience);

  void require(Ability ability) const override;
  base::Task<Answered> ask(Question question) override;
  [[nodiscard]] std::optional<std::string> resumed_state() const override { return std::nullopt; }
  void url_done(const std::string& id) override;

 private:
  ServerRequests& requests_;
  std::chrono::milliseconds patience_;
};

/// What a requestState carries: the handler's own words, and for each question
/// that went out its digest by its name, so that an answer given to one can
/// never count for another.
struct Carried {
  std::string state;
  json::object asked;
};

/// A call of the modern era: questions travel in its result, answers in the
/// client's next try.
class ModernCall : public LiveCall {
 public:
  /// `carried`: from a verified requestState, which proves that the questions
  /// were asked by this very call.
  ModernCall(Sender sender, Voice voice, std::optional<Carried> carried, json::object answers);

  void require(Ability ability) const override;
  base::Task<Answered> ask(Question question) override;
  [[nodiscard]] std::optional<std::string> resumed_state() const override;
  void url_done(const std::string&) override {}

  /// `inputRequests` for the questions nobody has answered yet.
  [[nodiscard]] const json::object& questions() const { return questions_; }
  /// Their digests, to be carried.
  [[nodiscard]] const json::object& asked() const { return asked_; }

 private:
  [[nodiscard]] const json::value* answer_to(const std::string& name, const std::string& mark,
                                             bool proven) const;

  std::optional<Carried> carried_;
  json::object answers_;
  json::object questions_;
  json::object asked_;
};

}  // namespace mcpssh::mcp
