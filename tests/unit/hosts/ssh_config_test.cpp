// ~/.ssh/config as OpenSSH reads it: the same questions are put to `ssh -G`.
#include "hosts/ssh_config.hpp"

#include <gmock/gmock.h>
#include <stdio.h>

#include <memory>

#include "base/text.hpp"
#include "hosts/ssh_config_read.hpp"
#include "inventory.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::environment;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::set_mode;
using testing::TemporaryDirectory;
using testing::write;

/// What counts of a host, as lines that both sides can print.
std::vector<std::string> ours(const fs::path& file, const std::string& alias) {
  const auto config = read_ssh_config(file, file.parent_path());
  const auto answer = ask_ssh_config(config.file, alias);
  if (!answer) return {answer.error().message()};
  std::vector<std::string> lines{"hostname " + answer->hostname,
                                 "port " + std::to_string(answer->port.value_or(22)),
                                 "user " + (answer->user.empty() ? "(own)" : answer->user)};
  for (const auto& key : answer->identity_files) lines.push_back("identityfile " + key);
  for (const auto& certificate : answer->certificate_files) lines.push_back("certificatefile " + certificate);
  if (!answer->proxy_jump.empty()) lines.push_back("proxyjump " + answer->proxy_jump);
  std::ranges::sort(lines);
  return lines;
}

std::string run_ssh(const fs::path& file, const std::string& alias) {
  const std::string command =
      "ssh -G -F " + base::shell_quote(file.string()) + " -- " + base::shell_quote(alias) + " 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  char chunk[4096];
  while (std::size_t n = ::fread(chunk, 1, sizeof chunk, pipe.get())) text.append(chunk, n);
  return text;
}

