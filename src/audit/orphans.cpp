#include "audit/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "audit/line.hpp"
#include "audit/line_reader.hpp"
#include "base/json.hpp"

namespace mcpssh::audit {
namespace {

/// `offset` if a line starts there, else 0: the note it comes from was not written durably.
std::uint64_t line_start(int fd, std::uint64_t offset, std::uint64_t to) {
  if (offset == 0 || offset > to) return 0;
  return read_exactly(fd, offset - 1, 1) == "\n" ? offset : 0;
}

Record orphan_of(const std::string& begin, std::uint64_t seq) {
  Record record;
  record.kind = Kind::orphaned;
  const auto parsed = base::parse_json(begin);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (object == nullptr) return record;
  const auto copy = [object](const char* name) { return base::find_string(*object, name).value_or(""); };
  record.call = copy("call");
  record.host = copy("host");
  record.tool = copy("tool");
  record.session = copy("session");
  record.digest = copy("digest");
  record.principal.name = copy("principal");
  record.principal.client = copy("client");
  record.principal.via = copy("via") == "http"     ? base::Via::http
                         : copy("via") == "socket" ? base::Via::socket
                         : copy("via") == "stdio"  ? base::Via::stdio
                                                   : base::Via::local;
  record.state = "unknown";
  record.detail = fmt::format(
      "record {} of {} began this; its server ({}) died before it recorded an end, so what "
      "the host did is not known",
      seq, copy("ts"), copy("instance"));
  return record;
}

}  // namespace

std::vector<Record> find_orphans(int fd, std::uint64_t from, std::uint64_t to,
                                 const std::vector<std::string>& living) {
  struct Begin {
    std::string line;
    std::uint64_t seq = 0;
  };
  std::unordered_map<std::string, Begin> open;
  LineReader lines(fd, line_start(fd, from, to), to);
  while (const auto line = lines.next()) {
    if (!line->whole_start) continue;
    const auto parsed = parse_line(line->bytes);
    if (!parsed || parsed->call.empty()) continue;
    if (parsed->kind == "begin" && std::ranges::find(living, parsed->instance) == living.end())
      open[parsed->pair_key()] = Begin{std::string(line->bytes), parsed->seq};
    else if (parsed->kind == "end" || parsed->kind == "orphaned")
      open.erase(parsed->pair_key());
  }
  std::multimap<std::uint64_t, const Begin*> in_order;
  for (const auto& [key, begin] : open) in_order.emplace(begin.seq, &begin);
  std::vector<Record> records;
  records.reserve(in_order.size());
  for (const auto& [seq, begin] : in_order) records.push_back(orphan_of(begin->line, seq));
  return records;
}

}  // namespace mcpssh::audit
