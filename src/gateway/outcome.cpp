#include "gateway/outcome.hpp"

#include <array>

#include "gateway/json_fields.hpp"

namespace mcpssh::gateway {
namespace {

using base::json::object;

constexpr std::array<std::string_view, 20> states{
    "exited",        "signalled",     "timed_out", "cancelled",   "connection_lost",
    "no_status",     "replied",       "question",  "shell_ended", "connected",
    "disconnected",  "probed",        "trusted",   "forgotten",   "stopped",
    "tunnel_opened", "tunnel_closed", "diagnosed", "refused",     "never_started"};
constexpr std::array<std::string_view, 4> remainders{"nothing_to_stop", "proved_gone", "still_running",
                                                     "unproved"};

template <class Enum, std::size_t N>
std::optional<Enum> find_enum(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

object captured_json(const outputs::Captured& captured) {
  object out;
  out["head"] = captured.head;
  out["tail"] = captured.tail;
  out["total"] = captured.total;
  out["dropped"] = captured.dropped;
  return out;
}

object connection_json(const ConnectionNote& note) {
  object out;
  out["opened_now"] = note.opened_now;
  out["address"] = note.address;
  out["user"] = note.user;
  out["host_key_type"] = note.host_key_type;
  out["fingerprint"] = note.fingerprint;
  out["auth_method"] = note.auth_method;
  out["server_version"] = note.server_version;
  out["login_shell"] = note.login_shell;
  out["key_exchange"] = note.key_exchange;
  out["cipher"] = note.cipher;
  out["mac"] = note.mac;
  out["host_key_base64"] = note.host_key_base64;
  out["on_record"] = note.on_record;
  out["known_fingerprints"] = note.known_fingerprints;
  out["weak_algorithms"] = note.weak_algorithms;
  out["host_key_added"] = note.host_key_added;
  out["took_us"] = note.took.count();
  return out;
}

outputs::Captured captured_from(const object& from, std::string_view key) {
  outputs::Captured captured;
  if (const object* in = base::find_object(from, key)) {
    captured.head = text(*in, "head");
    captured.tail = text(*in, "tail");
    captured.total = number<std::uint64_t>(*in, "total");
    captured.dropped = number<std::uint64_t>(*in, "dropped");
  }
  return captured;
}

ConnectionNote connection_from(const object& from) {
  ConnectionNote note;
  note.opened_now = flag(from, "opened_now");
  note.address = text(from, "address");
  note.user = text(from, "user");
  note.host_key_type = text(from, "host_key_type");
  note.fingerprint = text(from, "fingerprint");
  note.auth_method = text(from, "auth_method");
  note.server_version = text(from, "server_version");
  note.login_shell = text(from, "login_shell");
  note.key_exchange = text(from, "key_exchange");
  note.cipher = text(from, "cipher");
  note.mac = text(from, "mac");
  note.host_key_base64 = text(from, "host_key_base64");
  note.on_record = text(from, "on_record");
  note.known_fingerprints = text(from, "known_fingerprints");
  note.weak_algorithms = text(from, "weak_algorithms");
  note.host_key_added = flag(from, "host_key_added");
  note.took = std::chrono::microseconds(number<std::int64_t>(from, "took_us"));
  return note;
}

Failure failure_from(const object& from) {
  Failure failure{static_cast<base::ErrorCode>(number<int>(from, "code")), text(from, "message")};
  if (const auto fault = base::fault_named(text(from, "fault"))) failure.fault = *fault;
  return failure;
}

}  // namespace

Failure failure_of(const base::Error& error) {
  return {error.code(), error.what(), error.fault()};
}

std::string_view to_string(State state) {
  return states[static_cast<std::size_t>(state)];
}
std::string_view to_string(Remains remains) {
  return remainders[static_cast<std::size_t>(remains)];
}

object to_json(const Outcome& outcome) {
  object out;
  out["version"] = 1;
  out["call"] = outcome.call.str();
  out["host"] = outcome.host;
  out["state"] = to_string(outcome.state);
  if (outcome.exit_code) out["exit_code"] = *outcome.exit_code;
  out["signal"] = outcome.signal;
  out["out"] = captured_json(outcome.out);
  out["err"] = captured_json(outcome.err);
  out["remains"] = to_string(outcome.remains);
  out["remote_pid"] = outcome.remote_pid;
  out["output_may_continue"] = outcome.output_may_continue;
  out["question"] = outcome.question;
  out["session"] = outcome.session;
  out["line_sent"] = outcome.line_sent;
  out["earlier"] = captured_json(outcome.earlier);
  out["prompt"] = outcome.prompt;
  if (outcome.error) {
    object error;
    error["code"] = static_cast<int>(outcome.error->code);
    error["name"] = base::to_string(outcome.error->code);
    error["fault"] = base::to_string(outcome.error->fault);
    error["message"] = outcome.error->message;
    out["error"] = std::move(error);
  }
  out["stopped"] = outcome.stopped;
  out["closing_later"] = outcome.closing_later;
  out["staying_open"] = outcome.staying_open;
  out["rules"] = base::json::value_from(outcome.rules);
  out["approved_by"] = outcome.approved_by;
  if (outcome.connection) out["connection"] = connection_json(*outcome.connection);
  if (outcome.tunnel) out["tunnel"] = to_json(*outcome.tunnel);
  if (outcome.diagnosis) out["diagnosis"] = to_json(*outcome.diagnosis);
  out["duration_us"] = outcome.duration.count();
  out["end_recorded"] = outcome.end_recorded;
  return out;
}

std::expected<Outcome, base::Error> outcome_from_json(const object& from) {
  const auto bad = [](std::string cause) {
    return std::unexpected(base::Error(base::ErrorCode::protocol_error, "not an outcome: " + cause));
  };
  const auto* version = from.if_contains("version");
  if (version == nullptr || *version != 1) return bad("unknown version");
  const auto state = find_enum<State>(states, text(from, "state"));
  const auto remains = find_enum<Remains>(remainders, text(from, "remains"));
  if (!state || !remains) return bad("unknown state");
  Outcome outcome;
  outcome.call = base::CallId(text(from, "call"));
  outcome.host = text(from, "host");
  outcome.state = *state;
  if (from.contains("exit_code")) outcome.exit_code = number<int>(from, "exit_code");
  outcome.signal = text(from, "signal");
  outcome.out = captured_from(from, "out");
  outcome.err = captured_from(from, "err");
  outcome.remains = *remains;
  outcome.remote_pid = number<long>(from, "remote_pid");
  outcome.output_may_continue = flag(from, "output_may_continue");
  outcome.question = text(from, "question");
  outcome.session = text(from, "session");
  outcome.line_sent = flag(from, "line_sent");
  outcome.earlier = captured_from(from, "earlier");
  outcome.prompt = text(from, "prompt");
  if (const object* error = base::find_object(from, "error")) outcome.error = failure_from(*error);
  if (const auto* rules = from.if_contains("rules"); rules != nullptr && rules->is_array())
    for (const auto& rule : rules->get_array())
      if (rule.is_string()) outcome.rules.emplace_back(rule.get_string());
  outcome.stopped = text(from, "stopped");
  outcome.closing_later = number<std::size_t>(from, "closing_later");
  outcome.staying_open = number<std::size_t>(from, "staying_open");
  outcome.approved_by = text(from, "approved_by");
  if (const object* note = base::find_object(from, "connection")) outcome.connection = connection_from(*note);
  if (const object* note = base::find_object(from, "tunnel")) outcome.tunnel = tunnel_note_from(*note);
  if (const object* found = base::find_object(from, "diagnosis")) outcome.diagnosis = diagnosis_from(*found);
  outcome.duration = std::chrono::microseconds(number<std::int64_t>(from, "duration_us"));
  outcome.end_recorded = flag(from, "end_recorded");
  return outcome;
}

}  // namespace mcpssh::gateway
