#pragma once
#include <gmock/gmock.h>

#include <string>

#include "main_job/yaml.hpp"
#include "tokens/http_service.hpp"

namespace mcpssh::test {

/// One machine under several names, so that a token may have some of them.
class House : public testing::Test {
 protected:
  [[nodiscard]] std::string entry(const std::string& name, const std::string& more = {}) const {
    return host_entry(name, sshd_.port(), sshd_.user(), by_key(sshd_.key()), more);
  }
  [[nodiscard]] std::string configured(const std::string& hosts, const std::string& settings = {}) {
    const auto known = files_.write("known_hosts", sshd_.known_hosts());
    return trusting(hosts, known.string(), settings);
  }
  /// web1, web2 and db1, each in a group.
  [[nodiscard]] std::string three_hosts() {
    return configured(entry("web1", "    groups: [web]\n") + entry("web2", "    groups: [web, lab]\n") +
                      entry("db1", "    groups: [vault]\n    mode: full\n"));
  }
  static std::string on(const std::string& host, const std::string& command) {
    return R"({"host":")" + host + R"(","command":")" + command + "\"}";
  }
  /// `text` with the name that was asked for made the same.
  static std::string with(std::string text, const std::string& name) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at))
      text.replace(at, name.size(), "NAME");
    return text;
  }

  OpensshServer sshd_;
  TempDir files_;
};

}  // namespace mcpssh::test
