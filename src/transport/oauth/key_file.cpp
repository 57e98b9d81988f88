#include "transport/oauth/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "transport/http/file_version.hpp"

namespace mcpssh::transport::oauth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Task;

/// A person mends the file.
constexpr std::chrono::seconds patience{10};

class KeyFile : public Keys {
 public:
  KeyFile(std::filesystem::path file, base::Log log) : file_(std::move(file)), log_(std::move(log)) {}

  Task<KeySetPtr> current() override {
    refresh();
    co_return keys_;
  }
  Task<KeySetPtr> newer_than(KeySetPtr known) override {
    refresh();
    co_return keys_ ? keys_ : std::move(known);
  }
  [[nodiscard]] std::chrono::seconds retry_after() const override { return patience; }

 private:
  void refresh() {
    const auto now = version_of(file_);
    if (now == version_) return;
    version_ = now;
    keys_ = nullptr;
    try {
      keys_ = read();
      log_.info("OAuth: " + std::to_string(keys_->keys.size()) + " keys were read from " + file_.string());
    } catch (const Error& error) {
      log_.error(error.message() + "; tokens of the authorization server are refused");
      // Not the file's fault: perhaps no descriptor was free. The next request looks again.
      if (error.code() == ErrorCode::io_error) version_.reset();
    }
  }

  [[nodiscard]] KeySetPtr read() const {
    struct ::stat found{};
    if (::stat(file_.c_str(), &found) != 0) throw unusable(std::generic_category().message(errno));
    if (found.st_uid != 0 && found.st_uid != ::geteuid()) throw unusable("it belongs to another user");
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw unusable("others may write to it");
    auto set = KeySet::parse(base::read_file(file_, KeySet::most_bytes));
    if (!set) throw unusable(set.error());
    for (const auto& note : set->notes) log_.warning("OAuth: " + file_.string() + ": " + note);
    if (set->keys.empty()) throw unusable("it has no key that tokens can be checked with");
    return std::make_shared<const KeySet>(std::move(*set));
  }

  [[nodiscard]] Error unusable(const std::string& why) const {
    return Error(Fault::oauth_unusable,
                 "the keys in " + file_.string() + " (settings.oauth.jwks_file) cannot be used: " + why,
                 "put the authorization server's JWK Set there");
  }

  std::filesystem::path file_;
  base::Log log_;
  std::optional<FileVersion> version_;
  KeySetPtr keys_;
};

}  // namespace

std::shared_ptr<Keys> keys_in_file(std::filesystem::path file, base::Log log) {
  return std::make_shared<KeyFile>(std::move(file), std::move(log));
}

}  // namespace mcpssh::transport::oauth
