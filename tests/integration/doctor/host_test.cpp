// mcp-ssh doctor HOST against real servers with something wrong with them, and with nothing.
#include <sys/socket.h>

#include <csignal>
#include <future>

#include "doctor/patient.hpp"
#include "ssh/tcp_server.hpp"
#include "support/dropbear_server.hpp"
#include "support/frr_router.hpp"
#include "support/port.hpp"
#include "support/sudoers.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class HostDoctor : public testing::Test {
 protected:
  std::string web1(const OpensshServer& server, const std::string& more = {}) const {
    return Patient::entry("web1", server.port(), server.user(), Patient::by_key(server.key().path), more);
  }
  Patient patient_;
};

TEST_F(HostDoctor, AHealthyHostIsGreenFromItsNameToItsClockAndAllOfItIsOnRecord) {
  const OpensshServer server;
  patient_.configure(web1(server), server.known_hosts());
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 0) << found.text;
  EXPECT_THAT(found.checks("fail"), IsEmpty()) << found.text;
  EXPECT_THAT(found.checks("warn"), IsEmpty()) << found.text;
  EXPECT_THAT(found.checks("skipped"), IsEmpty()) << found.text;
  for (const char* check :
       {"DNS", "TCP", "greeting", "key exchange", "Terrapin", "host key", "log in", "shell", "SFTP", "clock"})
    EXPECT_THAT(found.of(check), StartsWith("ok: ")) << check;
  EXPECT_THAT(found.of("greeting"), HasSubstr("SSH-2.0-OpenSSH"));
  EXPECT_THAT(found.of("SFTP"), HasSubstr("version 3"));
  EXPECT_EQ(patient_.run({"audit", "verify"}).exit_code, 0);
  const auto tail = patient_.run({"audit", "tail", "-n", "50"}).out;
  EXPECT_THAT(tail, AllOf(HasSubstr("doctor"), HasSubstr("date +%s")));
}

TEST_F(HostDoctor, AdviceForTheHostNamesThisMachineAndIsNoFinding) {
  const OpensshServer server;
  patient_.configure(web1(server), server.known_hosts());
  const auto shown = patient_.run({"doctor", "web1"});
  EXPECT_THAT(shown.out,
              AllOf(HasSubstr("to add on the host"), HasSubstr("from=\"127.0.0.1\""), HasSubstr("not root")));
  EXPECT_THAT(shown.out, HasSubstr(", 0 warnings, 0 failed\n"));
}

TEST_F(HostDoctor, AClosedPortFailsThereAndNothingBehindItIsTried) {
  patient_.configure(Patient::entry("web1", free_port(), "ann", "method: agent"), "");
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("TCP"),
              AllOf(StartsWith("fail: 127.0.0.1:"), HasSubstr("connection refused"), HasSubstr("ss -tlnp")));
  EXPECT_THAT(found.of("log in"), HasSubstr("no such check"));
}

TEST_F(HostDoctor, ANameNobodyKnowsFailsAtDns) {
  patient_.configure("  web1:\n    host: web1.invalid\n    user: ann\n", "");
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("DNS"), AllOf(StartsWith("fail: web1.invalid"), HasSubstr("cannot resolve")));
}

TEST_F(HostDoctor, WhatIsNoSshServerIsSaidToBeNone) {
  const TcpServer web([](int fd) { write_bytes(fd, "HTTP/1.1 400 Bad Request\r\n\r\n"); });
  patient_.configure(Patient::entry("web1", web.port(), "ann", "method: agent"), "");
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("TCP"), StartsWith("ok: "));
  EXPECT_THAT(found.of("greeting"), AllOf(StartsWith("fail: "), HasSubstr("it hangs up")));
}

