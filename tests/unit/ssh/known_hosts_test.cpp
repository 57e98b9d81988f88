#include "ssh/trust/known_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"

namespace mcpssh::ssh {
namespace {
namespace fs = std::filesystem;
using State = KnownHosts::State;

/// A well-formed public key of that type; `fill` tells two of them apart.
HostKey key_of(const std::string& type, unsigned char fill) {
  std::vector<unsigned char> blob{0, 0, 0, static_cast<unsigned char>(type.size())};
  blob.insert(blob.end(), type.begin(), type.end());
  blob.insert(blob.end(), {0, 0, 0, 32});
  blob.insert(blob.end(), 32, fill);
  return {type, base::to_base64(blob)};
}

const HostKey ed_a = key_of("ssh-ed25519", 'a');
const HostKey ed_b = key_of("ssh-ed25519", 'b');
const HostKey ec_a = key_of("ecdsa-sha2-nistp256", 'c');

std::string line(const std::string& names, const HostKey& key) {
  return names + " " + key.type + " " + key.base64 + "\n";
}

State state(const std::string& text, std::string_view address, std::uint16_t port, const HostKey& offered) {
  return KnownHosts::parse(text).check(address, port, offered).state;
}

std::string run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string output;
  std::array<char, 4096> chunk;
  while (const std::size_t n = ::fread(chunk.data(), 1, chunk.size(), pipe)) output.append(chunk.data(), n);
  EXPECT_EQ(::pclose(pipe), 0) << command << "\n" << output;
  return output;
}

class KnownHostsFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "known-hosts-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    file_ = directory_ / "known_hosts";
  }
  void TearDown() override { fs::remove_all(directory_); }

  void write(const std::string& text) const { base::replace_file(file_, text); }
  [[nodiscard]] std::string read() const { return base::read_file(file_, 1 << 20); }
  /// A real key pair's public half.
  [[nodiscard]] HostKey generate(const std::string& type) const {
    const std::string path = (directory_ / ("key-" + type)).string();
    run("ssh-keygen -q -t " + type + " -N '' -f " + path);
    const std::string text = base::read_file(path + ".pub", 1 << 16);
    const auto parts = base::split(text, ' ');
    return {std::string(parts.at(0)), std::string(parts.at(1))};
  }

  fs::path directory_, file_;
};

TEST(KnownHosts, PlainNameMatchesItsKeyOnly) {
  const std::string text = line("web1", ed_a);
  EXPECT_EQ(state(text, "web1", 22, ed_a), State::match);
  EXPECT_EQ(state(text, "web1", 22, ed_b), State::changed);
  EXPECT_EQ(state(text, "web2", 22, ed_a), State::unknown);
  EXPECT_EQ(state(text, "web", 22, ed_a), State::unknown);
  EXPECT_EQ(state("", "web1", 22, ed_a), State::unknown);
}

TEST(KnownHosts, NamesCompareWithoutCase) {
  EXPECT_EQ(state(line("Web1.Example", ed_a), "wEB1.eXAMPLE", 22, ed_a), State::match);
}

TEST(KnownHosts, ListsAndIpAddresses) {
  const std::string text = line("web1,192.0.2.1,::1", ed_a);
  for (const char* name : {"web1", "192.0.2.1", "::1"})
    EXPECT_EQ(state(text, name, 22, ed_a), State::match) << name;
  EXPECT_EQ(state(text, "web1,192.0.2.1", 22, ed_a), State::unknown);
}

TEST(KnownHosts, OtherPortsAreOtherNames) {
  const std::string text = line("[web1]:2222", ed_a) + line("web1", ed_b);
  EXPECT_EQ(state(text, "web1", 2222, ed_a), State::match);
  EXPECT_EQ(state(text, "web1", 22, ed_b), State::match);
  EXPECT_EQ(state(text, "web1", 22, ed_a), State::changed);
  EXPECT_EQ(state(text, "web1", 2223, ed_b), State::unknown);
}

