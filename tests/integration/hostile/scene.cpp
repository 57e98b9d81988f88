#include "scene.hpp"

#include <fstream>

#include "base/text.hpp"

namespace mcpssh::test {
namespace {

std::size_t kib_of(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::stoul(line.substr(field.size()));
  throw std::runtime_error("/proc/self/status has no " + std::string(field));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::size_t allowed_kib = 512 * 1024;
#else
constexpr std::size_t allowed_kib = 64 * 1024;
#endif
#endif

}  // namespace

void expect_clean_line(const std::string& text) {
  EXPECT_TRUE(base::is_utf8(text)) << base::printable(text, 2000);
  // printable() changes nothing in a text that is clean.
  EXPECT_EQ(text, base::printable(text, text.size() + 1));
  EXPECT_LE(text.size(), 2048U);
}

MemoryPeak::MemoryPeak() {
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak is now
  before_ = kib_of("VmRSS:");
}

void MemoryPeak::expect_bounded() const {
  const std::size_t peak = kib_of("VmHWM:");
  EXPECT_LE(peak, before_ + allowed_kib) << before_ << " KiB before";
}

ssh::Target Hostile::target_of(const HostileServer& server) const {
  ssh::Target target;
  target.name = "web1";
  target.address = "127.0.0.1";
  target.port = server.port();
  target.user = "root";
  target.credentials.methods = {ssh::Credentials::Method::key};
  target.credentials.key_files = {key_.path};
  target.known_hosts = directory_.write("known_hosts", server.known_hosts());
  target.posix = false;
  target.login_timeout = login_limit;
  return target;
}

base::Error Hostile::refusal_of(HostileServer::Script script) {
  const HostileServer server(std::move(script));
  return refusal_of(server, target_of(server));
}

base::Error Hostile::refusal_of(const HostileServer& server, ssh::Target target) {
  const MemoryPeak memory;
  const auto begin = std::chrono::steady_clock::now();
  const auto error = error_of(loop_, ssh::Connection::open(std::move(target)));
  EXPECT_LE(std::chrono::steady_clock::now() - begin, login_limit + std::chrono::seconds(2));
  memory.expect_bounded();
  EXPECT_NE(error.code(), base::ErrorCode::internal) << error.message();
  EXPECT_EQ(error.host(), "web1");
  EXPECT_FALSE(error.step().empty()) << error.message();
  EXPECT_FALSE(error.next_move().empty()) << error.message();
  expect_clean_line(error.message());
  static_cast<void>(server);
  return error;
}

}  // namespace mcpssh::test
