#include "ssh/trust/negotiation_log.hpp"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <vector>

#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {

void on_line(int, const char*, const char* line, void* into) {
  if (into != nullptr && line != nullptr) read_negotiated(line, *static_cast<Negotiated*>(into));
}

}  // namespace

void read_negotiated(std::string_view line, Negotiated& into) {
  constexpr std::string_view begin = "Negotiated ";
  const auto at = line.find(begin);
  if (at == std::string_view::npos) return;
  const auto names = base::split(line.substr(at + begin.size()), ',');
  if (names.size() < 6) return;
  into.key_exchange = base::printable(names[0]);
  into.host_key = base::printable(names[1]);
  into.cipher = base::printable(names[2]);
  into.mac = base::printable(names[4]);
}

NegotiationListener::NegotiationListener(Negotiated& into) : listens_(into.key_exchange.empty()) {
  if (!listens_) return;
  ssh_set_log_callback(&on_line);
  ssh_set_log_userdata(&into);
  ssh_set_log_level(SSH_LOG_INFO);
}

NegotiationListener::~NegotiationListener() {
  if (!listens_) return;
  ssh_set_log_level(SSH_LOG_NOLOG);
  ssh_set_log_userdata(nullptr);
}

}  // namespace mcpssh::ssh
