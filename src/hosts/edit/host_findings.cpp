#include "hosts/edit/host_findings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/file.hpp"
#include "base/text.hpp"
#include "hosts/secret_source.hpp"

namespace mcpssh::hosts {
namespace {

using Weight = HostFinding::Weight;

class Look {
 public:
  Look(const Host& host, const Environment& environment) : host_(host), environment_(environment) {}

  std::vector<HostFinding> run() {
    for (const auto& key : host_.auth.key_paths) look_at_key(key);
    if (!host_.auth.certificate_path.empty()) look_at_file("the certificate", host_.auth.certificate_path);
    if (host_.auth.agent_key.ends_with(".pub")) look_at_file("the public key", host_.auth.agent_key);
    for (const SecretRef* ref : secrets_of(host_)) look_at_secret(*ref);
    return std::move(found_);
  }

 private:
  void add(Weight weight, std::string text, std::string next_move = {}) {
    found_.push_back({weight, fmt::format("{}: {}", host_.name, text), std::move(next_move)});
  }

  /// False, with a finding, when it is no file that can be read.
  bool look_at_file(std::string_view what, const std::string& written, struct stat* info = nullptr) {
    struct stat own{};
    if (info == nullptr) info = &own;
    const std::string path = base::expand_home(written).string();
    if (::stat(path.c_str(), info) != 0) {
      add(Weight::problem, fmt::format("{} {}: {}", what, written, std::system_category().message(errno)),
          "name a file that is there");
      return false;
    }
    if (S_ISREG(info->st_mode)) return true;
    add(Weight::problem, fmt::format("{} {} is not a regular file", what, written), "name a file");
    return false;
  }

  void look_at_mode(std::string_view what, const std::string& written, const struct stat& info) {
    if ((info.st_mode & 077) == 0) return;
    add(Weight::problem,
        fmt::format("{} {} may be read by others (mode {:04o})", what, written, info.st_mode & 07777u),
        fmt::format("run chmod 600 {}", base::shell_quote(base::expand_home(written).string())));
  }

  void look_at_key(const std::string& written) {
    struct stat info{};
    if (written.ends_with(".pub"))
      return add(Weight::problem, fmt::format("{} is the public half of a key", written),
                 "name the private key, without .pub");
    if (!look_at_file("the key", written, &info)) return;
    look_at_mode("the key", written, info);
    if (::access(base::expand_home(written).c_str(), R_OK) != 0)
      add(Weight::warning, fmt::format("the key {} cannot be read by you", written),
          "check that the server runs as a user who can");
  }

  void look_at_secret(const SecretRef& ref) {
    if (ref.source == SecretRef::Source::environment) {
      const auto value = environment_(ref.name);
      if (value && !value->empty()) return;
      add(Weight::warning, fmt::format("environment variable {} is not set here", ref.name),
          fmt::format("set {} where the server is started (for an MCP client: `env` of its server entry)",
                      ref.name));
    }
    if (ref.source != SecretRef::Source::file) return;
    struct stat info{};
    if (look_at_file("the file", ref.name, &info)) look_at_mode("the file", ref.name, info);
  }

  const Host& host_;
  const Environment& environment_;
  std::vector<HostFinding> found_;
};

}  // namespace

std::vector<HostFinding> look_at_host(const Host& host, const Environment& environment) {
  return Look(host, environment).run();
}

}  // namespace mcpssh::hosts
