// What a SOCKS5 or HTTP proxy answers: any bytes are an answer or an Error with one clean line, and no length
// in them is believed beyond what the protocol can say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ssh/way/http_tunnel.hpp"
#include "ssh/way/socks5.hpp"

namespace {
using namespace mcpssh;

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class Work>
void try_it(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    demand(base::is_utf8(error.message()) && error.message().size() < 4096);
    demand(base::printable(error.message(), error.message().size() + 1) == error.message());
  }
}

void socks(std::string_view bytes) {
  using namespace ssh::socks5;
  if (bytes.size() >= choice_size)
    for (const bool have_password : {false, true})
      try_it([&] { wants_password(bytes.substr(0, choice_size), have_password); });
  if (bytes.size() >= verdict_size) try_it([&] { check_verdict(bytes.substr(0, verdict_size)); });
  // The longest address is a name of 255 bytes; its length byte belongs to the head.
  if (bytes.size() >= reply_head_size)
    try_it([&] { demand(rest_of_reply(bytes.substr(0, reply_head_size)) <= 255 + 2); });
  try_it([&] { demand(request(bytes, 22).size() <= 4 + 1 + 255 + 2); });
  const auto half = bytes.size() / 2;
  try_it([&] { demand(credentials(bytes.substr(0, half), bytes.substr(half)).size() <= 3 + 255 + 255); });
}

void http(std::string_view bytes) {
  using namespace ssh::http_tunnel;
  const std::size_t head = head_size(bytes);
  demand(head <= bytes.size());
  if (head > 0) try_it([&] { check(bytes.substr(0, head)); });
  try_it([&] {
    const base::Secret secret = request(bytes, 22, "user", "password");
    // One request line, however the address looks: nothing of it begins a line of its own.
    const std::string& text = secret.reveal();
    demand(text.starts_with("CONNECT ") && text.find("\r\n\r\n") == text.size() - 4);
    demand(text.find(" HTTP/1.1\r\n") < text.find('\n'));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  socks(bytes);
  http(bytes);
  return 0;
}
