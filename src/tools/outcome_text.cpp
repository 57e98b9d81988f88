#include "tools/outcome_text.hpp"

#include "base/clock.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "gateway/show.hpp"

namespace mcpssh::tools {
namespace {

using gateway::Outcome;
using gateway::Remains;
using gateway::State;

/// The error without the host's name in front, which the line has already.
std::string cause_of(const Outcome& outcome) {
  if (!outcome.error) return {};
  std::string_view message = outcome.error->message;
  const std::string prefix = outcome.host + ": ";
  if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  return std::string(message);
}

std::string what_happened(const Outcome& outcome) {
  const auto tunnel = outcome.tunnel.value_or(gateway::TunnelNote());
  switch (outcome.state) {
    case State::exited:
      return "exit " + std::to_string(outcome.exit_code.value_or(-1));
    case State::signalled:
      return "killed by signal " + outcome.signal;
    case State::timed_out:
      return outcome.remains == Remains::proved_gone ? "timed out and was stopped" : "timed out";
    case State::cancelled:
      return outcome.error ? cause_of(outcome) : "cancelled";
    case State::connection_lost:
      return "connection lost, outcome unknown: " + cause_of(outcome);
    case State::no_status:
      return "the host closed the channel without an exit status, outcome unknown";
    case State::replied:
      return "answered";
    case State::question:
      return "the shell asks: " + base::printable(outcome.question, 300);
    case State::shell_ended:
      return "the shell ended";
    case State::connected:
      return outcome.connection && outcome.connection->opened_now ? "connected" : "already connected";
    case State::disconnected:
      return "disconnected";
    case State::probed:
      return "host key read";
    case State::trusted:
      return "host key trusted";
    case State::forgotten:
      return "host key forgotten";
    case State::stopped:
      if (outcome.remains == Remains::nothing_to_stop)
        return "had ended already or was not sent (" + outcome.stopped + ")";
      return (outcome.remains == Remains::proved_gone ? "stopped"
                                                      : "asked to stop (" + outcome.stopped + ")") +
             remains_text(outcome);
    case State::tunnel_opened:
      return "tunnel open: " + where_it_listens(tunnel) + " leads to " + where_it_leads(tunnel) + " (" +
             tunnel.id + ")";
    case State::tunnel_closed:
      return "tunnel " + tunnel.id + " closed";
    case State::diagnosed:
      return "looked at";
    case State::refused:
      return "refused, nothing was sent";
    case State::never_started:
      return "never started: " + cause_of(outcome);
  }
  return "";
}

bool ran(State state) {
  switch (state) {
    case State::exited:
    case State::signalled:
    case State::timed_out:
    case State::cancelled:
    case State::connection_lost:
    case State::no_status:
    case State::replied:
    case State::question:
    case State::shell_ended:
      return true;
    default:
      return false;
  }
}

std::string notes(const Outcome& outcome) {
  std::string text;
  if (outcome.state == State::refused && outcome.error) text += "\n" + outcome.error->message;
  const bool command = outcome.session.empty() && outcome.state != State::replied;
  if (command && outcome.out.dropped + outcome.err.dropped > 0)
    text += "\nNot all of it is shown: ssh_output call=" + outcome.call.str() +
            " reads the rest (offset, tail, grep, stream).";
  if (outcome.closing_later > 0)
    text += "\nCommands still run on " + std::to_string(outcome.closing_later) +
            " connection(s), which close behind them.";
  if (outcome.staying_open > 0)
    text += "\nYour use of it has ended; " + std::to_string(outcome.staying_open) +
            " connection(s) stay open, because others use them too.";
  if (outcome.output_may_continue)
    text +=
        "\nA background process on the host still holds the output; what it prints from here on is not "
        "shown.";
  if (!outcome.line_sent)
    text +=
        "\nThis line was NOT sent: the line before it had ended meanwhile, and this is its end. Send it "
        "again.";
  if (outcome.state == State::question)
    text +=
        "\nAnswer it with ssh_shell in the same session; an answer needs approval (confirm_dangerous after "
        "the user agreed).";
  if (!outcome.approved_by.empty()) text += "\nApproved by: " + outcome.approved_by + ".";
  if (outcome.state == State::connected && outcome.connection) {
    const auto& c = *outcome.connection;
    text += "\n" + c.user + "@" + c.address + ", host key " + c.host_key_type + " " + c.fingerprint +
            ", logged in by " + c.auth_method + ", " + base::printable(c.server_version);
    if (!c.login_shell.empty()) text += ", shell " + base::printable(c.login_shell);
    if (c.opened_now) text += ", took " + base::human_duration(c.took);
    if (!c.weak_algorithms.empty())
      text += ".\nWeak algorithms, used because the configuration allows them for this host: " +
              base::printable(c.weak_algorithms);
    if (c.host_key_added) text += ".\nFirst contact: the host key was accepted and stored (accept-new)";
    text += ".";
  }
  if (!outcome.end_recorded)
    text += "\nThe end of this action could not be written to the audit journal; nothing runs until it can.";
  return text;
}

/// Of an outcome that is an error; one whose message is in the text has said it there.
std::optional<base::Fault> fault_of(const Outcome& outcome) {
  if (outcome.error) return outcome.error->fault;
  if (outcome.state == State::timed_out) return base::Fault::timed_out;
  if (outcome.state == State::cancelled) return base::Fault::cancelled;
  if (outcome.state == State::no_status) return base::Fault::no_status;
  return std::nullopt;
}

base::json::object facts(const Outcome& outcome) {
  base::json::object meta;
  meta["mcp-ssh/call"] = outcome.call.str();
  meta["mcp-ssh/state"] = to_string(outcome.state);
  if (outcome.exit_code) meta["mcp-ssh/exit_code"] = *outcome.exit_code;
  if (!outcome.signal.empty()) meta["mcp-ssh/signal"] = outcome.signal;
  if (outcome.remains != Remains::nothing_to_stop) meta["mcp-ssh/remains"] = to_string(outcome.remains);
  if (outcome.error) meta["mcp-ssh/error"] = base::to_string(outcome.error->code);
  if (const auto fault = fault_of(outcome)) meta["mcp-ssh/code"] = base::to_string(*fault);
  if (!outcome.rules.empty()) meta["mcp-ssh/rules"] = base::json::value_from(outcome.rules);
  if (ran(outcome.state)) {
    meta["mcp-ssh/bytes_out"] = outcome.out.total;
    meta["mcp-ssh/bytes_err"] = outcome.err.total;
    meta["mcp-ssh/bytes_not_shown"] = outcome.out.dropped + outcome.err.dropped;
  }
  meta["mcp-ssh/duration_us"] = outcome.duration.count();
  return meta;
}

}  // namespace

std::string coded_headline(const Outcome& outcome) {
  std::string line = headline(outcome);
  // A message of its own ends with the code already.
  if (const auto fault = fault_of(outcome); fault && !outcome.error)
    line += " [" + std::string(base::to_string(*fault)) + "]";
  return line;
}

std::string remains_text(const Outcome& outcome) {
  const std::string pid = outcome.remote_pid > 0 ? " (pid " + std::to_string(outcome.remote_pid) + ")" : "";
  switch (outcome.remains) {
    case Remains::nothing_to_stop:
      return "";
    case Remains::proved_gone:
      return "; its processes on the host are gone";
    case Remains::still_running:
      return "; STILL RUNNING on the host" + pid;
    case Remains::unproved:
      return "; it may still be running on the host" + pid;
  }
  return "";
}

bool is_error(State state) {
  switch (state) {
    case State::refused:
    case State::never_started:
    case State::connection_lost:
    case State::no_status:
    case State::timed_out:
    case State::cancelled:
      return true;
    default:
      return false;
  }
}

std::string headline(const Outcome& outcome) {
  std::string line = outcome.host + ": " + what_happened(outcome);
  if (!ran(outcome.state)) return line;
  line += " in " + base::human_duration(outcome.duration);
  const auto bytes = outcome.out.total + outcome.err.total;
  return line + (bytes == 0 ? ", no output" : ", " + base::human_bytes(bytes)) + remains_text(outcome);
}

mcp::ToolResult result_of(const Outcome& outcome) {
  mcp::ToolResult result;
  result.text = coded_headline(outcome);
  result.text += notes(outcome);
  if (const auto output = gateway::shown(outcome, base::random_hex(8)); !output.empty())
    result.text += "\n" + output;
  result.is_error = is_error(outcome.state);
  result.meta = facts(outcome);
  return result;
}

std::string waiting_text(const gateway::ApprovalNote& approval) {
  return "waiting for approval " + approval.id + ", not sent. A person answers with: mcp-ssh approve " +
         approval.id + ". It lapses in " +
         base::human_duration(std::chrono::ceil<std::chrono::seconds>(approval.left));
}

std::string waiting_text(const gateway::QuestionNote& question) {
  return "not sent yet: its log-in waits for what only a person can answer. They answer with: mcp-ssh "
         "answer " +
         question.id + ", never here. It fails in " +
         base::human_duration(std::chrono::ceil<std::chrono::seconds>(question.left));
}

namespace {

/// For what waits for a person.
mcp::ToolResult still_waiting(const gateway::CallNote& note, const std::string& why) {
  const std::string id = note.call.str();
  mcp::ToolResult result;
  result.text = note.host + ": " + why + ".\nDo not send it again: ssh_output call=" + id +
                " wait=30 tells what became of it, ssh_stop call=" + id + " gives it up.";
  result.meta["mcp-ssh/call"] = id;
  result.meta["mcp-ssh/state"] = "waiting";
  if (note.approval) result.meta["mcp-ssh/approval"] = note.approval->id;
  if (note.question) result.meta["mcp-ssh/question"] = note.question->id;
  return result;
}

}  // namespace

mcp::ToolResult still_running(const gateway::CallNote& note) {
  if (note.approval) return still_waiting(note, waiting_text(*note.approval));
  if (note.question) return still_waiting(note, waiting_text(*note.question));
  const std::string id = note.call.str();
  mcp::ToolResult result;
  result.text = note.host + ": still running after " + base::human_duration(note.elapsed) + ", " +
                base::human_bytes(note.bytes_out + note.bytes_err) + " so far, as " + id;
  if (!note.began)
    result.text = note.host + ": not sent yet (connecting, or waiting its turn), goes on as " + id;
  result.text += "\nRead on with ssh_output call=" + id +
                 " (wait=30 waits for more), end it with ssh_stop call=" + id + ".";
  if (note.timeout.count() > 0)
    result.text += " It is stopped after " + base::human_duration(note.timeout) + " at the latest.";
  result.meta["mcp-ssh/call"] = id;
  result.meta["mcp-ssh/state"] = "running";
  result.meta["mcp-ssh/bytes_out"] = note.bytes_out;
  result.meta["mcp-ssh/bytes_err"] = note.bytes_err;
  return result;
}

}  // namespace mcpssh::tools