TEST(KnownHosts, WildcardsAndNegation) {
  const std::string text = line("*.lab,!secret.lab,10.0.?.1", ed_a);
  EXPECT_EQ(state(text, "a.lab", 22, ed_a), State::match);
  EXPECT_EQ(state(text, "a.b.LAB", 22, ed_a), State::match);
  EXPECT_EQ(state(text, "secret.lab", 22, ed_a), State::unknown);
  EXPECT_EQ(state(text, "10.0.7.1", 22, ed_a), State::match);
  EXPECT_EQ(state(text, "10.0.77.1", 22, ed_a), State::unknown);
  EXPECT_EQ(state(line("!a.lab,*.lab", ed_a), "a.lab", 22, ed_a), State::unknown);
  EXPECT_EQ(state(line("[*]:2222", ed_a), "any", 2222, ed_a), State::match);
  EXPECT_EQ(state(line("!a", ed_a), "b", 22, ed_a), State::unknown) << "a negation alone matches nothing";
}

TEST(KnownHosts, ManyStarsEndSoon) {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "a*";
  EXPECT_EQ(state(line(stars + "b", ed_a), std::string(4000, 'a'), 22, ed_a), State::unknown);
}

TEST(KnownHosts, SeveralKeysOfAHost) {
  const std::string text = line("web1", ed_a) + line("web1", ec_a) + line("web1", ed_b);
  EXPECT_EQ(state(text, "web1", 22, ed_b), State::match);
  EXPECT_EQ(state(text, "web1", 22, ec_a), State::match);
  EXPECT_THAT(KnownHosts::parse(text).types_for("web1", 22),
              ::testing::ElementsAre("ssh-ed25519", "ecdsa-sha2-nistp256"));
}

TEST(KnownHosts, AKeyOfAnotherTypeIsAChange) {
  const auto answer = KnownHosts::parse(line("web1", ed_a)).check("web1", 22, ec_a);
  EXPECT_EQ(answer.state, State::changed);
  EXPECT_THAT(answer.on_record, ::testing::ElementsAre(ed_a));
}

TEST(KnownHosts, RevokedWinsWhateverElseTheFileSays) {
  const std::string trust = line("web1", ed_a), revoke = line("@revoked *", ed_a);
  EXPECT_EQ(state(trust + revoke, "web1", 22, ed_a), State::revoked);
  EXPECT_EQ(state(revoke + trust, "web1", 22, ed_a), State::revoked);
  EXPECT_EQ(state(revoke, "web1", 22, ed_b), State::unknown);
  EXPECT_EQ(state(line("@revoked web2", ed_a) + trust, "web1", 22, ed_a), State::match);
  EXPECT_TRUE(KnownHosts::parse(revoke).types_for("web1", 22).empty());
}

TEST(KnownHosts, CertificateAuthoritiesMatchNoPlainKey) {
  const std::string text = line("@cert-authority *", ed_a);
  EXPECT_EQ(state(text, "web1", 22, ed_a), State::unknown);
  EXPECT_EQ(state(text, "web1", 22, ed_b), State::unknown);
  EXPECT_TRUE(KnownHosts::parse(text).types_for("web1", 22).empty());
}

TEST(KnownHosts, UnreadableLinesAreSkipped) {
  const std::string text = "\n# comment\nweb1\nweb1 ssh-ed25519\nweb1 ssh-ed25519 !!!!\nweb1 ssh-rsa " +
                           ed_b.base64 + "\n@unknown web1 ssh-ed25519 " + ed_b.base64 +
                           "\n|1|bad|bad ssh-ed25519 " + ed_b.base64 + "\nweb1 1024 35 1234567\n" +
                           std::string("web1\0x ssh-ed25519 AAAA\n", 24) + " \t web1\t" + ed_a.type + "  " +
                           ed_a.base64 + " a comment\r\n";
  const auto answer = KnownHosts::parse(text).check("web1", 22, ed_a);
  EXPECT_EQ(answer.state, State::match);
  EXPECT_THAT(answer.on_record, ::testing::ElementsAre(ed_a));
}

