// hosts.yaml on disk: replaced as a whole or not at all, with what was there beside it.
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <thread>

#include "error_of.hpp"
#include "hosts/edit/hosts_file.hpp"
#include "hosts/edit/unified_diff.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "inventory.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using testing::environment;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::set_mode;
using testing::TemporaryDirectory;
using testing::write;

std::string content(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

unsigned mode_of(const fs::path& file) {
  struct stat info{};
  EXPECT_EQ(::stat(file.c_str(), &info), 0) << file;
  return info.st_mode & 07777u;
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

YamlEdit port(const std::string& value) {
  return {YamlEdit::Kind::set, host_path("web1", "port"), yaml_scalar(value), {}};
}
YamlEdit added(const std::string& name) {
  return {YamlEdit::Kind::add,
          host_path(name),
          yaml_mapping({{"host", yaml_scalar("h")}, {"user", yaml_scalar("u")}}),
          {}};
}

void save(HostsFile& file) {
  file.save(EditLock(file.path(), EditLock::Wait::yes), environment());
}

constexpr std::string_view text = "hosts:\n  web1:\n    host: h   # here\n    user: u\n";

class EditFile : public ::testing::Test {
 protected:
  EditFile() {
    write(path_, text);
    set_mode(path_, 0640);
  }
  TemporaryDirectory directory_;
  fs::path path_ = directory_ / "hosts.yaml";
};

TEST_F(EditFile, KeepsItsModeAndLeavesWhatWasThereBesideIt) {
  auto file = HostsFile::open(path_);
  file.apply(port("23"));
  EXPECT_THAT(file.diff(),
              HasSubstr("@@ -2,3 +2,4 @@\n   web1:\n     host: h   # here\n     user: u\n+    port: 23\n"));
  save(file);
  EXPECT_EQ(content(path_), std::string(text) + "    port: 23\n");
  EXPECT_EQ(content(directory_ / "hosts.yaml.bak"), text);
  EXPECT_EQ(mode_of(path_), 0640U);
  EXPECT_EQ(mode_of(directory_ / "hosts.yaml.bak"), 0640U);
  EXPECT_THAT(names_in(directory_.path()), ::testing::ElementsAre("hosts.yaml", "hosts.yaml.bak"));
  EXPECT_FALSE(file.changed());
}

TEST_F(EditFile, IsNotWrittenWhenTheResultWouldBeRefused) {
  auto file = HostsFile::open(path_);
  file.apply(port("70000"));
  EXPECT_THAT(error_of([&] { save(file); }),
              HasSubstr("hosts.web1.port must be a whole number from 1 to 65535"));
  EXPECT_EQ(content(path_), text);
  EXPECT_THAT(names_in(directory_.path()), ::testing::ElementsAre("hosts.yaml"));
}

TEST_F(EditFile, IsNotWrittenWhenTheCheckOfOtherRoomsRefuses) {
  auto file = HostsFile::open(path_);
  file.apply(port("23"));
  const auto refuse = [](const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.find("web1")->port, 23);
    throw base::Error(base::ErrorCode::invalid_config, "no such rule");
  };
  EXPECT_THAT(error_of([&] { file.save(EditLock(path_, EditLock::Wait::yes), environment(), refuse); }),
              HasSubstr("no such rule"));
  EXPECT_EQ(content(path_), text);
}

TEST_F(EditFile, IsNotWrittenOverSomeoneElsesChange) {
  auto file = HostsFile::open(path_);
  file.apply(port("23"));
  write(path_, std::string(text) + "    port: 24\n");
  EXPECT_THAT(error_of([&] { save(file); }), HasSubstr("was changed by someone else"));
  EXPECT_THAT(content(path_), HasSubstr("port: 24"));
  fs::remove(path_);
  EXPECT_THAT(error_of([&] { save(file); }), HasSubstr("was changed by someone else"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(EditFile, IsFollowedThroughASymlinkWhichStays) {
  const fs::path link = directory_ / "link.yaml";
  fs::create_symlink("hosts.yaml", link);
  auto file = HostsFile::open(link);
  file.apply(port("23"));
  save(file);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_THAT(content(path_), HasSubstr("port: 23"));
  EXPECT_TRUE(fs::exists(directory_ / "hosts.yaml.bak"));
  fs::create_symlink("nowhere", directory_ / "broken.yaml");
  EXPECT_THAT(error_of([&] { HostsFile::open(directory_ / "broken.yaml"); }), HasSubstr("leads nowhere"));
}

TEST_F(EditFile, ANewFileAndItsDirectoryArePrivate) {
  const fs::path fresh = directory_ / "deep" / "er" / "hosts.yaml";
  auto file = HostsFile::open(fresh);
  EXPECT_FALSE(file.exists());
  file.apply(added("web1"));
  save(file);
  EXPECT_EQ(content(fresh), "hosts:\n  web1:\n    host: h\n    user: u\n");
  EXPECT_EQ(mode_of(fresh), 0600U);
  EXPECT_EQ(mode_of(fresh.parent_path()), 0700U);
  EXPECT_FALSE(fs::exists(fresh.string() + ".bak"));
}

TEST_F(EditFile, AFileOthersCanWriteIsNotEdited) {
  set_mode(path_, 0666);
  EXPECT_THAT(error_of([&] { HostsFile::open(path_); }), HasSubstr("writable by everyone"));
}

TEST_F(EditFile, TwoEditorsDoNotWriteAtOnce) {
  const EditLock held(path_, EditLock::Wait::yes);
  EXPECT_THAT(error_of([&] { EditLock(path_, EditLock::Wait::no); }),
              HasSubstr("another program is changing"));
}

TEST_F(EditFile, EditorsThatWaitForTheLockLoseNothing) {
  {
    std::vector<std::jthread> editors;
    for (int i = 0; i < 4; ++i)
      editors.emplace_back([this, i] {
        for (int n = 0; n < 5; ++n) {
          const EditLock lock(path_, EditLock::Wait::yes);
          auto file = HostsFile::open(path_);
          file.apply(added("e" + std::to_string(i) + "-" + std::to_string(n)));
          file.save(lock, environment());
        }
      });
  }
  const auto result = load(path_, environment());
  ASSERT_TRUE(result) << result.error().message();
  EXPECT_EQ(result->hosts.size(), 21U);
}

TEST(UnifiedDiff, ShowsFarChangesApartAndMissingLineBreaks) {
  std::string before, after;
  for (int i = 1; i <= 30; ++i) {
    before += "line " + std::to_string(i) + "\n";
    after += (i == 3 ? "third" : "line " + std::to_string(i)) + (i == 30 ? "" : "\n");
  }
  EXPECT_EQ(unified_diff(before, before, "f"), "");
  EXPECT_EQ(
      unified_diff(before, after, "f"),
      "--- f\n+++ f\n@@ -1,6 +1,6 @@\n line 1\n line 2\n-line 3\n+third\n line 4\n line 5\n line 6\n"
      "@@ -27,4 +27,4 @@\n line 27\n line 28\n line 29\n-line 30\n+line 30\n\\ No newline at end of file\n");
  EXPECT_THAT(unified_diff("", "a\x1b[2J\n", "f"), HasSubstr("@@ -0,0 +1,1 @@\n+a\\x1b[2J\n"));
  EXPECT_THAT(unified_diff("", "\t\ta:\tb\b\t\n\t\n", "f"), HasSubstr("\n+\t\ta:\tb\\x08\t\n+\t\n"));
}

}  // namespace
}  // namespace mcpssh::hosts
