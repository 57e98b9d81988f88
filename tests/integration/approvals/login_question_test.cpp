// What a host asks during a log-in, answered by people over the operators' socket.
#include <signal.h>

#include <future>

#include "approvals/login_question_scene.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class LoginQuestion : public HostThatAsks {};

TEST_F(LoginQuestion, APersonAnswersAndTheLogInGoesOn) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto where = user().name() + "@127.0.0.1:" + std::to_string(asking_.port());
  const auto shown = approver({"pending"});
  EXPECT_THAT(shown.out,
              AllOf(StartsWith(id + "  code1 asks during a log-in, expires in "),
                    HasSubstr("  the answer goes to code1 (" + where + "), and nowhere else\n"),
                    HasSubstr("  its host key matches the one on record:\n      ssh-ed25519 SHA256:"),
                    HasSubstr("    | Password:\n"), HasSubstr("at " + asker_.name() + "'s server")));
  const auto answered = answer(id, secret());
  EXPECT_EQ(answered.exit_code, 0) << answered.err;
  EXPECT_THAT(answered.out, AllOf(HasSubstr(where), HasSubstr("answered: the log-in of code1 goes on")));
  const auto said = server.finish(call);
  EXPECT_THAT(said.text, AllOf(HasSubstr("exit 0"), HasSubstr("came-in")));
  EXPECT_THAT(approver({"pending"}).out, HasSubstr("nothing waits"));
  const auto late = answer(id, secret());
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.err, HasSubstr("[no-such-request]"));
}

TEST_F(LoginQuestion, WhoAnsweredIsOnRecordAndWhatTheySaidIsNowhere) {
  auto server = start_asking({"--log-level", "debug"});
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto answered = answer(id, secret());
  const auto said = server.finish(call);
  const auto records = records_with(server, "tool", "log-in question");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].at("state"), "asked");
  EXPECT_EQ(records[1].at("state"), "answered");
  EXPECT_EQ(records[1].at("kind"), "security");
  EXPECT_EQ(records[1].at("host"), "code1");
  EXPECT_THAT(std::string(records[1].at("approved_by").as_string()),
              StartsWith("human:socket " + approver_.name()));
  EXPECT_EQ(records[1].at("human_factor"), "other_user");
  EXPECT_THAT(std::string(records[1].at("detail").as_string()), HasSubstr(id + ": " + user().name() + "@"));
  for (const auto& text : {text_of(server.journal()), server.log(), said.text, answered.out, answered.err})
    EXPECT_THAT(text, Not(HasSubstr(secret())));
  EXPECT_EQ(server.cli({"audit", "verify"}).exit_code, 0);
}

