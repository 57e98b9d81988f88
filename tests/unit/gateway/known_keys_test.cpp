#include "gateway/known_keys.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/file.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>
#include <future>
#include <thread>

#include "../../support/run_task.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/unique_fd.hpp"

namespace mcpssh::gateway {
namespace {

namespace fs = std::filesystem;
using test::run_task;
using namespace std::chrono_literals;
using testing::HasSubstr;
using State = ssh::KnownHosts::State;

const ssh::HostKey key{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dHRlcmZseWJ1dHRlcmZseWJ1dHRlcmZseWJ1"};
const ssh::HostKey other{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIHdhdGVybWVsb253YXRlcm1lbG9ud2F0ZXJtZWxv"};

class KnownKeys : public testing::Test {
 protected:
  KnownKeys() {
    std::string name = (fs::temp_directory_path() / "known-keys-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
    target_.name = "web1";
    target_.address = "web1.lab";
    target_.port = 22;
    target_.known_hosts = directory_ / "known_hosts";
  }
  ~KnownKeys() override { fs::remove_all(directory_); }
  fs::path system_file(const std::string& text) {
    const auto file = directory_ / "system";
    base::replace_file(file, text);
    target_.other_known_hosts = {file};
    return file;
  }

  fs::path directory_;
  ssh::Target target_;
  base::asio::io_context io_{1};
};

/// Another program holds the lock until the gateway's thread has done something else; twenty seconds at most,
/// so that a gateway that waits for it fails its test instead of hanging it.
TEST_F(KnownKeys, WaitingForTheLockHoldsUpNobody) {
  std::promise<void> locked, others_ran;
  auto ran = others_ran.get_future();
  bool in_time = false;
  std::jthread holder([&] {
    const base::UniqueFd fd(
        ::open((target_.known_hosts.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ::flock(fd.get(), LOCK_EX);
    locked.set_value();
    in_time = ran.wait_for(20s) == std::future_status::ready;
  });
  locked.get_future().wait();
  auto trusting = known_keys::trust(target_, key);
  base::asio::post(io_, [this, &others_ran] {
    base::asio::post(io_, [&others_ran] { others_ran.set_value(); });  // behind the first look at the file
  });
  run_task(io_, std::move(trusting));
  holder.join();
  EXPECT_TRUE(in_time);
  EXPECT_EQ(run_task(io_, known_keys::look_up(target_, key)).state, State::match);
}

TEST_F(KnownKeys, WhatTheSystemRevokesIsNotTrusted) {
  const auto file = system_file("@revoked web1.lab " + key.type + " " + key.base64 + "\n");
  try {
    run_task(io_, known_keys::trust(target_, key));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::refused);
    EXPECT_THAT(error.message(), HasSubstr(file.string() + " revokes this host key"));
  }
  EXPECT_FALSE(fs::exists(target_.known_hosts));
}

TEST_F(KnownKeys, ForgettingSaysWhatIsStillOnRecordElsewhere) {
  const auto text = "web1.lab " + other.type + " " + other.base64 + "\n";
  const auto file = system_file(text);
  EXPECT_EQ(run_task(io_, known_keys::trust(target_, key)).state, State::changed);
  EXPECT_EQ(run_task(io_, known_keys::look_up(target_, key)).state, State::match);
  const auto forgotten = run_task(io_, known_keys::forget(target_));
  EXPECT_THAT(forgotten.removed, testing::ElementsAre(key));
  EXPECT_THAT(forgotten.left.on_record, testing::ElementsAre(other));
  EXPECT_EQ(forgotten.left.file, file);
  EXPECT_EQ(base::read_file(file, 4096), text);
}

}  // namespace
}  // namespace mcpssh::gateway
