#pragma once
#include <filesystem>
#include <memory>

#include "lab/server.hpp"

namespace mcpssh::cli {

/// Two simulated hosts on loopback and a private directory with all a server needs to reach them: hosts.yaml,
/// key, known_hosts, journal. Everything is gone when it dies.
class DemoLab {
 public:
  DemoLab();
  ~DemoLab();
  DemoLab(const DemoLab&) = delete;
  DemoLab& operator=(const DemoLab&) = delete;

  [[nodiscard]] std::filesystem::path config() const { return directory_ / "hosts.yaml"; }
  [[nodiscard]] std::filesystem::path journal() const { return directory_ / "audit.jsonl"; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
  std::unique_ptr<lab::Server> server_;
};

}  // namespace mcpssh::cli