TEST_F(LoginQuestion, AWrongAnswerFailsTheLogInAndTheNextOneIsAskedAnew) {
  auto server = start_asking();
  const auto first = log_in(server);
  const auto wrong = question_of(server);
  EXPECT_EQ(answer(wrong, "not-it").exit_code, 0) << "only the host knows";
  const auto refused = server.finish(first);
  EXPECT_TRUE(refused.is_error);
  EXPECT_THAT(refused.text, AllOf(HasSubstr("[auth-failed]"), Not(HasSubstr("not-it"))));
  const auto second = log_in(server);
  const auto right = question_of(server);
  EXPECT_NE(right, wrong);
  EXPECT_EQ(answer(right, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(second).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, APersonDeclinesAndTheErrorSaysSo) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto denied = approver({"deny", id});
  EXPECT_EQ(denied.exit_code, 0) << denied.err;
  EXPECT_THAT(denied.out, HasSubstr("declined: the log-in of code1 ends"));
  const auto said = server.finish(call);
  EXPECT_TRUE(said.is_error);
  EXPECT_THAT(said.text, AllOf(HasSubstr("a person declined to answer (human:socket " + approver_.name()),
                               HasSubstr("\"Password:\""), HasSubstr("[login-declined]")));
  EXPECT_THAT(told(server), ElementsAre("asked", "declined"));
}

TEST_F(LoginQuestion, TwoAtOnceAreAnsweredEachByItsOwnId) {
  auto server = start_asking();
  const auto one = log_in(server, "code1"), two = log_in(server, "code2");
  const auto first = question_of(server, "code1"), second = question_of(server, "code2");
  EXPECT_NE(first, second);
  EXPECT_EQ(answer(second, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(two).text, HasSubstr("came-in"));
  EXPECT_THAT(questions(server), SizeIs(1)) << "the other one waits on";
  EXPECT_EQ(answer(first, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(one).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, TheAskersOwnUserMayAnswerAsItGainsNothing) {
  auto server = start_asking({}, false);
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto answered = answer_as(asker_.name(), id, secret());
  EXPECT_EQ(answered.exit_code, 0) << answered.err;
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
  const auto record = records_with(server, "state", "answered").at(0);
  EXPECT_EQ(record.at("human_factor"), "none");
  EXPECT_THAT(std::string(record.at("approved_by").as_string()), StartsWith("socket " + asker_.name()));
}

TEST_F(LoginQuestion, WhoIsNotInTheGroupDoesNotReachIt) {
  const SystemUser stranger;
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto unseen = answer_as(stranger.name(), id, secret());
  EXPECT_EQ(unseen.exit_code, 1);
  EXPECT_THAT(unseen.err, HasSubstr("no server that you can reach has an open question"));
  const auto socket = socket_of(server).string();
  EXPECT_EQ(answer_as(stranger.name(), id, secret(), {"--socket", socket}).exit_code, 1);
  // A process that has the group, of a number that is no account: what /etc/subuid gives an asker.
  Process::Options options = as_approver({});
  options.argv = {"setpriv",          "--reuid", "3987654321", "--regid", approver_.name(), "--clear-groups",
                  program().string(), "answer",  id,           "--stdin", "--socket",       socket};
  Process nobody(std::move(options));
  nobody.write(secret() + "\n");
  nobody.close_stdin();
  EXPECT_EQ(nobody.wait(std::chrono::seconds(30)), 1);
  EXPECT_THAT(nobody.err(), HasSubstr("is no approver and not the server's own user"));
  EXPECT_THAT(questions(server), SizeIs(1));
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  server.finish(call);
}

TEST_F(LoginQuestion, ACallThatIsCancelledTakesItsQuestionBack) {
  auto server = start_asking();
  server.cancel(log_in(server));
  EXPECT_TRUE(nothing_is_asked(server));
  const auto call = log_in(server);
  const auto id = question_of(server);
  server.cancel(call);
  EXPECT_TRUE(nothing_is_asked(server));
  const auto late = answer(id, secret());
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.err, HasSubstr("open question"));
  EXPECT_TRUE(comes_true(server, [&] { return told(server).back() == "cancelled"; }));
}

TEST_F(LoginQuestion, EndsWithItsClientAndWithItsServer) {
  for (const bool by_signal : {false, true}) {
    auto server = start_asking();
    log_in(server);
    question_of(server);
    if (by_signal)
      server.process().signal(SIGTERM);
    else
      server.process().close_stdin();
    EXPECT_TRUE(server.process().wait(std::chrono::seconds(20))) << "it does not wait for a person";
    EXPECT_THAT(told(server), ElementsAre("asked", "cancelled"));
  }
}

TEST_F(LoginQuestion, EndsWhenTheConfigurationOfItsHostChanges) {
  auto server = start_asking();
  const auto one = log_in(server, "code1"), two = log_in(server, "code2");
  question_of(server, "code1");
  const auto stays = question_of(server, "code2");
  auto changed = hosts_asking();
  const auto name = user().name();
  changed.replace(changed.find(name), name.size(), "nobody");
  server.rewrite_config(changed);
  const auto said = server.finish(one);
  EXPECT_TRUE(said.is_error);
  EXPECT_THAT(said.text, HasSubstr("configuration"));
  EXPECT_TRUE(comes_true(server, [&] { return questions(server).size() == 1; }));
  EXPECT_EQ(answer(stays, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(two).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, AFrozenServerAsksNobody) {
  auto server = start_asking();
  const auto call = log_in(server);
  question_of(server);
  EXPECT_EQ(server.cli({"freeze", "--reason", "stop it"}).exit_code, 0);
  EXPECT_THAT(questions(server), IsEmpty());
  const auto said = server.finish(call);
  EXPECT_TRUE(said.is_error);
  EXPECT_THAT(said.text, AllOf(HasSubstr("[frozen]"), HasSubstr("stop it")));
  EXPECT_THAT(told(server), ElementsAre("asked", "cancelled"));
}

TEST_F(LoginQuestion, TheModelIsToldThatAPersonIsAskedAndNotWhereToTypeIt) {
  auto server = start_asking({"--answer-within", "0.3"});
  const auto early = server.finish(log_in(server));
  const auto id = question_of(server);
  const auto call = early.fact("call");
  const auto waiting = server.call("ssh_output", R"({"call":")" + call + R"("})");
  EXPECT_THAT(waiting.text, AllOf(HasSubstr("its log-in waits for what only a person can answer"),
                                  HasSubstr("mcp-ssh answer " + id + ", never here")));
  EXPECT_EQ(waiting.fact("state"), "waiting");
  EXPECT_EQ(waiting.fact("question"), id);
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  const auto done = server.call("ssh_output", R"({"call":")" + call + R"(","wait":30})");
  EXPECT_THAT(server.call("ssh_output", R"({"call":")" + call + R"("})").text, HasSubstr("came-in"))
      << done.text;
}

TEST_F(LoginQuestion, AWatcherSeesItComeAndGo) {
  auto server = start_asking();
  auto options = as_approver({"pending", "--watch", "--socket", socket_of(server).string()});
  options.pipe_stdout = true;
  Process watching(std::move(options));
  const auto call = log_in(server);
  std::string id;
  for (std::string line; !line.contains("Password:");
       line = watching.read_line(std::chrono::seconds(30)).value())
    if (line.contains("asks during a log-in")) id = line.substr(0, line.find(' '));
  EXPECT_EQ(id, question_of(server));
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  std::string line;
  while (!line.contains("is over")) line = watching.read_line(std::chrono::seconds(30)).value();
  EXPECT_EQ(line, id + " is over");
  server.finish(call);
}

TEST_F(LoginQuestion, TheTwoCommandsAreNotMixedUp) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto approved = approver({"approve", id});
  EXPECT_EQ(approved.exit_code, 1);
  EXPECT_THAT(approved.err, HasSubstr("answer it with mcp-ssh answer"));
  EXPECT_THAT(answer("ap-0123456789", "x").err,
              HasSubstr("no server that you can reach has an open question"));
  EXPECT_THAT(answer(id, std::string(600, 'x')).err, HasSubstr("longer than 512 bytes"));
  const auto silent = run_to_end(as_approver({"answer", id, "--stdin"}));
  EXPECT_THAT(silent.err, HasSubstr("there is no answer on stdin"));
  const auto nowhere = run_to_end(as_approver({"answer", id}));
  EXPECT_THAT(nowhere.err, HasSubstr("[needs-terminal]"));
  EXPECT_THAT(questions(server), SizeIs(1)) << "all of that answered nothing";
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, OnATerminalNothingOfItIsShown) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto on_terminal = [&] {
    const auto person = as_approver({"answer", id});
    Tmux::Options options;
    options.argv = person.argv;
    options.env = person.env;
    options.columns = 120;
    return options;
  }();
  {
    Tmux put_away(on_terminal);
    put_away.wait_for("not shown");
    put_away.press({"C-c"});
    EXPECT_THAT(put_away.wait_for("modes "),
                AllOf(HasSubstr("nothing was answered"), HasSubstr("modes kept")));
  }
  Tmux tmux(on_terminal);
  EXPECT_THAT(tmux.wait_for("your answer for code1 (not shown"), HasSubstr("    | Password:"));
  tmux.type(secret());
  tmux.press({"Enter"});
  EXPECT_THAT(tmux.wait_for("modes "), AllOf(HasSubstr("goes on"), HasSubstr("ended 0"),
                                             HasSubstr("modes kept"), Not(HasSubstr(secret()))));
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, WhenNobodyAnswersTheErrorSaysWhatToDo) {
  auto server = start_asking({"--login-answer-within", "1"});
  const auto said = server.finish(log_in(server));
  EXPECT_TRUE(said.is_error);
  EXPECT_THAT(said.text, AllOf(HasSubstr("log in: the host asks " + user().name() + " \"Password:\""),
                               HasSubstr("nobody answered q-"), HasSubstr("within 1 s"),
                               HasSubstr("mcp-ssh pending and answers with mcp-ssh answer"),
                               HasSubstr("[login-unanswered]")));
  EXPECT_THAT(questions(server), IsEmpty());
  EXPECT_THAT(told(server), ElementsAre("asked", "unanswered"));
}

TEST_F(LoginQuestion, AJumpHostAsksForItselfAndSaysWhereTheWayLeads) {
  McpSsh::Options options;
  const auto known = files_.write("known_hosts_both", asking_.known_hosts() + sshd_.known_hosts());
  options.hosts_yaml =
      trusting(host_entry("gate", asking_.port(), user().name(), "method: keyboard-interactive") +
                   host_entry("web1", sshd_.port(), sshd_.user(), by_key(key_), "    jump: gate\n"),
               known.string(), "  approvers_group: " + approver_.name() + "\n");
  auto server = start_as_asker(std::move(options));
  const auto call = log_in(server, "web1");
  const auto id = question_of(server, "gate");
  EXPECT_THAT(approver({"pending"}).out,
              AllOf(HasSubstr("  the answer goes to gate (" + user().name() + "@127.0.0.1:"),
                    HasSubstr("on the way to web1")));
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
}

/// Says it has that question, too.
constexpr const char* imitation = R"py(
import json, os, socket, sys
path, id, heard = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX)
listening.bind(path)
os.chmod(path, 0o666)
listening.listen(8)
print("ready", flush=True)
while True:
    client, _ = listening.accept()
    open(heard, "ab").write(client.recv(4096))
    question = {"id": id, "host": "code1", "user": "ann", "address": "192.0.2.1:22", "text": "Password:"}
    client.send(json.dumps({"v": 1, "ok": True, "requests": [], "questions": [question]}).encode() + b"\n")
)py";

TEST_F(LoginQuestion, WhatAnotherServerImitatesIsAnsweredToNeither) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  const auto heard = files_.path() / "heard";
  Process::Options fake;
  fake.argv = as_asker();
  fake.argv.pop_back();
  fake.argv.insert(fake.argv.end(),
                   {"/usr/bin/python3", "-c", imitation,
                    (socket_of(server).parent_path() / "1.sock").string(), id, heard.string()});
  fake.pipe_stdout = true;
  Process imitating(std::move(fake));
  ASSERT_EQ(imitating.read_line(), "ready") << imitating.err();
  EXPECT_THAT(approver({"pending"}).out, HasSubstr("WARNING: another server shows a question with this id"));
  const auto tried = answer(id, secret());
  EXPECT_EQ(tried.exit_code, 1);
  EXPECT_THAT(tried.err, HasSubstr("two servers say they have"));
  EXPECT_THAT(text_of(heard), AllOf(HasSubstr("pending"), Not(HasSubstr(secret()))));
  const auto named = answer_as(approver_.name(), id, secret(), {"--socket", socket_of(server).string()});
  EXPECT_EQ(named.exit_code, 0) << named.err;
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
}