TEST_F(KnownHostsFile, HashedNamesAsSshKeygenWritesThem) {
  write(line("Web1.example,192.0.2.1", ed_a) + line("[web1.example]:2222", ed_b));
  run("ssh-keygen -q -H -f " + file_.string());
  ASSERT_THAT(read(),
              ::testing::AllOf(::testing::StartsWith("|1|"), ::testing::Not(::testing::HasSubstr("web1"))));
  const KnownHosts hosts = KnownHosts::load(file_);
  EXPECT_EQ(hosts.check("web1.example", 22, ed_a).state, State::match);
  EXPECT_EQ(hosts.check("WEB1.example", 22, ed_a).state, State::match);
  EXPECT_EQ(hosts.check("192.0.2.1", 22, ed_b).state, State::changed);
  EXPECT_EQ(hosts.check("web1.example", 2222, ed_b).state, State::match);
  EXPECT_EQ(hosts.check("web2.example", 22, ed_a).state, State::unknown);
}

TEST_F(KnownHostsFile, FingerprintsAsSshKeygenPrintsThem) {
  for (const char* type : {"ed25519", "ecdsa", "rsa"}) {
    const HostKey key = generate(type);
    const std::string printed =
        run("ssh-keygen -lf " + (directory_ / ("key-" + std::string(type) + ".pub")).string());
    EXPECT_THAT(printed, ::testing::HasSubstr(" " + key.fingerprint() + " ")) << type;
  }
  EXPECT_EQ((HostKey{"ssh-ed25519", "?"}).fingerprint(), "unreadable key");
}

TEST_F(KnownHostsFile, WhatIsRememberedIsFoundBySshKeygenAndByUs) {
  const HostKey key = generate("ed25519");
  remember(file_, "Web1", 2222, key, false);
  EXPECT_THAT(run("ssh-keygen -F '[web1]:2222' -f " + file_.string()), ::testing::HasSubstr(key.base64));
  EXPECT_EQ(KnownHosts::load(file_).check("web1", 2222, key).state, State::match);
}

TEST_F(KnownHostsFile, AMissingFileIsEmpty) {
  EXPECT_EQ(KnownHosts::load(file_).check("web1", 22, ed_a).state, State::unknown);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(KnownHostsFile, CreatedPrivateTogetherWithItsDirectory) {
  const fs::path file = directory_ / "home" / ".ssh" / "known_hosts";
  remember(file, "web1", 22, ed_a, false);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(file.parent_path()).permissions(), fs::perms(0700));
}

TEST_F(KnownHostsFile, AnExistingDirectoryAndFileKeepTheirModes) {
  fs::permissions(directory_, fs::perms(0755));
  write(line("web2", ed_b));
  fs::permissions(file_, fs::perms(0644));
  remember(file_, "web1", 22, ed_a, false);
  EXPECT_EQ(fs::status(directory_).permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0644));
}

TEST_F(KnownHostsFile, OtherLinesStayByteForByteAndGetTheirMissingNewline) {
  const std::string before =
      "# mine\r\n\n  broken line\n" + line("web2", ed_b) + "web3 " + ed_a.type + " " + ed_a.base64;
  write(before);
  remember(file_, "web1", 22, ed_a, false);
  EXPECT_EQ(read(), before + "\n" + line("web1", ed_a));
}

TEST_F(KnownHostsFile, RememberingTwiceWritesOnce) {
  remember(file_, "web1", 22, ed_a, false);
  const std::string once = read();
  remember(file_, "WEB1", 22, ed_a, true);
  EXPECT_EQ(read(), once);
}

