#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "bench.hpp"

namespace mcpssh::test {

/// One OpenSSH server with a throwaway user for all stories of `Suite`, and what each story needs to reach
/// it. A suite may have a `config()` of its own: lines of sshd_config.
template <class Suite>
class Served : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    OpensshServer::Options options;
    options.password_user = true;
    options.config = Suite::config();
    server_ = std::make_unique<OpensshServer>(std::move(options));
  }
  static void TearDownTestSuite() { server_.reset(); }
  static std::vector<std::string> config() { return {}; }

  static OpensshServer& server() { return *server_; }
  /// Logs the throwaway user in.
  ssh::Target user_target() {
    auto target = target_of(server(), directory_);
    target.user = server().password_user().name();
    return target;
  }

  TempDir directory_;
  Loop loop_;

 private:
  static inline std::unique_ptr<OpensshServer> server_;
};

}  // namespace mcpssh::test
