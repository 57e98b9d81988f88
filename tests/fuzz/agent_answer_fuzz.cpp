// What an SSH agent answers, and certificates in it: what is passed on is a well-formed message within
// limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ssh/login/agent_identities.hpp"
#include "ssh/login/certificate.hpp"
#include "ssh/session/wire.hpp"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

/// Counts the keys of an identities answer; aborts when it is not exactly that.
std::size_t keys_in(std::string_view answer) {
  using namespace mcpssh::ssh;
  demand(!answer.empty() && answer.front() == 12);
  answer.remove_prefix(1);
  const auto count = wire::take_number(answer);
  demand(count.has_value());
  for (std::uint32_t i = 0; i < *count; ++i)
    demand(wire::take_string(answer).has_value() && wire::take_string(answer).has_value());
  demand(answer.empty());
  return *count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcpssh::ssh;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{6}}) {
    IdentityFilter filter;
    filter.max_keys = most;
    const Identities all = usable_identities(bytes, filter);
    demand(keys_in(all.answer) == all.offered && all.offered <= most && all.offered <= all.held);
    filter.only = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    const Identities one = usable_identities(bytes, filter);
    demand(keys_in(one.answer) == one.offered && one.offered <= all.held);
    // Cutting down what was cut down changes nothing.
    filter.only.clear();
    demand(usable_identities(all.answer, filter).answer == all.answer);
  }
  const auto inner = certified_key(bytes);
  if (inner) demand(inner->size() <= bytes.size() && !certified_key(*inner));
  return 0;
}