TEST_F(KnownHostsFile, AnotherKeyIsAddedOrReplacedAsAsked) {
  write("# top\n" + line("web1", ed_a) + line("[web1]:2222", ed_a) + line("web2", ed_a));
  remember(file_, "web1", 22, ec_a, false);
  EXPECT_EQ(state(read(), "web1", 22, ed_a), State::match);
  EXPECT_EQ(state(read(), "web1", 22, ec_a), State::match);
  remember(file_, "web1", 22, ed_b, true);
  EXPECT_EQ(read(), "# top\n" + line("[web1]:2222", ed_a) + line("web2", ed_a) + line("web1", ed_b));
}

TEST_F(KnownHostsFile, ReplacingLeavesTheOtherNamesOfALineAlone) {
  write("  " + line("WEB1,192.0.2.1", ed_a) + line("*.lab,web?", ec_a) + line("!web1,*", ed_a));
  remember(file_, "web1", 22, ed_b, true);
  EXPECT_EQ(read(), "  " + line("192.0.2.1", ed_a) + line("!web1,*.lab,web?", ec_a) + line("!web1,*", ed_a) +
                        line("web1", ed_b));
}

TEST_F(KnownHostsFile, ReplacingForgetsAHashedName) {
  write(line("web1", ed_a) + line("web2", ed_a));
  run("ssh-keygen -q -H -f " + file_.string());
  remember(file_, "web1", 22, ed_b, true);
  EXPECT_EQ(state(read(), "web1", 22, ed_b), State::match);
  EXPECT_EQ(state(read(), "web1", 22, ed_a), State::changed);
  EXPECT_EQ(state(read(), "web2", 22, ed_a), State::match);
}

TEST_F(KnownHostsFile, ARevokedKeyIsNeverRemembered) {
  const std::string before = line("@revoked *", ed_a);
  write(before);
  EXPECT_THROW(remember(file_, "web1", 22, ed_a, true), base::Error);
  EXPECT_EQ(read(), before);
  remember(file_, "web1", 22, ed_b, true);
  EXPECT_EQ(read(), before + line("web1", ed_b));
}

