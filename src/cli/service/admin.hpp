#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/log.hpp"
#include "cli/service/health.hpp"
#include "cli/service/listen_place.hpp"
#include "hosts/snapshot.hpp"
#include "transport/http/route_server.hpp"

namespace mcpssh::cli {

/// Where metrics and detailed health are served.
struct AdminPlace {
  std::filesystem::path socket;  ///< a UNIX socket; empty: `tcp`
  ListenPlace tcp{"127.0.0.1", 8001};
};
/// What has a slash is a socket's path, else as parse_listen(). Throws Error(invalid_config).
AdminPlace parse_admin(const std::string& text);
/// `asked` on the command line with `given`, else MCP_ADMIN; nothing when nobody asked.
std::optional<AdminPlace> admin_place(bool asked, const std::string& given,
                                      const hosts::Environment& environment);

/// The listener, and the socket's file while it lives.
class Admin {
 public:
  /// Listens, and says where. Throws Error(invalid_config), Error(io_error).
  Admin(base::Executor executor, const AdminPlace& place, transport::RouteOptions options, base::Log log);
  /// Takes over a socket that listens already.
  Admin(base::Executor executor, base::UniqueFd listening, transport::RouteOptions options, base::Log log);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  base::Task<void> run() { return server_->run(); }

 private:
  std::filesystem::path made_;  ///< to be removed
  std::unique_ptr<transport::RouteServer> server_;
};

}  // namespace mcpssh::cli
