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

namespace json = base::json;

/// `offset` if a line starts there, else 0: the note it comes from was not written durably.
std::uint64_t line_start(int fd, std::uint64_t offset, std::uint64_t to) {
  if (offset == 0 || offset > to) return 0;
  return read_exactly(fd, offset - 1, 1) == "\n" ? offset : 0;
}

struct Open {
  std::string line;  ///< the record that began it, or asked
  std::uint64_t seq = 0;
  bool approved = false, began = false;
};

/// Who and what, of the record that left it open. Empty for one that is no JSON.
Record taken_from(const json::object& left) {
  Record record;
  const auto copy = [&left](const char* name) { return base::find_string(left, name).value_or(""); };
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
  return record;
}

Record orphan_of(const Open& open) {
  const auto parsed = base::parse_json(open.line);
  const auto* left = parsed ? parsed->if_object() : nullptr;
  Record record = left != nullptr ? taken_from(*left) : Record();
  record.kind = open.began ? Kind::orphaned : Kind::approval;
  if (left == nullptr) return record;
  const auto copy = [left](const char* name) { return base::find_string(*left, name).value_or(""); };
  if (open.began) {
    record.state = "unknown";
    record.detail = fmt::format(
        "record {} of {} began this; its server ({}) died before it recorded an end, so what "
        "the host did is not known",
        open.seq, copy("ts"), copy("instance"));
    return record;
  }
  record.decision = "blocked";
  record.state = "void";
  record.approved_by = "nobody";
  const auto detail = copy("detail");
  record.detail = fmt::format(
      "{}: record {} of {} asked for approval; its server ({}) died before {}, so nothing was run",
      detail.substr(0, detail.find(':')), open.seq, copy("ts"), copy("instance"),
      open.approved ? "what was approved began" : "an answer was recorded");
  return record;
}

void step(std::unordered_map<std::string, Open>& all, const Line& line, std::string_view bytes, bool living) {
  const auto key = line.pair_key();
  const auto found = all.find(key);
  switch (step_of(line)) {
    case Step::asked:
    case Step::began:
      if (!living) all[key] = Open{std::string(bytes), line.seq, false, step_of(line) == Step::began};
      break;
    case Step::approved:
      if (found != all.end()) found->second.approved = true;
      break;
    case Step::refused:
      if (found != all.end() && !found->second.began) all.erase(found);
      break;
    case Step::ended:
      if (found != all.end()) all.erase(found);
      break;
    case Step::none:
      break;
  }
}

}  // namespace

std::vector<Record> find_orphans(int fd, std::uint64_t from, std::uint64_t to,
                                 const std::vector<std::string>& living) {
  std::unordered_map<std::string, Open> open;
  LineReader lines(fd, line_start(fd, from, to), to);
  while (const auto line = lines.next()) {
    if (!line->whole_start) continue;
    const auto parsed = parse_line(line->bytes);
    if (!parsed) continue;
    const bool alive = std::ranges::find(living, parsed->instance) != living.end();
    step(open, *parsed, line->bytes, alive);
  }
  std::multimap<std::uint64_t, const Open*> in_order;
  for (const auto& [key, left] : open) in_order.emplace(left.seq, &left);
  std::vector<Record> records;
  records.reserve(in_order.size());
  for (const auto& [seq, left] : in_order) records.push_back(orphan_of(*left));
  return records;
}

}  // namespace mcpssh::audit
