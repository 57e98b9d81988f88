#pragma once
#include <string>
#include <string_view>

namespace mcpssh::ssh {

/// What the two sides agreed on.
struct Negotiated {
  std::string key_exchange, host_key, cipher, mac;  ///< empty until it is known
};

/// Reads "Negotiated kex,hostkey,cipher,cipher,mac,mac,..." Pure; nothing else changes `into`.
void read_negotiated(std::string_view line, Negotiated& into);

/// While it lives, libssh's log on this thread is read for what was negotiated: the one place where libssh
/// 0.10 tells with which algorithm the host key signed. Wrap it around calls of one session that may end a
/// key exchange. Costs nothing once it is known.
class NegotiationListener {
 public:
  explicit NegotiationListener(Negotiated& into);
  ~NegotiationListener();
  NegotiationListener(const NegotiationListener&) = delete;
  NegotiationListener& operator=(const NegotiationListener&) = delete;

 private:
  bool listens_;
};

}  // namespace mcpssh::ssh
