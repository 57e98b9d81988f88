#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/principal.hpp"
#include "base/task.hpp"

namespace mcpssh::mcp {

/// What a client may be able to do for a server that asks.
enum class Ability {
  form,      ///< put a form before its human
  url,       ///< send its human to a URL (2025-11-25)
  sampling,  ///< have its model write something
  roots,     ///< name the directories it works in
};

/// RFC 5424's, as logging/setLevel names them.
enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

/// A human's answer to an elicitation.
struct Elicited {
  enum class Answer {
    accepted,
    declined,
    cancelled,
    pending,  ///< modern era: nobody was asked yet. The handler must return
              ///< with ask_state set now; the call comes again.
  } answer = Answer::cancelled;
  base::json::object content;
};

/// What a server asks the client behind a call. Made by the functions below.
struct Question {
  Ability ability = Ability::form;
  base::json::object params;  ///< of elicitation/create, sampling/createMessage or roots/list
  /// What the question is called in `inputRequests` (modern era); empty: a name is made from what it asks.
  std::string name{};
  /// An answer counts only beside the requestState that went out with this very question. False for what
  /// needs no such proof: a name, a preference. Never for an approval.
  bool proven = true;
};

Question form_question(std::string message, base::json::object schema);
/// `id` tells the client later that the way behind the URL was gone (legacy era only).
Question url_question(std::string message, std::string url, std::string id);
Question sampling_question(base::json::object params);
Question roots_question();

/// What came of a Question.
struct Answered {
  enum class State {
    given,    ///< `result` is the client's, as it sent it: untrusted
    none,     ///< not declared, an error, or not in time
    pending,  ///< as Elicited::Answer::pending
  } state = State::none;
  base::json::object result;
};

/// One tools/call, prompts/get or resources/read in progress, as its handler sees it. Lives as long as the
/// handler's coroutine, on the server's executor.
class Call {
 public:
  virtual ~Call() = default;
  [[nodiscard]] virtual const base::Principal& principal() const = 0;
  /// True when the client declared it.
  [[nodiscard]] virtual bool can(Ability ability) const = 0;
  /// Refuses the call when the client did not declare it: -32021 in the modern era, base::Error in the legacy
  /// one.
  virtual void require(Ability ability) const = 0;
  /// Asks the client. Legacy era: sends a request and waits. Modern era: answers from inputResponses if the
  /// client brought one, else `pending`; all that is pending when the handler returns is asked at once.
  /// Answers to earlier rounds do not come again: keep in ask_state what matters. Throws
  /// ProtocolError(-32602) for a malformed answer.
  virtual base::Task<Answered> ask(Question question) = 0;
  /// The state of an earlier `ask_state`, verified, when this call continues
  /// that one (modern era).
  [[nodiscard]] virtual std::optional<std::string> resumed_state() const = 0;
  /// Sends notifications/progress when the client asked for it; dropped when
  /// the queue is full.
  virtual void progress(double done, std::optional<double> total, std::string message) = 0;
  /// Sends notifications/message when the server has logging and the client wants that level; dropped when
  /// the queue is full. Never for secrets.
  virtual void log(LogLevel level, base::json::value data) = 0;
  /// Lets the request go: it is answered with a task now, and the handler runs on until the client cancels
  /// the task or its lifetime is over. What it returns or throws is the task's result, a question waits for
  /// its answer here, progress becomes the task's message (`message` is the first) and nothing is logged.
  /// True when the call is a task (also by an earlier call of this); false when it has to go on as it is:
  /// the client did not declare tasks, the tool did not (Tool::tasks), or too many are open.
  virtual bool become_task(std::string message);
  /// Tells a legacy client that what it was sent to a URL for is done (notifications/elicitation/complete).
  virtual void url_done(const std::string& id) = 0;

  /// True when the client declared form elicitation.
  [[nodiscard]] bool can_elicit() const { return can(Ability::form); }
  /// Asks the human behind the client to fill a form.
  base::Task<Elicited> elicit(std::string message, base::json::object schema);
  /// Sends the human to `url`; accepted means that they went.
  base::Task<Elicited> elicit_url(std::string message, std::string url, std::string id);
};

}  // namespace mcpssh::mcp
