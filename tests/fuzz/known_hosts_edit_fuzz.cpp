// remember() and forget() on any known_hosts file: what was remembered is found, what was forgotten is not,
// and what is on record for others stays.
#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ssh/trust/known_hosts.hpp"

namespace {
using mcpssh::ssh::HostKey;
using mcpssh::ssh::KnownHosts;
using State = KnownHosts::State;

void demand(bool holds) {
  if (!holds) std::abort();
}

/// A file of this run's own, removed at its end.
struct Scratch {
  Scratch() {
    std::string pattern = "/dev/shm/mcpf-XXXXXX";
    demand(::mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::filesystem::path folder;
};

std::filesystem::path file() {
  static const Scratch scratch;
  return scratch.folder / "known_hosts";
}

const HostKey ours{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

void round_trip(const char* name, std::uint16_t port, const char* other) {
  const auto others_before = KnownHosts::load(file()).check(other, port, ours);
  try {
    mcpssh::ssh::remember(file(), name, port, ours, true);
  } catch (const mcpssh::base::Error&) {
    demand(KnownHosts::load(file()).check(name, port, ours).state == State::revoked);
    return;
  }
  demand(KnownHosts::load(file()).check(name, port, ours).state == State::match);
  mcpssh::ssh::forget(file(), name, port);
  const auto forgotten = KnownHosts::load(file()).check(name, port, ours);
  demand(forgotten.state == State::unknown || forgotten.state == State::revoked);
  const auto others_after = KnownHosts::load(file()).check(other, port, ours);
  demand(others_after.state == others_before.state && others_after.on_record == others_before.on_record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << text;
    std::filesystem::permissions(file(), std::filesystem::perms(0600));
    round_trip("web1", port, "db1");
  }
  return 0;
}
