#include "audit/readable.hpp"

#include <algorithm>

#include "audit/line_reader.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace mcpssh::audit {
namespace {

constexpr std::size_t command_shown_bytes = 160;
constexpr std::size_t detail_shown_bytes = 200;
constexpr std::size_t code_bytes = 40;
constexpr std::uint64_t block_bytes = 64 * 1024;

std::string outcome_of(const base::json::object& record) {
  std::string text = base::find_string(record, "state").value_or("");
  const auto* exit_code = record.if_contains("exit_code");
  if (exit_code != nullptr && exit_code->is_int64()) {
    if (text.empty()) text = "exit";
    text += " " + std::to_string(exit_code->get_int64());
  }
  const auto* timed_out = record.if_contains("timed_out");
  if (text.empty() && timed_out != nullptr && timed_out->is_bool() && timed_out->get_bool())
    text = "timed out";
  return text.empty() ? base::find_string(record, "decision").value_or("") : text;
}

/// Cut where it is long, but not its end when that is an error's code: "... [host-key-changed]".
std::string shown_detail(const std::string& detail) {
  const auto code = detail.ends_with(']') ? detail.rfind(" [") : detail.npos;
  if (code == detail.npos || detail.size() - code > code_bytes)
    return base::printable(detail, detail_shown_bytes);
  return base::printable(detail.substr(0, code), detail_shown_bytes) + base::printable(detail.substr(code));
}

}  // namespace

std::string readable_line(std::string_view line) {
  const auto parsed = base::parse_json(line);
  const auto* record = parsed ? parsed->if_object() : nullptr;
  if (record == nullptr) return "? " + base::printable(line);
  std::string out;
  const auto add = [&out](const std::string& word) {
    if (!word.empty()) out += (out.empty() ? "" : " ") + base::printable(word);
  };
  for (const char* name : {"ts", "host", "tool", "kind"}) add(base::find_string(*record, name).value_or(""));
  add(outcome_of(*record));
  const auto command = base::find_string(*record, "command").value_or("");
  if (!command.empty()) out += " | " + base::printable(command, command_shown_bytes);
  const auto detail = base::find_string(*record, "detail").value_or("");
  if (!detail.empty()) out += " (" + shown_detail(detail) + ")";
  return out;
}

std::uint64_t start_of_last_lines(int fd, std::uint64_t size, std::size_t count) {
  if (count == 0) return size;
  std::size_t seen = 0;
  for (std::uint64_t end = size; end > 0;) {
    const std::uint64_t begin = end > block_bytes ? end - block_bytes : 0;
    const std::string block = read_exactly(fd, begin, static_cast<std::size_t>(end - begin));
    for (std::size_t i = block.size(); i-- > 0;) {
      const bool ends_the_file = begin + i + 1 == size;
      if (block[i] == '\n' && !ends_the_file && ++seen == count) return begin + i + 1;
    }
    end = begin;
  }
  return 0;
}

}  // namespace mcpssh::audit