/// OpenSSH that speaks nothing newer than a switch of 2008.
TEST_F(HostDoctor, OldAlgorithmsAreShownOfBothSidesAndThePrintedCommandOpensThem) {
  OpensshServer::Options options;
  options.host_key_types = {"rsa"};
  options.config = {"KexAlgorithms diffie-hellman-group1-sha1", "HostKeyAlgorithms ssh-rsa",
                    "PubkeyAcceptedAlgorithms ssh-rsa,ssh-ed25519", "Ciphers aes128-cbc,3des-cbc",
                    "MACs hmac-sha1"};
  const OpensshServer server(std::move(options));
  patient_.configure(web1(server), server.known_hosts());
  const auto before = patient_.diagnose({"web1"});
  EXPECT_EQ(before.exit_code, 1);
  EXPECT_THAT(
      before.of("key exchange"),
      AllOf(StartsWith("fail: no key exchange, no host key, no cipher, no MAC algorithm in common"),
            HasSubstr("the host offers diffie-hellman-group1-sha1"),
            HasSubstr("this program offers curve25519-sha256"),
            HasSubstr(
                "MAC: the host offers hmac-sha1\nMAC: this program offers hmac-sha2-256-etm@openssh.com")));
  const auto fix = before.fix("key exchange");
  Process::Options apply;
  apply.argv = {"sh", "-c", fix.substr(0, fix.find('\n'))};
  apply.env = patient_.env;
  apply.env["PATH"] = std::filesystem::path(MCPSSH_BINARY).parent_path().string() + ":/usr/bin:/bin";
  const auto applied = run_to_end(std::move(apply));
  ASSERT_EQ(applied.exit_code, 0) << applied.err << fix;
  const auto after = patient_.diagnose({"web1"});
  EXPECT_EQ(after.exit_code, 0) << after.text;
  EXPECT_THAT(after.of("key exchange"), AllOf(StartsWith("warn: "), HasSubstr("diffie-hellman-group1-sha1")));
  EXPECT_THAT(after.of("log in"), StartsWith("ok: "));
}

TEST_F(HostDoctor, AChangedHostKeyIsAFailureWithBothFingerprints) {
  OpensshServer server;
  patient_.configure(web1(server), server.known_hosts());
  server.change_host_keys();
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("host key"), AllOf(StartsWith("fail: host-key-changed"), HasSubstr("expected"),
                                          HasSubstr("got"), HasSubstr("mcp-ssh hosts trust web1")));
  EXPECT_THAT(found.of("key exchange"), StartsWith("ok: "));
  EXPECT_THAT(found.of("log in"), StartsWith("skipped: "));
}

TEST_F(HostDoctor, AWrongPasswordFailsTheLogInWithWhatWasTried) {
  OpensshServer::Options options;
  options.password_user = true;
  const OpensshServer server(std::move(options));
  const auto auth = "method: password, password_env: DOCTOR_TEST_PASSWORD";
  patient_.configure(Patient::entry("web1", server.port(), server.password_user().name(), auth),
                     server.known_hosts());
  patient_.env["DOCTOR_TEST_PASSWORD"] = "wrong-swordfish";
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.of("log in"), AllOf(StartsWith("fail: auth-failed"), HasSubstr("tried password"),
                                        HasSubstr("check the password")));
  EXPECT_THAT(found.text, Not(HasSubstr("swordfish")));
  patient_.env["DOCTOR_TEST_PASSWORD"] = server.password_user().password();
  const auto right = patient_.diagnose({"web1"});
  EXPECT_THAT(right.of("log in"), StartsWith("ok: "));
  EXPECT_EQ(right.exit_code, 0) << right.text;
}

