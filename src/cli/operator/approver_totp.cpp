// mcp-ssh approver totp: the secret of a person's one-time codes.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "approvals/totp.hpp"
#include "base/accounts.hpp"
#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "cli/commands.hpp"

namespace mcpssh::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorCode;
using base::Fault;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// Never over another secret: whoever uses that one would be locked out unseen.
void write_new(const fs::path& path, const base::Secret& secret) {
  base::ensure_private_directory(path.parent_path());
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd && errno == EEXIST)
    throw Error(
        Fault::exists_already, "there is a file " + path.string() + " already",
        "remove it first, which makes the codes of that phone worthless, or name another with --file");
  std::string line;
  line.reserve(secret.reveal().size() + 1);
  line.append(secret.reveal()) += '\n';
  const base::Secret text(std::move(line));
  const auto& bytes = text.reveal();
  if (!fd || ::write(fd.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      ::fsync(fd.get()) != 0)
    throw Error(ErrorCode::io_error, "cannot write " + path.string() + ": " + base::because(errno));
}

}  // namespace

int approver_totp(const ApproverOptions& options) {
  if (options.user.empty() || options.user.find('/') != std::string::npos)
    throw Error(ErrorCode::invalid_argument, "that is no user name: " + base::printable(options.user, 60));
  const auto path = fs::absolute(options.file.empty() ? base::state_directory() / ("totp-" + options.user)
                                                      : base::expand_home(options.file));
  const auto secret = approvals::totp::fresh_secret();
  write_new(path, secret);
  std::cout << approvals::totp::uri(options.user, host_name(), secret).reveal() << "\n";
  std::cerr << "This is for " << base::printable(options.user, 60)
            << "'s phone, and shown this once (as a QR code: ... | qrencode -t ansiutf8). The secret is in "
            << path.string() << ", for " << base::user_name(::geteuid())
            << " and root alone: the server has to run as that user, and whoever asks it as another.\n"
            << "In hosts.yaml:\n  settings:\n    approver_totp:\n      " << base::printable(options.user, 60)
            << ": {secret_file: " << path.string() << "}\n";
  return 0;
}

}  // namespace mcpssh::cli
