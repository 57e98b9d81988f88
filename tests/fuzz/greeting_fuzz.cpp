// What a server says before a log-in: its version and its algorithms, cut anywhere; its sftp hello.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "ssh/survey/key_exchange_init.hpp"
#include "ssh/survey/sftp_version.hpp"
#include "ssh/trust/algorithms.hpp"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_names(const std::vector<std::string>& names) {
  for (const auto& name : names) demand(!name.empty() && mcpssh::base::printable(name, name.size()) == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh::ssh;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string version;
  const auto whole = read_greeting(bytes, version);
  demand(mcpssh::base::printable(version, 4000) == version);
  if (whole && *whole) {
    check_names((*whole)->offer.key_exchange);
    check_names((*whole)->offer.macs_from_host);
    Algorithms all;
    all.legacy = true;
    for (const auto& each : algorithms::agree(all, (*whole)->offer))
      demand(each.chosen.empty() || each.chosen.starts_with("aead-") ||
             std::ranges::find(each.theirs, each.chosen) != each.theirs.end());
    // What is known does not change with what comes behind it.
    std::string again;
    const auto more = read_greeting(std::string(bytes) + "x", again);
    demand(more && *more == *whole);
  }
  demand(!parse_key_exchange_init(bytes) || size > 17);
  const auto sftp = parse_sftp_version(bytes);
  demand(!sftp || !*sftp || size >= 9);
  return 0;
}
