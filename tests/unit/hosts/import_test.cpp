// Hosts of Ansible inventories and ~/.ssh/config, as entries of hosts.yaml.
#include <gmock/gmock.h>

#include <array>

#include "base/text.hpp"
#include "error_of.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "hosts/import/ansible_inventory.hpp"
#include "inventory.hpp"
#include "temporary_directory.hpp"

namespace mcpssh::hosts {
namespace {

using ::testing::ElementsAre;
using testing::environment;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::set_mode;
using testing::TemporaryDirectory;
using testing::write;

FoundHosts ini(std::string_view text) {
  return hosts_of_inventory(read_ansible_ini(text, "inventory"), "inventory");
}
FoundHosts yaml(std::string_view text) {
  return hosts_of_inventory(read_ansible_yaml(text, "inventory.yml"), "inventory.yml");
}

std::vector<std::string> names(const FoundHosts& found) {
  std::vector<std::string> out;
  for (const auto& host : found.hosts) out.push_back(host.name);
  return out;
}

const Host& host(const FoundHosts& found, std::string_view name) {
  for (const auto& each : found.hosts)
    if (each.name == name) return each;
  ADD_FAILURE() << name << " is not there: " << base::join(names(found), ", ");
  static const Host nobody;
  return nobody;
}

std::string entry(const FoundHosts& found, std::string_view name) {
  return written_flow(entry_of(host(found, name)));
}

constexpr std::string_view estate = R"(# the estate
lonely ansible_host=192.0.2.1 ansible_user=root

[web]
web[01:03].example.org ansible_port=2222   # three of them
db-[a:c:2] ansible_host=192.0.2.9

[web:vars]
ansible_user = deploy
ansible_ssh_private_key_file="~/.ssh/web key"
; an old way
http_port=80

[dc1:children]
web
switches

[switches]
sw1 ansible_host=198.51.100.2 ansible_connection=ansible.netcommon.network_cli ansible_network_os=cisco.ios.ios

[all:vars]
ansible_user=everyone
)";

TEST(AnsibleIni, GroupsRangesVariablesAndChildren) {
  const auto found = ini(estate);
  EXPECT_THAT(names(found), ElementsAre("lonely", "web01.example.org", "web02.example.org",
                                        "web03.example.org", "db-a", "db-c", "sw1"));
  EXPECT_EQ(entry(found, "lonely"), "{host: 192.0.2.1, user: root}");
  EXPECT_EQ(
      entry(found, "web02.example.org"),
      "{host: web02.example.org, port: 2222, user: deploy, auth: {method: [agent, key], key_path: ~/.ssh/web "
      "key}, groups: [dc1, web]}");
  EXPECT_EQ(entry(found, "sw1"),
            "{host: 198.51.100.2, user: everyone, shell: cli, platform: cisco_ios, groups: [dc1, switches]}");
  EXPECT_EQ(host(found, "db-c").place.str(), "inventory:6");
  EXPECT_THAT(found.notes, IsEmpty());
}

TEST(AnsibleIni, PasswordsAreNamedAndNeverTaken) {
  const auto found =
      ini("a ansible_password=hunter2 ansible_become_pass='s3cr et'\n"
          "b ansible_ssh_pass=hunter2\n[all:vars]\nansible_become_password=hunter2\n");
  const auto all = base::join(found.notes, "\n");
  EXPECT_THAT(all, Not(HasSubstr("hunter2")));
  EXPECT_THAT(all, Not(HasSubstr("s3cr")));
  EXPECT_THAT(all, HasSubstr("a: ansible_password is not imported"));
  EXPECT_THAT(all, HasSubstr("a, b: ansible_become_password is not imported"));
  EXPECT_THAT(names(found), ElementsAre("a", "b"));
}

TEST(AnsibleIni, PortsBehindNamesAndAddressesOfTheSixth) {
  const auto found = ini("a:2200\nb[1:2]:23\nc ansible_host=fe80::1\n");
  EXPECT_EQ(host(found, "a").port, 2200);
  EXPECT_EQ(host(found, "b2").port, 23);
  EXPECT_EQ(host(found, "c").address, "fe80::1");
}

TEST(AnsibleIni, WhatIsNoSshHostIsLeftOutWithItsReason) {
  const auto found =
      ini("here ansible_connection=local\nwin ansible_connection=winrm\n"
          "t ansible_host=\"{{ lookup('x') }}\"\nbad_ports ansible_port=70000\n\"we ird\"\n"
          "j ansible_ssh_common_args='-J bastion'\n");
  const auto all = base::join(found.notes, "\n");
  EXPECT_THAT(names(found), ElementsAre("t", "j"));
  EXPECT_EQ(host(found, "t").address, "t");
  EXPECT_THAT(all, HasSubstr("here: left out: ansible_connection is local, not SSH"));
  EXPECT_THAT(all, HasSubstr("win: left out"));
  EXPECT_THAT(all, HasSubstr("t: ansible_host is left out: it is a template"));
  EXPECT_THAT(all, HasSubstr("bad_ports: left out: ansible_port is not a port"));
  EXPECT_THAT(all, HasSubstr("we ird: left out: the name"));
  EXPECT_THAT(all, HasSubstr("j: ansible_ssh_common_args"));
}

TEST(AnsibleIni, WhatCannotBeReadIsAnErrorWithItsLine) {
  EXPECT_THAT(error_of([] { ini("[web\nx y z\n"); }), HasSubstr("inventory:"));
  EXPECT_THAT(error_of([] { ini("[web:cats]\n"); }), HasSubstr("inventory:1: a section is"));
  EXPECT_THAT(error_of([] { ini("a\nb ansible_user='x\n"); }),
              HasSubstr("inventory:2: a quote is not closed"));
  EXPECT_THAT(error_of([] { ini("w[1:x]\n"); }), HasSubstr("inventory:1: `w[1:x]` is not a range"));
  // Neither without end, nor names of any length, nor any depth.
  std::string deep = "w";
  for (int i = 0; i < 1000; ++i) deep += "[1:1]";
  const std::array<std::string, 3> hostile{"w[18446744073709551614:18446744073709551615]",
                                           "w[" + std::string(1000, '0') + ":9]", deep};
  for (const std::string& pattern : hostile)
    EXPECT_THAT(error_of([&] { ini(pattern + "\n"); }), HasSubstr("is not a range"));
  EXPECT_THAT(error_of([] { ini("w[1:999999]\n"); }), HasSubstr("more than 10000 hosts"));
  EXPECT_THAT(error_of([] { ini("w[1:200][1:200]\n"); }), HasSubstr("more than 10000 hosts"));
  EXPECT_THAT(error_of([] { ini("[a:children]\nb\n[b:children]\na\n[b]\nh\n"); }),
              HasSubstr("is its own child"));
}

TEST(AnsibleYaml, SaysTheSameAsIni) {
  const auto found = yaml(R"(---
all:
  vars:
    ansible_user: everyone
  hosts:
    lonely: {ansible_host: 192.0.2.1, ansible_user: root}
  children:
    dc1:
      children:
        web:
          hosts:
            web[01:03].example.org:
              ansible_port: 2222
          vars:
            ansible_user: deploy
            ansible_ssh_private_key_file: ~/.ssh/web key
            ansible_become_password: !vault |
              $ANSIBLE_VAULT;1.1;AES256
              6162
        switches:
          hosts:
            sw1:
              ansible_connection: network_cli
              ansible_network_os: cisco.ios.ios
)");
  const auto same = ini(estate);
  for (const auto* name : {"lonely", "web01.example.org", "web03.example.org"})
    EXPECT_EQ(entry(found, name), entry(same, name));
  EXPECT_EQ(entry(found, "sw1"),
            "{host: sw1, user: everyone, shell: cli, platform: cisco_ios, groups: [dc1, switches]}");
  const auto all = base::join(found.notes, "\n");
  EXPECT_THAT(all, HasSubstr("ansible_become_password is not imported"));
  EXPECT_THAT(all, Not(HasSubstr("6162")));
}

TEST(AnsibleFile, DirectoriesAndProgramsAreNotRun) {
  const TemporaryDirectory directory;
  write(directory / "inventory", "#!/bin/sh\ntouch ran\n");
  EXPECT_THAT(error_of([&] { hosts_of_ansible(directory / "inventory"); }), HasSubstr("importing runs none"));
  EXPECT_THAT(error_of([&] { hosts_of_ansible(directory.path()); }), HasSubstr("is a directory"));
  write(directory / "hosts", "a\n");
  std::filesystem::create_directory(directory / "group_vars");
  EXPECT_THAT(hosts_of_ansible(directory / "hosts").notes, ElementsAre(HasSubstr("group_vars is not read")));
  write(directory / "hosts", "all:\n  hosts:\n    b:\n");
  EXPECT_THAT(names(hosts_of_ansible(directory / "hosts")), ElementsAre("b"));
}

TEST(SshConfigImport, GivesEntriesThatReadBackAsTheSameHosts) {
  const TemporaryDirectory home;
  std::filesystem::create_directory(home / ".ssh");
  const auto file = home / ".ssh" / "config";
  write(file,
        "Host web\n  HostName 192.0.2.5\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/web\n"
        "  ProxyJump ann@bastion.example.org:2200\nHost db\n  User postgres\nHost *\n  User ann\n");
  set_mode(file, 0600);
  const auto found = hosts_of_ssh_config({"*"}, std::nullopt, environment({{"HOME", home.path().string()}}));
  EXPECT_THAT(names(found), ElementsAre("jump-ann-bastion.example.org-2200", "web", "db"));
  std::string text = "hosts:\n";
  for (const auto& each : found.hosts) text += written_entry(each.name, entry_of(each), {2, 2, "\n"});
  const auto snapshot = testing::good(text);
  ASSERT_EQ(snapshot.hosts.size(), 3U);
  const Host& web = *snapshot.find("web");
  EXPECT_EQ(web.address, "192.0.2.5");
  EXPECT_EQ(web.port, 2222);
  EXPECT_EQ(web.user, "deploy");
  EXPECT_THAT(web.auth.key_paths, ElementsAre((home / ".ssh/web").string()));
  EXPECT_THAT(web.jump, ElementsAre("jump-ann-bastion.example.org-2200"));
  EXPECT_EQ(snapshot.find("jump-ann-bastion.example.org-2200")->mode, Mode::restricted);
}

}  // namespace
}  // namespace mcpssh::hosts
