#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/limits.hpp"

/// The commands of the program, one file each. Each returns the exit status: 0 done, 1 failed, 78 bad
/// configuration.
namespace mcpssh::cli {

/// Options every command understands.
struct Common {
  std::optional<std::filesystem::path> config;  ///< --config
  std::string log_level = "info";               ///< --log-level
};

struct TrustOptions {
  std::string selector;     ///< a name or selector; "*" for --all
  std::string fingerprint;  ///< "SHA256:...": accept exactly this key and ask nothing
  bool yes = false;         ///< accept what is offered without asking
};

struct DemoOptions {
  bool stay = false;  ///< start the lab, print its hosts.yaml and wait for the end of stdin
};

/// Times of `serve`, in seconds; tests turn them down.
struct ServeOptions {
  double answer_within = std::chrono::duration<double>(base::limits::answer_within).count();
  double shutdown_grace = std::chrono::duration<double>(base::limits::shutdown_grace).count();
};

int serve(const Common& common, const ServeOptions& options = {});
int demo(const DemoOptions& options);
int hosts_list(const Common& common, const std::string& selector);
int hosts_test(const Common& common, const std::string& selector);
int hosts_forget(const Common& common, const std::string& selector);
int hosts_trust(const Common& common, const TrustOptions& options);
int audit_verify(const Common& common, const std::optional<std::filesystem::path>& file);
int audit_tail(const Common& common, const std::optional<std::filesystem::path>& file, std::size_t count);

}  // namespace mcpssh::cli