TEST_F(KnownHostsFile, NamesThatWouldWriteOtherLinesAreRefused) {
  for (const char* name : {"", "a b", "a\nb", "*", "a,b", "!a", "|1|x|y", "@revoked", "#a"})
    EXPECT_THROW(remember(file_, name, 22, ed_a, false), base::Error) << name;
  EXPECT_THROW(remember(file_, "web1", 22, {"ssh-ed25519", "x\ny"}, false), base::Error);
  EXPECT_THROW(remember(file_, "web1", 22, {"ssh-rsa", ed_a.base64}, false), base::Error);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(KnownHostsFile, ForgettingTellsWhatItRemovedAndKeepsTheRestByteForByte) {
  const std::string kept = "# mine\r\n" + line("@revoked web1", ec_a) + line("@cert-authority *", ec_a) +
                           line("[web1]:2222", ed_a) + "broken\n";
  write(kept + line("web1,web2", ed_a) + line("web1", ed_b));
  EXPECT_THAT(forget(file_, "WEB1", 22), ::testing::ElementsAre(ed_a, ed_b));
  EXPECT_EQ(read(), kept + line("web2", ed_a));
  EXPECT_THAT(forget(file_, "web1", 22), ::testing::IsEmpty());
  EXPECT_EQ(read(), kept + line("web2", ed_a));
  EXPECT_EQ(state(read(), "web1", 22, ec_a), State::revoked);
}

TEST_F(KnownHostsFile, ForgettingAHashedNameAndAMissingFile) {
  EXPECT_THAT(forget(file_, "web1", 22), ::testing::IsEmpty());
  EXPECT_FALSE(fs::exists(file_));
  write(line("web1", ed_a) + line("web2", ed_a));
  run("ssh-keygen -q -H -f " + file_.string());
  EXPECT_THAT(forget(file_, "web1", 22), ::testing::ElementsAre(ed_a));
  EXPECT_EQ(state(read(), "web1", 22, ed_a), State::unknown);
  EXPECT_EQ(state(read(), "web2", 22, ed_a), State::match);
}

TEST_F(KnownHostsFile, AHashedRevocationHolds) {
  write(line("[web1]:2222", ed_a) + line("web1", ed_a));
  run("ssh-keygen -q -H -f " + file_.string());
  std::string text = read();
  text = "@revoked " + text.substr(0, text.find('\n') + 1);
  EXPECT_EQ(state(text + line("[web1]:2222", ed_a), "web1", 2222, ed_a), State::revoked);
  EXPECT_EQ(state(text + line("web1", ed_a), "web1", 22, ed_a), State::match);
}

TEST(KnownHosts, ANameCoveredByACertificateAuthorityIsSaidToBe) {
  const std::string text = line("@cert-authority *.lab", ec_a) + line("web2.lab", ed_a);
  const auto known = KnownHosts::parse(text);
  EXPECT_TRUE(known.check("web1.lab", 22, ec_a).by_authority);
  EXPECT_EQ(known.check("web1.lab", 22, ec_a).state, State::unknown);
  EXPECT_EQ(known.check("web2.lab", 22, ed_a).state, State::match);
  EXPECT_FALSE(known.check("web1", 22, ec_a).by_authority);
}

TEST(KnownHosts, TwoFilesSpeakTogether) {
  auto known = KnownHosts::parse(line("web1", ed_a));
  known.add(KnownHosts::parse(line("web2", ed_b) + line("@revoked *", ed_a)));
  EXPECT_EQ(known.check("web2", 22, ed_b).state, State::match);
  EXPECT_EQ(known.check("web1", 22, ed_a).state, State::revoked);
}

TEST_F(KnownHostsFile, AnAnswerNamesTheFileItStandsIn) {
  write(line("web1", ed_a));
  const fs::path system = directory_ / "system", absent = directory_ / "absent";
  base::replace_file(system,
                     line("web2", ed_b) + line("@revoked *", ec_a) + line("@cert-authority web3", ed_a));
  const auto known = KnownHosts::load(file_, {absent, system});
  EXPECT_EQ(known.check("web1", 22, ed_b).file, file_);
  EXPECT_EQ(known.check("web2", 22, ed_b).state, State::match);
  EXPECT_EQ(known.check("web2", 22, ed_b).file, system);
  EXPECT_EQ(known.check("web1", 22, ec_a).state, State::revoked);
  EXPECT_EQ(known.check("web1", 22, ec_a).file, system) << "where the key is revoked";
  EXPECT_EQ(known.check("web3", 22, ed_a).file, system);
  EXPECT_EQ(known.check("web4", 22, ed_a).file, fs::path());
}

TEST_F(KnownHostsFile, ASymlinkIsFollowed) {
  const fs::path link = directory_ / "link";
  write(line("web2", ed_b));
  fs::create_symlink(file_, link);
  remember(link, "web1", 22, ed_a, false);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read(), line("web2", ed_b) + line("web1", ed_a));
}

TEST_F(KnownHostsFile, WritersAtTheSameTimeLoseNothing) {
  constexpr int writers = 8, each = 10;
  {
    std::vector<std::jthread> threads;
    for (int w = 0; w < writers; ++w)
      threads.emplace_back([this, w] {
        for (int i = 0; i < each; ++i)
          remember(file_, "host-" + std::to_string(w) + "-" + std::to_string(i), 22, ed_a, false);
      });
  }
  const KnownHosts hosts = KnownHosts::load(file_);
  for (int w = 0; w < writers; ++w)
    for (int i = 0; i < each; ++i)
      EXPECT_EQ(hosts.check("host-" + std::to_string(w) + "-" + std::to_string(i), 22, ed_a).state,
                State::match);
}

}  // namespace
}  // namespace mcpssh::ssh
