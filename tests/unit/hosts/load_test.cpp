#include <gmock/gmock.h>
#include <sys/stat.h>

#include "hosts/yaml_tree.hpp"
#include "inventory.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using testing::environment;
using ::testing::HasSubstr;
using testing::set_mode;
using testing::TemporaryDirectory;
using testing::write;

const char* const one_host = "hosts:\n  web1: {host: a, user: u}\n";

class Load : public ::testing::Test {
 protected:
  Load() {
    write(file, one_host);
    set_mode(file, 0644);
  }
  [[nodiscard]] auto attempt() const { return load(file, environment()); }

  TemporaryDirectory directory;
  fs::path file = directory / "hosts.yaml";
};

TEST_F(Load, AFileNobodyElseCanChangeIsReadWithItsDigest) {
  const auto snapshot = attempt();
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  EXPECT_EQ(snapshot->path, file);
  EXPECT_EQ(snapshot->hosts.at(0).place.str(), file.string() + ":2");
  EXPECT_EQ(snapshot->digest, "d44c5faf625a21b7a6601ec2d6acd8b79047225d0ccf54ba32656843880400ed");
}

TEST_F(Load, AFileOthersCanChangeIsRefusedWithTheCommandThatMendsIt) {
  for (const unsigned mode : {0666u, 0602u, 0646u}) {
    set_mode(file, mode);
    EXPECT_THAT(attempt().error().message(), HasSubstr(file.string() + " is writable by everyone (mode 0"));
  }
  set_mode(file, 0664);
  EXPECT_EQ(attempt().error().code(), ErrorCode::permission_denied);
  EXPECT_EQ(
      attempt().error().message(),
      "read the configuration: " + file.string() +
          " is writable by its group (mode 0664), and whoever can change it decides which hosts are reached. "
          "Next: run chmod go-w '" +
          file.string() + "'");
  for (const unsigned mode : {0600u, 0640u, 0444u}) {
    set_mode(file, mode);
    EXPECT_TRUE(attempt()) << mode;
  }
}

TEST_F(Load, ADirectoryOthersCanChangeIsRefused) {
  set_mode(directory.path(), 0777);
  EXPECT_THAT(attempt().error().message(),
              HasSubstr(directory.path().string() +
                        " is writable by everyone (mode 0777), and whoever can put another file there"));
  set_mode(directory.path(), 0770);
  EXPECT_THAT(attempt().error().message(), HasSubstr("is writable by its group (mode 0770)"));
  set_mode(directory.path(), 0755);
  EXPECT_TRUE(attempt());
}

TEST_F(Load, InAStickyDirectoryOnlyTheOwnFileIsTrusted) {
  set_mode(directory.path(), 01777);
  EXPECT_TRUE(attempt());
  if (::geteuid() != 0) return;  // only root can give a file away
  ASSERT_EQ(::chown(file.c_str(), 4711, 4711), 0);
  EXPECT_THAT(attempt().error().message(), HasSubstr("is writable by everyone (mode 1777)"));
}

TEST_F(Load, SymlinksAreFollowedAndBothEndsChecked) {
  fs::create_directory(directory / "data");
  fs::create_directory(directory / "mount");
  fs::rename(file, directory / "data/hosts.yaml");
  fs::create_symlink("../data/hosts.yaml", directory / "mount/hosts.yaml");
  file = directory / "mount/hosts.yaml";
  ASSERT_TRUE(attempt()) << attempt().error().message();
  EXPECT_EQ(attempt()->path, file);
  set_mode(directory / "data", 0777);
  EXPECT_THAT(attempt().error().message(),
              HasSubstr((directory / "data").string() + " is writable by everyone"));
  set_mode(directory / "data", 0755);
  set_mode(directory / "mount", 0777);
  EXPECT_THAT(attempt().error().message(),
              HasSubstr((directory / "mount").string() + " is writable by everyone"));
}

TEST_F(Load, WhatIsNoFileSaysSo) {
  EXPECT_EQ(load(directory / "missing.yaml", environment()).error().code(), ErrorCode::not_found);
  EXPECT_EQ(load(directory / "missing.yaml", environment()).error().message(),
            "read the configuration: " + (directory / "missing.yaml").string() +
                " does not exist. Next: create it, or name another file with --config or MCP_SSH_CONFIG");
  EXPECT_THAT(load(directory.path(), environment()).error().message(), HasSubstr("is not a regular file"));
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(load(directory / "pipe", environment()).error().message(), HasSubstr("is not a regular file"));
  fs::create_symlink("loop", directory / "loop");
  EXPECT_EQ(load(directory / "loop", environment()).error().code(), ErrorCode::permission_denied);
}

TEST_F(Load, AFileOverTheLimitIsNotReadToTheEnd) {
  write(file, std::string(limits::yaml_bytes + 1, '\n'));
  EXPECT_EQ(attempt().error().code(), ErrorCode::limit_reached);
}

TEST_F(Load, ErrorsInTheFileNameIt) {
  write(file, "hosts:\n  web1: {hots: a}\n");
  EXPECT_EQ(attempt().error().message(),
            file.string() + ":2: unknown key `hots` under hosts.web1; did you mean `host`?");
}

TEST(ConfigurationPath, TheOrderIsFlagVariableXdgHome) {
  const auto all =
      environment({{"MCP_SSH_CONFIG", "/env.yaml"}, {"XDG_CONFIG_HOME", "/xdg"}, {"HOME", "/home/u"}});
  EXPECT_EQ(configuration_path("/flag.yaml", all), "/flag.yaml");
  EXPECT_EQ(configuration_path(std::nullopt, all), "/env.yaml");
  EXPECT_EQ(
      configuration_path(std::nullopt, environment({{"MCP_SSH_CONFIG", ""}, {"XDG_CONFIG_HOME", "/xdg"}})),
      "/xdg/mcp-ssh/hosts.yaml");
  EXPECT_EQ(
      configuration_path(std::nullopt, environment({{"XDG_CONFIG_HOME", "relative"}, {"HOME", "/home/u"}})),
      "/home/u/.config/mcp-ssh/hosts.yaml");
  EXPECT_EQ(configuration_path("here.yaml", all), fs::absolute("here.yaml"));
}

TEST(ConfigurationPath, WithoutAnyVariableItIsNotTheWorkingDirectory) {
  const fs::path path = configuration_path(std::nullopt, environment());
  EXPECT_TRUE(path.is_absolute());
  EXPECT_EQ(path.filename(), "hosts.yaml");
  EXPECT_NE(path.parent_path(), fs::current_path());
}

}  // namespace
}  // namespace mcpssh::hosts
