// Our lines in front of a command's stderr: taken out whatever stands around them and however the stream is
// cut, and never anything that the command itself said.
#include <fuzzer/FuzzedDataProvider.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ssh/exec/prelude.hpp"
#include "ssh/exec/stop_script.hpp"

namespace {
using mcpssh::ssh::Prelude;
constexpr std::string_view nonce = "0123456789abcdef";

void demand(bool holds) {
  if (!holds) std::abort();
}

std::string fed(Prelude& prelude, std::string_view stream, FuzzedDataProvider& cuts) {
  std::string out;
  while (!stream.empty()) {
    const auto size = cuts.ConsumeIntegralInRange<std::size_t>(1, stream.size());
    out += prelude.feed(stream.substr(0, size));
    stream.remove_prefix(size);
  }
  return out + prelude.flush();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider from(data, size);
  const std::string marker(nonce);
  const bool go_line = from.ConsumeBool();
  const std::string before = from.ConsumeRandomLengthString(200);
  const std::string said = from.ConsumeRandomLengthString(400);
  const std::string any = from.ConsumeRandomLengthString(400);

  // A stream as it comes: a login script's words without our nonce, our lines, the command's words with it.
  if (!before.contains(marker)) {
    const std::string script = before.empty() || before.ends_with('\n') ? before : before + "\n";
    Prelude prelude(nonce, go_line);
    const std::string lines = marker + " 4711\n" + (go_line ? marker + " go\n" : "");
    const std::string out = fed(prelude, script + lines + said, from);
    demand(prelude.pid() == 4711 && prelude.begun());
    demand(out.ends_with(said));
    demand(!prelude.no_directory() && prelude.asked() == 0);
  }
  // Any stream at all: nothing is invented, and what is held back is bounded.
  Prelude prelude(nonce, go_line);
  const std::string out = fed(prelude, any, from);
  demand(out.size() <= any.size() && prelude.said().size() <= 2048);
  if (!any.contains(marker)) demand(!prelude.pid() && !prelude.begun() && prelude.asked() == 0);

  const auto report = mcpssh::ssh::parse_stop_report(any, nonce);
  if (report) {
    demand(any.contains(marker));
    for (const long pid : report->survivors) demand(pid > 0);
  }
  return 0;
}