TEST_F(HostDoctor, SudoIsTriedWhereItIsUsedAndNowhereElse) {
  OpensshServer::Options options;
  options.password_user = true;
  const OpensshServer server(std::move(options));
  const auto& user = server.password_user().name();
  const auto entry = [&](const std::string& more) {
    return Patient::entry("web1", server.port(), user, Patient::by_key(server.key().path), more);
  };
  patient_.configure(entry(""), server.known_hosts());
  EXPECT_THAT(patient_.diagnose({"web1"}).of("sudo"), HasSubstr("no such check"));
  patient_.configure(entry("    mode: full\n    sudo: {password_env: DOCTOR_TEST_PASSWORD}\n"),
                     server.known_hosts());
  patient_.env["DOCTOR_TEST_PASSWORD"] = server.password_user().password();
  const auto refused = patient_.diagnose({"web1"});
  EXPECT_THAT(refused.of("sudo"), StartsWith("fail: does not let " + user)) << refused.text;
  const Sudoers allowed(user + " ALL=(ALL) ALL\n");
  EXPECT_THAT(patient_.diagnose({"web1"}).of("sudo"), StartsWith("ok: lets " + user));
}

TEST_F(HostDoctor, DropbearIsLookedAtLikeAnyOther) {
  const DropbearServer server;
  patient_.configure(
      Patient::entry("router", server.port(), server.user().name(), Patient::by_key(server.key().path)),
      server.known_hosts());
  const auto found = patient_.diagnose({"router"});
  EXPECT_EQ(found.exit_code, 0) << found.text;
  EXPECT_THAT(found.of("greeting"), HasSubstr("dropbear"));
  EXPECT_THAT(found.of("clock"), StartsWith("ok: "));
}

TEST_F(HostDoctor, AnSftpSubsystemThatIsNoneIsAWarningWithWhatItSaid) {
  const std::map<std::string, std::string> broken{{"/no/such/program", "Subsystem"},
                                                  {"/bin/echo Welcome to web1", "it says \"Welcome to web1"}};
  for (const auto& [program, said] : broken) {
    OpensshServer::Options options;
    options.config = {"Subsystem sftp " + program};
    const OpensshServer server(std::move(options));
    patient_.configure(web1(server), server.known_hosts());
    const auto found = patient_.diagnose({"web1"});
    EXPECT_EQ(found.exit_code, 0) << found.text;
    EXPECT_THAT(found.of("SFTP"), AllOf(StartsWith("warn: not available"), HasSubstr(said)));
  }
}

TEST_F(HostDoctor, ADeviceShowsItsPromptAndIsAskedForNothingAShellWouldKnow) {
  const FrrRouter router;
  patient_.env["DOCTOR_TEST_PASSWORD"] = router.user().password();
  const auto entry = [&](const std::string& more) {
    return Patient::entry("core", router.port(), router.user().name(),
                          "method: password, password_env: DOCTOR_TEST_PASSWORD", "    shell: cli\n" + more);
  };
  patient_.configure(entry(""), router.ssh().known_hosts());
  const auto unknown = patient_.diagnose({"core"});
  EXPECT_EQ(unknown.exit_code, 0) << unknown.text;
  EXPECT_THAT(unknown.of("prompt"),
              AllOf(StartsWith("warn: "), HasSubstr("core-rtr1#"), HasSubstr("--platform")));
  for (const char* check : {"SFTP", "sudo", "shell"})
    EXPECT_THAT(unknown.of(check), HasSubstr("no such check")) << check;
  EXPECT_THAT(unknown.text, HasSubstr("TACACS+"));
  patient_.configure(entry("    platform: frr\n"), router.ssh().known_hosts());
  EXPECT_THAT(patient_.diagnose({"core"}).of("prompt"), AllOf(StartsWith("ok: "), HasSubstr("core-rtr1#")));
}

TEST_F(HostDoctor, AHostBehindAnotherIsLookedAtThroughIt) {
  const OpensshServer bastion, server;
  patient_.configure(
      Patient::entry("bastion", bastion.port(), bastion.user(), Patient::by_key(bastion.key().path)) +
          web1(server, "    jump: bastion\n"),
      bastion.known_hosts() + server.known_hosts());
  const auto found = patient_.diagnose({"web1"});
  EXPECT_EQ(found.exit_code, 0) << found.text;
  EXPECT_THAT(found.of("way"), StartsWith("ok: through bastion"));
  std::filesystem::permissions(bastion.key().path, std::filesystem::perms(0644));
  EXPECT_THAT(patient_.diagnose({"web1"}).of("keys and secrets"), HasSubstr("bastion: "));
  std::filesystem::permissions(bastion.key().path, std::filesystem::perms(0600));
  EXPECT_THAT(found.of("log in"), StartsWith("ok: "));
}

