#include "support/frr_router.hpp"

#include <sys/stat.h>

#include <stdexcept>

#include "base/ids.hpp"
#include "support/port.hpp"

namespace mcpssh::test {
namespace fs = std::filesystem;
namespace {

constexpr const char* daemons[] = {"zebra", "staticd", "ospfd", "bgpd"};

constexpr const char* router_head = R"(frr version 8.4.4
frr defaults traditional
hostname core-rtr1
service integrated-vtysh-config
!
interface lo
 ip address 192.0.2.1/32
exit
!
interface dummy0
 description uplink-a
 ip address 198.51.100.1/24
exit
!
router ospf
 ospf router-id 192.0.2.1
 network 198.51.100.0/24 area 0
exit
!
router bgp 64512
 bgp router-id 192.0.2.1
 no bgp ebgp-requires-policy
 neighbor 198.51.100.2 remote-as 64513
 neighbor 198.51.100.2 description peer-b
exit
!
)";

constexpr const char* vty_head = R"(hostname vty-rtr2
password Vty-Pass1
enable password En-Pass1
banner motd line Authorised use only
!
router bgp 64600
 bgp router-id 192.0.2.2
 neighbor 192.0.2.9 remote-as 64601
exit
!
)";

/// `count` prefix-list lines: enough that a pager stops several times.
std::string prefix_list(const std::string& name, const std::string& network, int count) {
  std::string text;
  for (int i = 1; i <= count; ++i)
    text += "ip prefix-list " + name + " seq " + std::to_string(i * 5) + " permit " + network + "." +
            std::to_string(i) + ".0/24\n";
  return text;
}

/// FRR's daemons drop to their own uid, which loses a parent-death signal: only their pid files lead back to
/// them.
std::string clean_up(const fs::path& directory, const std::string& name) {
  return "for f in " + directory.string() +
         "/run/*.pid; do kill -KILL \"$(cat \"$f\")\"; done\nip netns del " + name + "\nrm -rf " +
         directory.string();
}

}  // namespace

FrrRouter::FrrRouter()
    : namespace_("mcpt-" + base::random_hex(4)),
      reaper_(clean_up(directory_.path(), namespace_)),
      paged_user_({"frrvty"}),
      vty_user_({"frrvty"}) {
  ::chmod(directory_.path().c_str(), 0755);
  write_configuration();
  start_daemons();
  start_vty();
  start_sshd();
}

void FrrRouter::write_configuration() {
  directory_.write("etc/vtysh.conf", "service integrated-vtysh-config\nhostname core-rtr1\n", 0640);
  std::string routes;
  for (int i = 1; i <= 60; ++i) routes += "ip route 203.0.113." + std::to_string(i) + "/32 Null0\n";
  directory_.write("etc/frr.conf", router_head + prefix_list("PL-LONG", "10.1", 250) + "!\n" + routes, 0640);
  directory_.write("etc/vty-bgpd.conf", vty_head + prefix_list("PL2", "10.9", 120), 0640);
  for (const char* name : {"run", "run/vty2", "log"}) fs::create_directories(directory_.path() / name);
  run_ok(
      {"chown", "-R", "frr:frrvty", run_directory(), etc_directory(), (directory_.path() / "log").string()});
  // Whoever may use vtysh is in frrvty, and vtysh's integrated configuration is written by the group.
  run_ok({"chmod", "0775", run_directory(), run_directory() + "/vty2", etc_directory()});
}

void FrrRouter::start_daemons() {
  run_ok({"ip", "netns", "add", namespace_});
  run_ok({"ip", "-n", namespace_, "link", "set", "lo", "up"});
  // A bridge does what a dummy link would, and kernels without the dummy driver have it.
  run_ok({"ip", "-n", namespace_, "link", "add", "dummy0", "type", "bridge"});
  run_ok({"ip", "-n", namespace_, "link", "set", "dummy0", "up"});
  for (const std::string daemon : daemons) {
    std::vector<std::string> argv{"ip",
                                  "netns",
                                  "exec",
                                  namespace_,
                                  "/usr/lib/frr/" + daemon,
                                  "-d",
                                  "-A",
                                  "127.0.0.1",
                                  "-P",
                                  "0",
                                  "--vty_socket",
                                  run_directory(),
                                  "-z",
                                  run_directory() + "/zserv.api",
                                  "-i",
                                  run_directory() + "/" + daemon + ".pid",
                                  "-f",
                                  "/dev/null",
                                  "--log",
                                  "file:" + (directory_.path() / "log" / daemon).string()};
    if (daemon == "bgpd") argv.insert(argv.end(), {"-p", "0"});  // speaks to nobody
    run_ok(std::move(argv));
  }
  run_ok({"vtysh", "--vty_socket", run_directory(), "--config_dir", etc_directory(), "-b"});
}

void FrrRouter::start_vty() {
  for (int attempt = 0; attempt < 5; ++attempt) {
    vty_port_ = free_port();
    Process::Options options;
    options.argv = {"/usr/lib/frr/bgpd",
                    "-n",
                    "-p",
                    "0",
                    "-A",
                    "127.0.0.1",
                    "-P",
                    std::to_string(vty_port_),
                    "--vty_socket",
                    run_directory() + "/vty2",
                    "-z",
                    run_directory() + "/vty2/none.api",
                    "-i",
                    run_directory() + "/bgpd-vty.pid",
                    "-f",
                    etc_directory() + "/vty-bgpd.conf",
                    "-d",
                    "--log",
                    "file:" + (directory_.path() / "log/bgpd-vty").string()};
    Process bgpd(std::move(options));
    if (bgpd.wait(10s) != 0) throw std::runtime_error("bgpd does not start: " + bgpd.err());
    // It is a daemon now and reads its configuration before it listens: `cat` stands for a process that
    // stays.
    Process::Options stays;
    stays.argv = {"cat"};
    Process witness(std::move(stays));
    if (wait_until_listening(vty_port_, witness)) return;
  }
  throw std::runtime_error("FRR's VTY does not listen");
}

void FrrRouter::start_sshd() {
  const std::string vtysh =
      "/usr/bin/vtysh --vty_socket " + run_directory() + " --config_dir " + etc_directory();
  const auto shell = directory_.write("vtysh-shell",
                                      "#!/bin/sh\n[ -n \"$SSH_ORIGINAL_COMMAND\" ] && exec " + vtysh +
                                          " -c \"$SSH_ORIGINAL_COMMAND\"\nexec " + vtysh + "\n",
                                      0755);
  OpensshServer::Options options;
  options.password_user = true;
  options.groups = {"frrvty"};
  options.match_blocks = {
      "Match User " + paged_user_.name() + "\n  ForceCommand VTYSH_PAGER=\"more -e\" " + shell.string(),
      "Match User " + vty_user_.name() + "\n  ForceCommand exec busybox telnet 127.0.0.1 " +
          std::to_string(vty_port_),
      "Match User *\n  ForceCommand " + shell.string()};
  sshd_ = std::make_unique<OpensshServer>(std::move(options));
}

std::string FrrRouter::vtysh(const std::string& command) const {
  return run_ok({"vtysh", "--vty_socket", run_directory(), "--config_dir", etc_directory(), "-c", command});
}

}  // namespace mcpssh::test
