#include "gateway/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace mcpssh::gateway {
namespace {

namespace fs = std::filesystem;
using hosts::SecretRef;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SecretsOfHosts : public testing::Test {
 protected:
  SecretsOfHosts() {
    std::string name = "/tmp/mcp-ssh-secrets-XXXXXX";
    directory = ::mkdtemp(name.data());
    make();
  }
  ~SecretsOfHosts() override { fs::remove_all(directory); }

  void make(std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    Secrets::Options options;
    options.environment = [](std::string_view name) {
      return name == "P" ? std::optional<std::string>("from-environment") : std::nullopt;
    };
    options.learned = [this](std::vector<base::Secret> all) {
      redacted.clear();
      for (const auto& secret : all) redacted.push_back(secret.reveal());
    };
    options.command_timeout = timeout;
    secrets = std::make_unique<Secrets>(io.get_executor(), std::move(options), snapshot());
  }

  static hosts::Snapshot snapshot() {
    return *hosts::parse("hosts:\n  a: {host: h, user: u, auth: {method: password, password_env: P}}\n",
                         "hosts.yaml", [](std::string_view) { return std::nullopt; });
  }

  SecretRef command(const std::string& script) {
    SecretRef ref;
    ref.source = SecretRef::Source::command;
    ref.command = {"sh", "-c", "echo ran >>" + (directory / "runs").string() + "; " + script};
    ref.place = hosts::Place{"hosts.yaml", 7};
    ref.purpose = "password of host a";
    return ref;
  }

  std::string get(const SecretRef& ref) {
    std::exception_ptr failure;
    std::string value;
    base::asio::co_spawn(io, secrets->get(ref), [&](std::exception_ptr thrown, base::Secret secret) {
      failure = thrown;
      value = secret.reveal();
    });
    io.restart();
    io.run();
    if (failure) std::rethrow_exception(failure);
    return value;
  }

  std::string failure_of(const SecretRef& ref) {
    try {
      return "no failure: " + get(ref);
    } catch (const base::Error& error) {
      return error.message();
    }
  }

  [[nodiscard]] int runs() const {
    std::ifstream file(directory / "runs");
    int count = 0;
    for (std::string line; std::getline(file, line);) ++count;
    return count;
  }

  base::asio::io_context io{1};
  fs::path directory;
  std::vector<std::string> redacted;
  std::unique_ptr<Secrets> secrets;
};

TEST_F(SecretsOfHosts, ACommandRunsOnceAndItsFirstLineIsKept) {
  const auto ref = command("echo s3cret; echo more");
  EXPECT_EQ(get(ref), "s3cret");
  EXPECT_EQ(get(ref), "s3cret");
  EXPECT_EQ(runs(), 1) << "a warm call must not run it again";
  secrets->adopt(snapshot());
  EXPECT_EQ(get(ref), "s3cret");
  EXPECT_EQ(runs(), 2) << "another configuration asks again";
}

TEST_F(SecretsOfHosts, TwoCallersAtOnceWaitForOneCommand) {
  const auto ref = command("echo s3cret");
  std::vector<std::string> values;
  for (int i = 0; i < 2; ++i)
    base::asio::co_spawn(io, secrets->get(ref),
                         [&](std::exception_ptr, base::Secret secret) { values.push_back(secret.reveal()); });
  io.run();
  EXPECT_THAT(values, ElementsAre("s3cret", "s3cret"));
  EXPECT_EQ(runs(), 1);
}

TEST_F(SecretsOfHosts, AHostThatRefusedItHasItLookedUpAgain) {
  hosts::Host host;
  host.auth.password = command("echo s3cret");
  get(*host.auth.password);
  secrets->drop(host);
  get(*host.auth.password);
  EXPECT_EQ(runs(), 2);
}

TEST_F(SecretsOfHosts, EveryValueIsKnownToTheJournalAlsoAfterItWasDropped) {
  EXPECT_THAT(redacted, ElementsAre("from-environment"));
  hosts::Host host;
  host.auth.password = command("echo s3cret");
  get(*host.auth.password);
  EXPECT_THAT(redacted, ElementsAre("from-environment", "s3cret"));
  secrets->drop(host);
  secrets->adopt(snapshot());
  EXPECT_THAT(redacted, ElementsAre("from-environment", "s3cret"));
}

TEST_F(SecretsOfHosts, AFailureNamesProgramAndExitCodeAndNothingItPrinted) {
  const std::string message = failure_of(command("echo s3cret; echo s3cret >&2; exit 4"));
  EXPECT_THAT(message, HasSubstr("command sh failed with exit code 4 (password of host a, hosts.yaml:7)"));
  EXPECT_THAT(message, Not(HasSubstr("s3cret")));
  EXPECT_THAT(failure_of(command("kill -9 $$")), HasSubstr("was ended by signal 9"));
  EXPECT_THAT(failure_of(command("echo; echo s3cret")), HasSubstr("printed an empty first line"));
  SecretRef missing = command("");
  missing.command = {"/no/such/pass", "s3cret"};
  EXPECT_THAT(failure_of(missing), HasSubstr("cannot start /no/such/pass"));
  EXPECT_THAT(failure_of(missing), HasSubstr("(password of host a, hosts.yaml:7)"));
  EXPECT_THAT(failure_of(missing), Not(HasSubstr("s3cret")));
  EXPECT_THAT(redacted, ElementsAre("from-environment"));
}

TEST_F(SecretsOfHosts, ACommandThatHangsIsKilled) {
  make(std::chrono::milliseconds(50));
  EXPECT_THAT(failure_of(command("sleep 300")), HasSubstr("sh did not end within 50 ms and was killed"));
}

TEST_F(SecretsOfHosts, AFileIsReadOnceAndCheckedForItsMode) {
  SecretRef ref;
  ref.source = SecretRef::Source::file;
  ref.name = (directory / "secret").string();
  std::ofstream(ref.name) << "one\n";
  ::chmod(ref.name.c_str(), 0644);
  EXPECT_THAT(failure_of(ref), HasSubstr("is open to everyone (mode 0644)"));
  ::chmod(ref.name.c_str(), 0600);
  EXPECT_EQ(get(ref), "one");
  std::ofstream(ref.name) << "two\n";
  EXPECT_EQ(get(ref), "one");
}

}  // namespace
}  // namespace mcpssh::gateway