TEST_F(HostDoctor, SeveralHostsAreLookedAtAndOneBadOneIsEnough) {
  const OpensshServer server;
  patient_.configure(web1(server) + Patient::entry("web2", free_port(), "ann", "method: agent"),
                     server.known_hosts());
  const auto found = patient_.diagnose({"web*"});
  EXPECT_EQ(found.exit_code, 1);
  ASSERT_EQ(found.json.at("hosts").as_array().size(), 2U);
  EXPECT_EQ(found.json.at("hosts").at(0).at("host"), "web1");
  EXPECT_EQ(found.json.at("hosts").at(1).at("host"), "web2");
}

TEST_F(HostDoctor, WhatAHostSaysNeitherMovesTheCursorNorForgesALine) {
  const TcpServer liar([](int fd) {
    write_bytes(fd, "SSH-2.0-\x1b[2J\x1b]0;owned\x07\xe2\x80\xae x\r\n\x7f\xff\xff\xff garbage");
    read_bytes(fd, 1 << 16);
  });
  patient_.configure(Patient::entry("web1", liar.port(), "ann", "method: agent"), "");
  const auto shown = patient_.run({"doctor", "web1"});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.out,
              AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\x07")), Not(HasSubstr("\xe2\x80\xae"))));
  EXPECT_THAT(shown.out, HasSubstr("impossible length"));
}

TEST_F(HostDoctor, CtrlCLeavesAtOnceWithAWholeRecord) {
  std::promise<void> reached;
  const TcpServer silent([&reached](int fd) {
    reached.set_value();
    read_all(fd);
  });
  patient_.configure(Patient::entry("web1", silent.port(), "ann", "method: agent"), "");
  auto options = patient_.program({"doctor", "web1"});
  Process doctor(std::move(options));
  ASSERT_EQ(reached.get_future().wait_for(20s), std::future_status::ready);
  doctor.signal(SIGINT);
  const auto ended = doctor.wait(5s);
  ASSERT_TRUE(ended) << "it still runs";
  EXPECT_EQ(*ended, 130);
  EXPECT_THAT(doctor.err(), HasSubstr("interrupted"));
  EXPECT_EQ(patient_.run({"audit", "verify"}).exit_code, 0);
}

TEST_F(HostDoctor, OnATerminalStatesHaveColoursUnlessThePersonWantsNone) {
  patient_.configure(Patient::entry("web1", free_port(), "ann", "method: agent"), "");
  Tmux::Options options;
  options.argv = {MCPSSH_BINARY, "doctor", "web1"};
  options.env = patient_.env;
  options.columns = 60;
  options.rows = 60;
  Tmux narrow(options);
  const auto screen = narrow.wait_for("modes kept");
  EXPECT_THAT(screen, HasSubstr("ended 1"));
  EXPECT_THAT(screen, HasSubstr("fail  TCP"));
  const auto on_a_terminal = [this](const std::string& no_color, const std::string& term) {
    auto script = patient_.program({});
    script.argv = {"script", "-qec", std::string(MCPSSH_BINARY) + " doctor", "/dev/null"};
    script.env["NO_COLOR"] = no_color;
    script.env["TERM"] = term;
    return run_to_end(std::move(script)).out;
  };
  EXPECT_THAT(on_a_terminal("", "xterm"), HasSubstr("\x1b[32mok  \x1b[0m"));
  EXPECT_THAT(on_a_terminal("1", "xterm"), AllOf(HasSubstr("ok    configuration"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(on_a_terminal("", "dumb"), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace mcpssh::test
