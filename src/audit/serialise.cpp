#include "audit/serialise.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <span>

#include "audit/line.hpp"
#include "audit/sha256.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace mcpssh::audit {
namespace {

/// A field longer than any command is cut, and says so: one record must never fill the disk.
constexpr std::size_t max_field_bytes = base::limits::command_bytes;
/// More rules than one verdict can have.
constexpr std::size_t max_rules = 64;
constexpr std::size_t max_rule_bytes = 256;

std::string_view via_name(base::Via via) {
  switch (via) {
    case base::Via::stdio:
      return "stdio";
    case base::Via::http:
      return "http";
    case base::Via::socket:
      return "socket";
    case base::Via::local:
      return "local";
  }
  return "local";
}

/// The code point at the start of well-formed UTF-8, which is removed from `text`.
std::uint32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t value = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i)
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  text.remove_prefix(length);
  return value;
}

class Body {
 public:
  explicit Body(const Redactor& redactor) : redactor_(redactor) {}

  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    const std::string clean = bounded(redactor_.clean(value));
    if (base::is_utf8(clean)) return raw(name, '"' + escape_json(clean) + '"');
    raw(name, '"' + escape_json(base::to_utf8(clean)) + '"');
    const std::span bytes(reinterpret_cast<const unsigned char*>(clean.data()), clean.size());
    raw(std::string(name) + "_base64", '"' + base::to_base64(bytes) + '"');
  }
  template <class T>
  void number(std::string_view name, const std::optional<T>& value) {
    if (value) raw(name, fmt::format("{}", *value));
  }
  void flag(std::string_view name, const std::optional<bool>& value) {
    if (value) raw(name, *value ? "true" : "false");
  }
  void list(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string items;
    for (const auto& value : std::span(values).first(std::min(values.size(), max_rules))) {
      items += items.empty() ? "\"" : ",\"";
      items += escape_json(base::to_utf8(redactor_.clean(value).substr(0, max_rule_bytes)));
      items += '"';
    }
    raw(name, "[" + items + "]");
  }
  void raw(std::string_view name, std::string_view json) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_.append(name).append("\":").append(json);
  }
  std::string take() { return std::move(out_); }

 private:
  static std::string bounded(std::string text) {
    if (text.size() <= max_field_bytes) return text;
    const std::string note =
        fmt::format(" [cut: {} bytes in all, SHA-256 {}]", text.size(), Sha256().update(text).hex());
    text.resize(max_field_bytes);
    for (int i = 0; i < 3 && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80; ++i) text.pop_back();
    if (static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
    return text + note;
  }

  const Redactor& redactor_;
  std::string out_;
};

void original_fields(Body& body, const Record& record) {
  body.text("host", record.host);
  body.text("tool", record.tool);
  body.text("command", record.command);
  body.text("decision", record.decision);
  body.number("exit_code", record.exit_code);
  body.flag("timed_out", record.timed_out);
}

void added_fields(Body& body, const Record& record) {
  body.text("call", record.call);
  body.text("session", record.session);
  body.text("principal", record.principal.name);
  body.text("client", record.principal.client);
  body.text("via", via_name(record.principal.via));
  const auto& rights = record.principal.rights;
  if (rights && rights->role != base::Role::agent) body.text("role", to_string(rights->role));
  body.text("digest", record.digest);
  body.list("rules", record.rules);
  body.text("approved_by", record.approved_by);
  body.text("human_factor", record.human_factor);
  body.text("reason", record.reason);
  body.text("state", record.state);
  body.text("detail", record.detail);
  body.number("bytes_out", record.bytes_out);
  body.number("bytes_err", record.bytes_err);
  body.number("duration_us", record.duration_us);
}

}  // namespace

Stamp Stamp::now(const base::Clock& clock) {
  using namespace std::chrono;
  const auto mono = duration_cast<microseconds>(clock.mono().time_since_epoch()).count();
  return {base::rfc3339(clock.wall()), static_cast<std::uint64_t>(std::max<std::int64_t>(mono, 0))};
}

std::string serialise(const Record& record, const Stamp& stamp, std::string_view instance,
                      const Redactor& redactor) {
  Body body(redactor);
  body.raw("ts", '"' + stamp.ts + '"');
  original_fields(body, record);
  body.raw("v", fmt::format("{}", format_version));
  body.raw("kind", fmt::format("\"{}\"", to_string(record.kind)));
  added_fields(body, record);
  body.raw("mono_us", fmt::format("{}", stamp.mono_us));
  body.raw("instance", fmt::format("\"{}\"", instance));
  return body.take();
}

std::string escape_json(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  while (!text.empty()) {
    const std::uint32_t c = take_code_point(text);
    if (c == '"' || c == '\\')
      out.append({'\\', static_cast<char>(c)});
    else if (c >= 0x20 && c < 0x7F)
      out += static_cast<char>(c);
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c < 0x10000)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    else
      fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800 + ((c - 0x10000) >> 10),
                     0xDC00 + ((c - 0x10000) & 0x3FF));
  }
  return out;
}

}  // namespace mcpssh::audit
