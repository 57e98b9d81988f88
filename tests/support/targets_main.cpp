// Starts one of the test servers, prints where it is as one line of JSON, and keeps it until stdin closes.
// For what is not C++: the Node tests and the bench.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "support/dropbear_server.hpp"
#include "support/frr_router.hpp"
#include "support/openssh_server.hpp"

namespace {

using namespace mcpssh;
using test::ClientKey;
using test::SystemUser;

void describe(base::json::object& out, const ClientKey& key) {
  out["key"] = key.path.string();
}

void describe(base::json::object& out, const std::string& prefix, const SystemUser& user) {
  out[prefix + "user"] = user.name();
  out[prefix + "password"] = user.password();
}

void announce(const base::json::object& coordinates) {
  std::puts(base::json::serialize(coordinates).c_str());
  std::fflush(stdout);
  std::array<char, 256> ignored{};
  while (::read(0, ignored.data(), ignored.size()) > 0) {
  }
}

void openssh() {
  test::OpensshServer::Options options;
  options.password_user = ::geteuid() == 0;
  options.config = {"MaxSessions 64", "MaxStartups 2000"};  // a thousand log-ins of the bench
  const test::OpensshServer server(std::move(options));
  base::json::object out{
      {"host", "127.0.0.1"}, {"port", server.port()}, {"known_hosts", server.known_hosts()}};
  describe(out, server.key());
  if (::geteuid() == 0)
    describe(out, "", server.password_user());
  else
    out["user"] = server.user();
  out["encrypted_key"] = server.encrypted_key().path.string();
  out["passphrase"] = server.encrypted_key().passphrase;
  announce(out);
}

void dropbear() {
  const test::DropbearServer server;
  base::json::object out{
      {"host", "127.0.0.1"}, {"port", server.port()}, {"known_hosts", server.known_hosts()}};
  describe(out, server.key());
  describe(out, "", server.user());
  announce(out);
}

void frr() {
  const test::FrrRouter router;
  base::json::object out{
      {"host", "127.0.0.1"}, {"port", router.port()}, {"known_hosts", router.ssh().known_hosts()}};
  describe(out, router.ssh().key());
  describe(out, "", router.user());
  describe(out, "paged_", router.paged_user());
  describe(out, "vty_", router.vty_user());
  out["vty_login_password"] = test::FrrRouter::vty_password();
  out["enable_password"] = test::FrrRouter::enable_password();
  announce(out);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "";
  try {
    if (name == "openssh")
      openssh();
    else if (name == "dropbear")
      dropbear();
    else if (name == "frr")
      frr();
    else {
      std::fputs("usage: test_targets openssh|dropbear|frr\n", stderr);
      return 2;
    }
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "test_targets %s: %s\n", argv[1], failure.what());
    return 1;
  }
  return 0;
}
