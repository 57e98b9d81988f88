#include "support/system_user.hpp"

#include <pwd.h>
#include <unistd.h>

#include <stdexcept>

#include "base/ids.hpp"
#include "support/process.hpp"

namespace mcpssh::test {
namespace {

// useradd and userdel do not wait for each other's lock on /etc/passwd, and test programs run side by side.
constexpr const char* user_lock = "/tmp/mcpt-users.lock";

std::string removal_of(const std::string& name, const std::string& home) {
  return "pkill -KILL -U " + name + "\n" +  // whose uid is this user's and nobody else's
         "flock " + user_lock + " userdel --force " + name + "\nrm -rf " + home;
}

}  // namespace

SystemUser::SystemUser(const std::vector<std::string>& groups)
    : name_("mcpt-" + base::random_hex(4)),
      password_("Pw-" + base::random_hex(6)),
      home_("/tmp/mcpt-home-" + name_.substr(5)),
      reaper_(removal_of(name_, home_)) {
  if (::geteuid() != 0) throw std::runtime_error("a throwaway system user needs root");
  std::vector<std::string> add{"flock",      user_lock, "useradd", "--create-home",
                               "--home-dir", home_,     "--shell", "/bin/sh"};
  for (const auto& group : groups) add.insert(add.end(), {"--groups", group});
  add.push_back(name_);
  run_ok(std::move(add));
  Process::Options change;
  change.argv = {"flock", user_lock, "chpasswd", "--crypt-method", "SHA256"};
  Process chpasswd(std::move(change));
  chpasswd.write(name_ + ":" + password_ + "\n");
  chpasswd.close_stdin();
  if (chpasswd.wait(20s) != 0) throw std::runtime_error("chpasswd failed: " + chpasswd.err());
}

std::string current_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  if (entry == nullptr) throw std::runtime_error("this process runs as a user without a name");
  return entry->pw_name;
}

}  // namespace mcpssh::test