std::vector<std::string> openssh(const fs::path& file, const std::string& alias) {
  const std::string text = run_ssh(file, alias);
  const std::string own = run_ssh("/dev/null", "x");
  std::vector<std::string> lines;
  for (const auto line : base::split(text, '\n')) {
    const auto keyword = line.substr(0, line.find(' '));
    const bool is_default = own.find(std::string(line) + "\n") != std::string::npos;
    if (keyword == "user" && is_default)
      lines.emplace_back("user (own)");
    else if (keyword == "hostname" || keyword == "port" || keyword == "user" ||
             ((keyword == "identityfile" || keyword == "proxyjump" || keyword == "certificatefile") &&
              !is_default))
      lines.emplace_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

class SshConfigFiles : public ::testing::Test {
 protected:
  void put(std::string_view text, const fs::path& name = "config") const {
    write(directory / name.string(), text);
    set_mode(directory / name.string(), 0600);
  }
  void expect_same(std::string_view text, const std::vector<std::string>& aliases) const {
    put(text);
    for (const auto& alias : aliases)
      EXPECT_EQ(ours(directory / "config", alias), openssh(directory / "config", alias)) << alias << " in\n"
                                                                                         << text;
  }

  TemporaryDirectory directory;
};

TEST_F(SshConfigFiles, AnswersLikeOpenSsh) {
  const std::vector<std::string> names{"web1", "web2", "db", "WEB1", "other"};
  // First value wins; a late Host * fills the rest.
  expect_same(
      "Host web1\n  User a\n  Port 2222\nHost web*\n  User b\n  HostName %h.example.com\nHost *\n  User c\n",
      names);
  // Before any Host line everything counts for all.
  expect_same("User early\nHost web1\n  User late\n", names);
  // Negation wins wherever it stands in the line.
  expect_same("Host !web2 web*\n  Port 1\nHost * !db\n  User notdb\nHost !db\n  Port 9\n", names);
  // Quotes, equals signs, comments, case of keywords, form feeds, carriage returns.
  expect_same(
      "HOST \"web1\" 'db'\n\tPort=2222\n  uSeR = \"a b\" # comment\nHost web2#x # y\n HostName "
      "\"x\\\"y\"\r\n",
      names);
  expect_same("Host=web1\nHostName=H%%h%h\f\nHost web2\n Port 22\t\f\n", names);
  // IdentityFile adds up, twice is once, tilde and tokens stay.
  expect_same(
      "Host web1\n IdentityFile ~/.ssh/a\n IdentityFile %d/b\nHost *\n IdentityFile ~/.ssh/a\n "
      "IdentityFile \"with blank\"\n CertificateFile ~/c-cert.pub\n",
      names);
  expect_same("Host web1\n IdentityFile none\n", names);
  // The first of ProxyJump and ProxyCommand counts.
  expect_same(
      "Host web1\n ProxyJump bastion\n ProxyCommand nc %h %p\nHost web2\n ProxyCommand nc %h %p\n ProxyJump "
      "bastion\n",
      names);
  expect_same("Host web1\n ProxyJump none\nHost web2\n ProxyJump a,b,c # way\nHost *\n ProxyJump last\n",
              names);
  expect_same("Host web1\n ProxyJump joe@gate:2200\n", names);
  // Match: conjunction, negation, lists, the host name as known so far.
  expect_same(
      "Host web1\n HostName real.example.com\nMatch host *.example.com\n User matched\nMatch originalhost "
      "web*,!web2\n Port 7\nMatch all\n User all\n",
      names);
  expect_same(
      "Match !host web1\n Port 5\nMatch host web1 originalhost web1\n Port 6\nMatch host=\"web2,db\"\n Port "
      "8\n",
      names);
  // ? is one character.
  expect_same("Host web?\n Port 3\nHost w*1\n User star\nHost we??\n HostName q\n", names);
}

TEST_F(SshConfigFiles, IncludesLikeOpenSsh) {
  const std::string at = directory.path().string();
  put("Port 77\nHost web1\n User inner\n", "a.conf");
  put("User b\nHost *\n Port 88\n", "b.conf");
  const std::vector<std::string> names{"web1", "web2", "db"};
  expect_same("Include " + at + "/a.conf\nHost web2\n Port 9\n", names);
  // In a block that does not match, nothing of the file counts, its own Host lines neither.
  expect_same("Host db\n Include " + at + "/a.conf\n User after\nHost web2\n Port 9\n", names);
  expect_same("Include " + at + "/*.conf " + at + "/missing\n", names);
  expect_same("Match host web1\n Include " + at + "/b.conf\n HostName x\n", names);
}

TEST_F(SshConfigFiles, WhatWouldHaveToBeRunIsLeftOutAndSaid) {
  const fs::path proof = directory / "proof";
  put("Match exec \"touch " + proof.string() +
      "\"\n User evil\nMatch user root host web1\n Port 5\nMatch final\n "
      "Port 6\nMatch all\n User good\n");
  const auto config = read_ssh_config(directory / "config", directory.path());
  const auto answer = ask_ssh_config(config.file, "web1");
  EXPECT_EQ(answer->user, "good");
  EXPECT_FALSE(answer->port.has_value());
  EXPECT_FALSE(fs::exists(proof));
  const auto notes = unread_blocks(config.file);
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_THAT(notes[0], HasSubstr("config:1: `Match exec"));
}

TEST_F(SshConfigFiles, BadFilesSaySo) {
  const auto failure = [&](std::string_view text) -> std::string {
    put(text);
    try {
      const auto config = read_ssh_config(directory / "config", directory.path());
      const auto answer = ask_ssh_config(config.file, "web1");
      return answer ? "accepted" : answer.error().message();
    } catch (const base::Error& error) {
      return error.message();
    }
  };
  EXPECT_THAT(failure("Host \"web1\n"), HasSubstr("config:1: a quote is not closed"));
  EXPECT_THAT(failure("Host web1\n Port\n"), HasSubstr("config:2: `Port` without a value"));
  EXPECT_THAT(failure("Port 99999\n"), HasSubstr("config:1: `99999` is no port"));
  EXPECT_THAT(failure("Include " + (directory / "config").string()), HasSubstr("includes itself"));
  EXPECT_THAT(failure(std::string("Host a\0b\n", 9)), HasSubstr("holds a NUL byte"));
  put("Host web1\n");
  set_mode(directory / "config", 0666);
  EXPECT_THROW(read_ssh_config(directory / "config", directory.path()), base::Error);
}

TEST_F(SshConfigFiles, IncludesOneInTheOtherEndAtSixteen) {
  for (int i = 0; i < 20; ++i)
    put("Include " + (directory / ("f" + std::to_string(i + 1))).string() + "\n", "f" + std::to_string(i));
  try {
    read_ssh_config(directory / "f0", directory.path());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("too many Include lines"));
  }
}

class Import : public SshConfigFiles {
 protected:
  Import() {
    fs::create_directory(directory / ".ssh");
    set_mode(directory / ".ssh", 0700);
  }
  Snapshot load_with(std::string_view ssh_config, const std::string& hosts, const std::string& patterns) {
    put(ssh_config, ".ssh/config");
    put("hosts:\n" + hosts + "settings: {ssh_config: " + patterns + "}\n", "hosts.yaml");
    auto snapshot = load(directory / "hosts.yaml", environment({{"HOME", directory.path().string()}}));
    if (snapshot) return *std::move(snapshot);
    ADD_FAILURE() << snapshot.error().message();
    return {};
  }
};

TEST_F(Import, TakesWhatThePatternsNameAndHostsYamlWins) {
  const auto snapshot = load_with(
      "Host web1 web2 web*\n HostName %h.example.com\n User deploy\n Port 2222\nHost db\n User x\nHost "
      "mine\n",
      "  web2: {host: a, user: u}\n", "['web*', mine]");
  EXPECT_THAT(snapshot.names(), ElementsAre("web2", "web1", "mine"));
  const Host& web1 = *snapshot.find("web1");
  EXPECT_EQ(web1.address, "web1.example.com");
  EXPECT_EQ(web1.user, "deploy");
  EXPECT_EQ(web1.port, 2222);
  EXPECT_EQ(web1.mode, Mode::standard);
  EXPECT_TRUE(web1.auth.methods.empty());
  EXPECT_THAT(web1.place.str(), HasSubstr(".ssh/config:1"));
  EXPECT_EQ(snapshot.find("web2")->address, "a");
  EXPECT_EQ(snapshot.find("mine")->address, "mine");
  EXPECT_FALSE(snapshot.find("mine")->user.empty()) << "the user of this process";
  EXPECT_THAT(snapshot.sources, ElementsAre(directory / "hosts.yaml", directory / ".ssh/config"));
}

TEST_F(Import, KeysBecomeWaysToLogIn) {
  put("", ".ssh/there");
  put("", ".ssh/there.pub");
  const auto snapshot = load_with(
      "Host a\n IdentityFile ~/.ssh/there\n IdentityFile %d/.ssh/absent\nHost b\n IdentityFile "
      "~/.ssh/there\n "
      "IdentitiesOnly yes\n CertificateFile ~/%r-%p-cert.pub\n User joe\nHost c\n IdentityFile none\nHost "
      "d\n "
      "IdentityFile %z\n",
      "", "'*'");
  const std::string key = (directory / ".ssh/there").string();
  const Host& a = *snapshot.find("a");
  EXPECT_THAT(a.auth.methods, ElementsAre(AuthMethod::agent, AuthMethod::key));
  EXPECT_THAT(a.auth.key_paths, ElementsAre(key));
  const Host& b = *snapshot.find("b");
  EXPECT_EQ(b.auth.agent_key, key + ".pub");
  EXPECT_EQ(b.auth.certificate_path, directory.path().string() + "/joe-22-cert.pub");
  EXPECT_THAT(snapshot.find("c")->auth.methods, ElementsAre(AuthMethod::agent));
  EXPECT_TRUE(snapshot.find("d")->auth.methods.empty());
  ASSERT_EQ(snapshot.notes.size(), 1u);
  EXPECT_THAT(snapshot.notes[0], HasSubstr("`%z` is left out"));
}

TEST_F(Import, JumpHostsComeWithThemAndRunNothing) {
  const auto snapshot = load_with(
      "Host app\n ProxyJump gate,joe@far.example.com:2200\nHost gate\n HostName 192.0.2.1\nHost both\n "
      "ProxyJump "
      "known\n",
      "  known: {host: k, user: u}\n", "[app, both]");
  EXPECT_THAT(snapshot.find("app")->jump, ElementsAre("gate", "jump-joe-far.example.com-2200"));
  EXPECT_THAT(snapshot.find("both")->jump, ElementsAre("known"));
  EXPECT_EQ(snapshot.find("gate")->address, "192.0.2.1");
  EXPECT_EQ(snapshot.find("gate")->mode, Mode::restricted);
  EXPECT_THAT(snapshot.find("gate")->allow_patterns, IsEmpty());
  const Host& implicit = *snapshot.find("jump-joe-far.example.com-2200");
  EXPECT_EQ(implicit.user, "joe");
  EXPECT_EQ(implicit.port, 2200);
  EXPECT_EQ(implicit.mode, Mode::restricted);
}

TEST_F(Import, WhatCannotBeTakenIsLeftOutWithANote) {
  const auto snapshot = load_with(
      "Host pc\n ProxyCommand nc %h %p\nHost loop1\n ProxyJump loop2\nHost loop2\n ProxyJump loop1\nHost "
      "bad\n "
      "HostName a/b\nHost alias\n HostKeyAlias other\nHost self\n ProxyJump self\n",
      "", "'*'");
  EXPECT_THAT(snapshot.names(), ElementsAre("alias"));
  const std::string notes = base::join(snapshot.notes, "\n");
  EXPECT_THAT(notes, HasSubstr("config:1: host `pc` is left out: it uses ProxyCommand"));
  EXPECT_THAT(notes, HasSubstr("host `loop1` is left out: its ProxyJump leads in a circle"));
  EXPECT_THAT(notes, HasSubstr("host `bad` is left out: HostName"));
  EXPECT_THAT(notes, HasSubstr("host `alias`: HostKeyAlias"));
}

TEST_F(Import, AChangeOfTheImportedFileIsAnotherConfiguration) {
  const auto before = load_with("Host a\n", "", "'*'");
  const auto after = load_with("Host a\n# comment\n", "", "'*'");
  EXPECT_NE(before.digest, after.digest);
}

TEST_F(Import, ABrokenFileIsAnErrorWithItsLine) {
  put("Host a\n Port x\n", ".ssh/config");
  put("settings: {ssh_config: '*'}\n", "hosts.yaml");
  const auto failed = load(directory / "hosts.yaml", environment({{"HOME", directory.path().string()}}));
  EXPECT_THAT(failed.error().message(), HasSubstr(".ssh/config:2: `x` is no port"));
}

}  // namespace
}  // namespace mcpssh::hosts
