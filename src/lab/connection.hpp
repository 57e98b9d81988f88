#pragma once
#include <map>
#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "lab/handles.hpp"
#include "lab/program.hpp"
#include "lab/server.hpp"

namespace mcpssh::lab {

/// A user of the lab and what lives behind that name.
struct Account {
  LabUser user;
  std::unique_ptr<Host> host;
};
using Accounts = std::map<std::string, Account, std::less<>>;

/// Serves one client on `socket` (non-blocking) in the calling thread until the client goes, fails to log in
/// too often, or `stop_fd` becomes readable. Every program it started is dead and reaped when it returns.
/// Throws nothing: whatever goes wrong ends this connection only.
void serve_connection(base::UniqueFd socket, Key host_key, const Accounts& accounts, int stop_fd) noexcept;

}  // namespace mcpssh::lab
