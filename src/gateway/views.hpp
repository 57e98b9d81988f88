#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "gateway/outcome.hpp"
#include "guard/verdict.hpp"

/// What may be seen of calls and connections without touching a host.
namespace mcpssh::gateway {

/// What a call waits for when it waits for a person.
struct ApprovalNote {
  std::string id;                    ///< as `mcp-ssh approve` takes it
  std::chrono::milliseconds left{};  ///< then it lapses
};

/// What a call waits for when the log-in to its host, or to one on the way, asks what only a person can
/// answer.
struct QuestionNote {
  std::string id;                    ///< as `mcp-ssh answer` takes it
  std::chrono::milliseconds left{};  ///< then the log-in fails
};

/// What would be said of an action, were it sent now.
struct Preview {
  std::string host;
  guard::Verdict verdict;
  std::string what_then;  ///< "it would run", "a person would be asked", ...
};

/// A connection or shell that is open, or a call that runs or can still be read, for ssh_list_sessions.
struct SessionNote {
  enum class Kind { connection, shell, job } kind = Kind::connection;
  std::string host;
  std::string name;  ///< of a shell; the id of a call
  std::string address, user;
  std::string detail;                ///< login method; what a call runs
  std::chrono::milliseconds idle{};  ///< of a call: how long it runs, or ran
  std::uint64_t lines = 0;
  std::size_t in_use =
      0;  ///< commands and shells on a connection; 1 while a shell runs a line or a call runs
  std::uint64_t bytes = 0;  ///< a call's output so far
  std::string state;        ///< of a call: "running" or its outcome's
};

/// Which part of a call's output is wanted.
struct OutputQuery {
  base::CallId call;
  bool is_stderr = false;
  std::optional<std::uint64_t> offset;  ///< raw bytes; absent: from the start, or `tail`
  std::optional<std::size_t> tail;      ///< the last lines instead
  std::string grep;                     ///< only lines that hold this text
  std::size_t budget = 0;               ///< bytes of text
  /// Wait until then for output behind `offset`, or for the end of the call.
  std::chrono::steady_clock::time_point until{};
};

/// A call as its owner sees it: how far it is, and the part of its output that was asked for.
struct OutputView {
  base::CallId call;
  std::string host;
  std::string command;
  bool running = false;
  std::optional<Outcome> outcome;  ///< when it ended; without its output
  std::chrono::milliseconds elapsed{};
  std::uint64_t total_out = 0, total_err = 0;
  std::string text;                      ///< cleaned
  std::uint64_t from = 0;                ///< of `text`, in raw bytes; for grep where the search began
  std::uint64_t next = 0;                ///< where to read on
  std::uint64_t lost = 0;                ///< bytes asked for that are no longer kept
  std::uint64_t matches = 0;             ///< lines grep found
  bool cut = false;                      ///< not all of them are shown
  bool by_offset = true;                 ///< false: a dialogue, whose reply is there only when it ended
  std::optional<ApprovalNote> approval;  ///< it waits for one, and was not sent
  std::optional<QuestionNote> question;  ///< its log-in waits for an answer to one
};

/// A call that runs on, for the answer that says so.
struct CallNote {
  base::CallId call;
  std::string host;
  bool began = false;  ///< sent to its host
  std::chrono::milliseconds elapsed{};
  std::chrono::milliseconds timeout{};  ///< it is stopped then; 0: never
  std::uint64_t bytes_out = 0, bytes_err = 0;
  std::optional<ApprovalNote> approval;  ///< it waits for one
  std::optional<QuestionNote> question;  ///< its log-in waits for an answer to one
};

}  // namespace mcpssh::gateway
