#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/import/ansible_inventory.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

[[noreturn]] void bad_range(std::string_view pattern, const std::string& place) {
  throw Error(Fault::import_failed,
              fmt::format("{}: `{}` is not a range of hosts", place, base::printable(pattern, 80)),
              "write it as name[01:10] or name[a:f]");
}

bool number(std::string_view text, std::size_t& value) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size();
}

bool letter(std::string_view text) {
  return text.size() == 1 && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
}

/// What stands between the brackets: "01:10", "1:10:2", "a:f".
std::vector<std::string> values_of(std::string_view range, std::string_view pattern,
                                   const std::string& place) {
  const auto parts = base::split(range, ':');
  if (parts.size() < 2 || parts.size() > 3) bad_range(pattern, place);
  std::size_t first = 0, last = 0, step = 1;
  if (parts.size() == 3 && (!number(parts[2], step) || step == 0)) bad_range(pattern, place);
  const bool letters = letter(parts[0]) && letter(parts[1]);
  if (letters) {
    first = static_cast<unsigned char>(parts[0][0]);
    last = static_cast<unsigned char>(parts[1][0]);
  } else if (!number(parts[0].empty() ? "0" : parts[0], first) || !number(parts[1], last)) {
    bad_range(pattern, place);
  }
  constexpr std::size_t highest = 1'000'000'000;
  if (first > last || last > highest || step > highest || parts[0].size() > 20) bad_range(pattern, place);
  if ((last - first) / step >= limits::ansible_hosts)
    throw Error(ErrorCode::limit_reached, fmt::format("{}: `{}` names more than {} hosts", place,
                                                      base::printable(pattern, 80), limits::ansible_hosts));
  const std::size_t width = parts[0].starts_with('0') ? parts[0].size() : 0;
  std::vector<std::string> values;
  for (std::size_t value = first; value <= last; value += step)
    values.push_back(letters ? std::string(1, static_cast<char>(value))
                             : fmt::format("{:0{}}", value, width));
  return values;
}

}  // namespace

std::vector<std::string> expanded_range(std::string_view pattern, const std::string& place) {
  const auto open = pattern.find('[');
  if (open == std::string_view::npos) return {std::string(pattern)};
  if (std::ranges::count(pattern, '[') > 8) bad_range(pattern, place);
  const auto close = pattern.find(']', open);
  if (close == std::string_view::npos) bad_range(pattern, place);
  std::vector<std::string> names;
  const auto tails = expanded_range(pattern.substr(close + 1), place);
  for (const auto& value : values_of(pattern.substr(open + 1, close - open - 1), pattern, place)) {
    for (const auto& tail : tails) {
      names.push_back(std::string(pattern.substr(0, open)) + value + tail);
      if (names.size() > limits::ansible_hosts)
        throw Error(ErrorCode::limit_reached,
                    fmt::format("{}: `{}` names more than {} hosts", place, base::printable(pattern, 80),
                                limits::ansible_hosts));
    }
  }
  return names;
}

}  // namespace mcpssh::hosts