TEST_F(LoginQuestion, AFreezeThatNobodyToldTheServerOfHoldsForAnswersToo) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  std::ofstream(server.home() / "state/mcp-ssh/frozen.json") << "{}";
  EXPECT_EQ(answer(id, secret()).exit_code, 1);
  EXPECT_THAT(server.finish(call).text, HasSubstr("[frozen]"));
}

TEST_F(LoginQuestion, CompletionOffersIt) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  for (const auto* command : {"answer", "deny"})
    EXPECT_THAT(server.cli({"__complete", "mcp-ssh", command, ""}).out, HasSubstr(id)) << command;
  EXPECT_THAT(server.cli({"__complete", "mcp-ssh", "approve", ""}).out, Not(HasSubstr(id)));
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  server.finish(call);
}

/// How often `text` stands in what the process can write to. A mapping beyond 1 GiB is a sanitizer's own: no
/// program here has that much, and there is no room to read it.
std::size_t times_in_memory(int pid, const std::string& text) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  std::ifstream memory("/proc/" + std::to_string(pid) + "/mem", std::ios::binary);
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);) {
    std::size_t from = 0, to = 0;
    char mode[5] = "";
    if (std::sscanf(line.c_str(), "%zx-%zx %4s", &from, &to, mode) != 3 || mode[1] != 'w') continue;
    if (to - from > std::size_t{1} << 30) continue;
    std::string bytes(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++count;
  }
  return count;
}

