#include "guard/programs/dd_program.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/shell/path.hpp"

namespace mcpssh::guard {
namespace {

/// count=1 and a small bs=, from the beginning, of a device.
bool reads_few_blocks(const Call& call) {
  bool few = false;
  bool device = false;
  for (const Field& word : call.words) {
    const std::string_view text = word.text();
    if (text.starts_with("skip=") || text.starts_with("iseek=")) return false;
    if (text.starts_with("bs=") && (text.size() > 8 || text.find_first_of("GgTt") != std::string_view::npos))
      return false;
    if (text.starts_with("if=")) device = device_of(word.substr(3), call.directory) == Device::raw;
    few = few || (text.starts_with("count=") && word.literal() && text.size() <= 8 &&
                  text.find_first_not_of("0123456789", 6) == std::string_view::npos);
  }
  return few && device;
}

}  // namespace

void judge_dd(const Call& call) {
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const Field& word = call.words[i];
    if (word.known_prefix().starts_with("of=")) {
      if (device_of(word.substr(3), call.directory) == Device::raw)
        call.does("disk.dd-device",
                  fmt::format("dd writes to {}", base::printable(word.substr(3).text(), 80)));
      else
        writes_file(call, word.substr(3), Writing::replace);
    } else if (word.known_prefix().starts_with("if=")) {
      // Read into nothing, it is a test of the device; its first blocks hold no files.
      if (!has_word(call, "of=/dev/null") && !reads_few_blocks(call)) reads_file(call, word.substr(3));
    } else if (word.opaque() && std::string_view("of=").starts_with(word.known_prefix())) {
      call.does("disk.opaque-target",
                fmt::format("dd with {}, known only at run time", base::printable(word.text(), 80)));
    }
  }
}

}  // namespace mcpssh::guard
