#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "main_job/watching.hpp"
#include "main_job/yaml.hpp"

namespace mcpssh::test {

/// The program with one host, web1, that a key logs in to.
class OneHost : public testing::Test {
 protected:
  McpSsh start(std::vector<std::string> args = {}) {
    McpSsh::Options options;
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    options.hosts_yaml =
        trusting(host_entry("web1", sshd_.port(), sshd_.user(), by_key(sshd_.key())), known.string());
    options.args = std::move(args);
    return McpSsh(std::move(options));
  }

  OpensshServer sshd_;
  TempDir files_;
};

}  // namespace mcpssh::test
