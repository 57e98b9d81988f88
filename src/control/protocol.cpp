#include "control/protocol.hpp"

#include <unistd.h>

#include <array>
#include <chrono>

#include "approvals/shown.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "base/wiped_memory.hpp"
#include "control/questions_json.hpp"

namespace mcpssh::control {
namespace {

namespace json = base::json;
using base::Error;
using base::ErrorCode;
using Kind = Wish::Kind;

constexpr std::array<std::string_view, 10> names{"pending", "watch", "approve",  "deny",      "freeze",
                                                 "thaw",    "stop",  "sessions", "stop_call", "answer"};
/// What a refusal may say it is; anything else is `refused` to its reader.
constexpr std::array codes{ErrorCode::not_found, ErrorCode::protocol_error, ErrorCode::limit_reached,
                           ErrorCode::journal_unwritable, ErrorCode::io_error};

json::object answer(bool ok) {
  return {{"v", 1}, {"ok", ok}};
}

bool is_version_one(const json::object& fields) {
  const auto* version = fields.if_contains("v");
  return version != nullptr && *version == 1;
}

Error no_wish(std::string why) {
  return {ErrorCode::protocol_error, "not understood: " + std::move(why),
          "use the mcp-ssh of the server's version"};
}

/// At once into its place: a text that grows leaves copies behind.
std::string serialized(const json::object& fields) {
  json::serializer serializer;
  serializer.reset(&fields);
  std::string line(2 * most_wish_bytes, '\0');
  line.resize(serializer.read(line.data(), line.size()).size());
  if (serializer.done()) return line;
  throw Error(ErrorCode::limit_reached, "that is more than can be said at once");
}

std::int64_t seconds(base::MonoTime::duration time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

json::object described(const approvals::Request& request, const gateway::Operators& operators,
                       const approvals::Approver& who) {
  auto fields = approvals::shown(request);
  const auto left = operators.left(request);
  fields["digest"] = approvals::digest_of_shown(fields);
  fields["asked"] = base::rfc3339(request.asked);
  fields["age_s"] = seconds(approvals::Requests::lifetime - left);
  fields["expires_in_s"] = seconds(left);
  fields["yours"] = gateway::to_string(operators.standing(request, who));
  return fields;
}

}  // namespace

bool Wish::operator==(const Wish& other) const {
  return kind == other.kind && id == other.id && reason == other.reason && digest == other.digest &&
         code == other.code && answer.reveal() == other.answer.reveal();
}

std::string to_line(const Wish& wish) {
  base::WipedMemory memory;
  json::object fields(memory.storage());
  fields["v"] = 1;
  fields["op"] = names[static_cast<std::size_t>(wish.kind)];
  if (!wish.id.empty()) fields["id"] = base::to_utf8(wish.id);
  if (!wish.reason.empty()) fields["reason"] = base::to_utf8(wish.reason);
  if (!wish.digest.empty()) fields["digest"] = base::to_utf8(wish.digest);
  if (!wish.code.empty()) fields["code"] = base::to_utf8(wish.code);
  if (wish.kind == Kind::answer) fields["answer"] = wish.answer.reveal();
  return serialized(fields);
}

std::expected<Wish, Error> wish_from(std::string_view line) {
  base::WipedMemory memory;
  const auto parsed = base::parse_json(line, memory.storage());
  const auto* fields = parsed ? parsed->if_object() : nullptr;
  if (fields == nullptr) return std::unexpected(no_wish("that is no JSON object"));
  if (!is_version_one(*fields)) return std::unexpected(no_wish("another version"));
  const auto op = base::find_string(*fields, "op").value_or("");
  Wish wish;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != op) continue;
    wish.kind = static_cast<Kind>(i);
    wish.id = base::find_string(*fields, "id").value_or("");
    wish.reason = base::find_string(*fields, "reason").value_or("");
    wish.digest = base::find_string(*fields, "digest").value_or("");
    wish.code = base::find_string(*fields, "code").value_or("");
    const bool names_one = wish.kind == Kind::approve || wish.kind == Kind::deny ||
                           wish.kind == Kind::stop_call || wish.kind == Kind::answer;
    if (names_one && wish.id.empty()) return std::unexpected(no_wish("which one is meant"));
    if (wish.kind != Kind::answer) return wish;
    const auto* answer = fields->if_contains("answer");
    if (answer == nullptr || !answer->is_string()) return std::unexpected(no_wish("what the answer is"));
    wish.answer = base::Secret(std::string(answer->get_string()));
    return wish;
  }
  return std::unexpected(no_wish("no such operation"));
}