TEST_F(LoginQuestion, WhatWasTypedIsNotInTheServersMemoryAfterwards) {
  auto server = start_asking();
  const auto call = log_in(server);
  const auto id = question_of(server);
  EXPECT_GT(times_in_memory(server.process().pid(), id), 0u) << "the look sees what is there";
  EXPECT_EQ(answer(id, secret()).exit_code, 0);
  EXPECT_THAT(server.finish(call).text, HasSubstr("came-in"));
  EXPECT_EQ(times_in_memory(server.process().pid(), secret()), 0u);
  // Whoever frees memory writes into its first bytes: the end of it would still be there.
  EXPECT_EQ(times_in_memory(server.process().pid(), secret().substr(secret().size() - 8)), 0u);
}

TEST_F(LoginQuestion, WhenTheHostHangsUpNobodyIsAskedAnyMore) {
  auto server = start_asking();
  const auto call = log_in(server);
  question_of(server);
  asking_.cut_connections();
  const auto said = server.finish(call);
  EXPECT_TRUE(said.is_error);
  EXPECT_THAT(said.text, HasSubstr("the host ended the connection during the log-in"));
  EXPECT_THAT(questions(server), IsEmpty());
  EXPECT_THAT(told(server), ElementsAre("asked", "cancelled"));
}