std::string refusal(const Error& error) {
  auto fields = answer(false);
  fields["code"] = base::to_string(error.code());
  fields["fault"] = base::to_string(error.fault());
  fields["error"] = base::to_utf8(error.message());
  return json::serialize(fields);
}

std::string done(const std::string& text) {
  auto fields = answer(true);
  fields["text"] = base::to_utf8(text);
  return json::serialize(fields);
}

std::string report(const gateway::StopReport& report) {
  auto fields = answer(true);
  fields["calls"] = report.calls;
  fields["ended"] = report.ended;
  fields["left_over"] = report.left_over;
  fields["shells"] = report.shells;
  fields["tunnels"] = report.tunnels;
  return json::serialize(fields);
}

std::string report(const gateway::StopOfOne& report) {
  auto fields = answer(true);
  fields["host"] = base::to_utf8(report.host);
  fields["ended"] = report.ended;
  fields["state"] = gateway::to_string(report.state);
  fields["remains"] = gateway::to_string(report.remains);
  fields["pid"] = report.remote_pid;
  return json::serialize(fields);
}

std::string open_things(const gateway::Operators& operators) {
  constexpr std::array<std::string_view, 3> kinds{"connection", "shell", "call"};
  auto fields = answer(true);
  json::array all;
  for (const auto& [principal, note, tunnel] : operators.open_things()) {
    json::object one{{"principal", base::to_utf8(principal)},
                     {"kind", tunnel ? "tunnel" : kinds[static_cast<std::size_t>(note.kind)]},
                     {"host", base::to_utf8(note.host)},
                     {"in_use", note.in_use}};
    if (!note.name.empty()) one["name"] = base::to_utf8(note.name);
    if (tunnel) {
      one["listen"] = base::to_utf8(where_it_listens(*tunnel));
      one["target"] = base::to_utf8(where_it_leads(*tunnel));
    } else {
      one["idle_ms"] = note.idle.count();
    }
    if (!note.address.empty()) one["address"] = base::to_utf8(note.address);
    if (!note.detail.empty()) one["detail"] = base::to_utf8(note.detail);
    if (!note.state.empty()) one["state"] = note.state;
    if (note.kind == gateway::SessionNote::Kind::job) one["bytes"] = note.bytes;
    all.push_back(std::move(one));
  }
  fields["sessions"] = std::move(all);
  return json::serialize(fields);
}

std::string overview(const gateway::Operators& operators, const approvals::Approver& who,
                     const std::string& server_user) {
  auto fields = answer(true);
  const auto frozen = operators.frozen();
  fields["server"] = {{"pid", ::getpid()},
                      {"user", server_user},
                      {"configuration", base::to_utf8(operators.configuration().string())},
                      {"frozen", frozen ? json::value(approvals::described(*frozen)) : json::value()}};
  json::array requests;
  for (const auto* request : operators.pending()) requests.push_back(described(*request, operators, who));
  fields["requests"] = std::move(requests);
  fields["questions"] = login_questions(operators);
  return json::serialize(fields);
}

std::expected<json::object, Error> answer_from(std::string_view line) {
  json::error_code wrong;
  auto parsed = json::parse(line, wrong);
  auto* fields = wrong ? nullptr : parsed.if_object();
  const auto* ok = fields == nullptr || !is_version_one(*fields) ? nullptr : fields->if_contains("ok");
  if (ok == nullptr || !ok->is_bool())
    return std::unexpected(Error(ErrorCode::protocol_error, "the server's answer is not understood",
                                 "use the mcp-ssh of the server's version"));
  if (ok->get_bool()) return std::move(*fields);
  const auto named = base::find_string(*fields, "code").value_or("");
  auto code = ErrorCode::refused;
  for (const auto known : codes)
    if (base::to_string(known) == named) code = known;
  auto fault = base::fault_named(base::find_string(*fields, "fault").value_or(""));
  if (!fault || base::row_of(*fault).kind != code) fault = base::general_fault(code);
  return std::unexpected(
      Error(*fault, base::printable(base::find_string(*fields, "error").value_or("refused"), 2000)));
}

}  // namespace mcpssh::control