TEST_F(LoginQuestion, AKeyTakenUnseenIsADoubtHoweverOftenItsHostAsks) {
  McpSsh::Options options;
  options.hosts_yaml =
      trusting(host_entry("code1", asking_.port(), user().name(), "method: keyboard-interactive"),
               (files_.path() / "taken_unseen").string(),
               "  host_key_checking: accept-new\n  approvers_group: " + approver_.name() + "\n");
  auto server = start_as_asker(std::move(options));
  for (const std::string doubt : {"seen for the first time", "taken unseen"}) {
    const auto call = log_in(server);
    const auto id = question_of(server);
    const auto told = questions(server).at(0);
    EXPECT_THAT(base::find_string(told, "host_key_doubt").value_or(""), StartsWith(doubt));
    EXPECT_THAT(approver({"pending"}).out, HasSubstr("  WARNING: its host key is NOT verified: " + doubt));
    EXPECT_EQ(approver({"deny", id}).exit_code, 0);
    server.finish(call);
  }
}

TEST_F(HostThatAsks, OverHttpAMemberOfTheGroupAnswers) {
  auto with = options(approver_.name());
  with.hosts_yaml = hosts_asking();
  give_to_asker();
  RunningService service(std::move(with));
  auto asking = std::async(std::launch::async, [&] {
    return RunningService::ask(service.url + "/mcp", RunningService::running("code1", "echo came-in"));
  });
  auto watch = as_approver({"pending", "--watch", "--json", "--socket", socket_of(service)});
  watch.pipe_stdout = true;
  Process watching(std::move(watch));
  std::string id;
  while (id.empty()) {
    const auto said = base::json::parse(watching.read_line(std::chrono::seconds(30)).value()).as_object();
    const auto& open = said.at("questions").as_array();
    if (!open.empty()) id = std::string(open.front().at("id").as_string());
  }
  const auto answered = answer(id, secret());
  EXPECT_EQ(answered.exit_code, 0) << answered.err;
  EXPECT_THAT(asking.get().body, HasSubstr("came-in"));
}

}  // namespace
}  // namespace mcpssh::test
