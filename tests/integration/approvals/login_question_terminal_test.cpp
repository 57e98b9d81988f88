// What a host asks during a log-in that a person at a terminal began: they see what a server shows people.
#include <chrono>
#include <thread>

#include "approvals/login_question_scene.hpp"
#include "support/tmux.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LoginQuestionAtATerminal : public HostThatAsks {
 protected:
  /// mcp-ssh WORDS... of the asker's user, under that hosts.yaml.
  [[nodiscard]] Tmux::Options typed(const std::string& hosts_yaml, std::vector<std::string> words) const {
    const auto config = files_.write("hosts.yaml", hosts_yaml);
    give_to_asker();
    words.insert(words.begin(), {"--config", config.string()});
    auto typing = as(asker_.name(), std::move(words));
    typing.env["HOME"] = asker_.home();
    return {.argv = typing.argv, .env = typing.env};
  }
  void give_the_secret(Tmux& tmux) const {
    tmux.wait_for("(not shown; Ctrl-C gives none)");
    tmux.type(secret());
    tmux.press({"Enter"});
  }
  /// Waits until the server has sent two questions.
  [[nodiscard]] bool both_have_asked() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
      const auto log = asking_.log();
      const auto first = log.find("Postponed keyboard-interactive");
      if (first != log.npos && log.find("Postponed keyboard-interactive", first + 1) != log.npos) return true;
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
  }
  [[nodiscard]] std::string where() const {
    return user().name() + "@127.0.0.1:" + std::to_string(asking_.port());
  }
};

TEST_F(LoginQuestionAtATerminal, ShowsWhoGetsTheAnswerAndWhetherItsKeyIsProved) {
  Tmux tmux(typed(hosts_asking(), {"run", "code1", "--", "echo", "came-in"}));
  EXPECT_THAT(tmux.wait_for("your answer for code1"),
              AllOf(HasSubstr("code1 asks during a log-in\n"),
                    HasSubstr("  the answer goes to code1 (" + where() + "), and nowhere else\n"),
                    HasSubstr("  its host key matches the one on record:\n      ssh-ed25519 SHA256:"),
                    HasSubstr("  the words of code1, which nothing vouches for:\n    | Password:\n"),
                    Not(HasSubstr("WARNING"))));
  give_the_secret(tmux);
  EXPECT_THAT(tmux.wait_for("modes "), AllOf(HasSubstr("came-in"), HasSubstr("ended 0"),
                                             HasSubstr("modes kept"), Not(HasSubstr(secret()))));
}

TEST_F(LoginQuestionAtATerminal, OneHostAtATimeAsksSoThatNoAnswerGoesToAnother) {
  const auto asks = [&](const std::string& name) {
    return host_entry(name, asking_.port(), user().name(), "method: keyboard-interactive");
  };
  const auto known = files_.write("known_hosts_both", asking_.known_hosts());
  Tmux tmux(typed(trusting(asks("code1") + asks("code2"), known.string()),
                  {"run", "code*", "--", "echo", "came-in"}));
  tmux.wait_for("your answer for code");
  EXPECT_TRUE(both_have_asked());
  const auto first = tmux.wait_for("your answer for code");
  const bool one = first.contains("your answer for code1"), two = first.contains("your answer for code2");
  EXPECT_NE(one, two) << first;
  give_the_secret(tmux);
  tmux.wait_for(one ? "your answer for code2" : "your answer for code1");
  give_the_secret(tmux);
  EXPECT_THAT(tmux.wait_for("modes "),
              AllOf(HasSubstr("ended 0"), HasSubstr("modes kept"), Not(HasSubstr(secret()))));
}

TEST_F(LoginQuestionAtATerminal, WarnsOfAKeyThatNobodyCompared) {
  const auto nothing = files_.path() / "taken_unseen";
  for (const std::string checking : {"accept-new", "off"}) {
    const auto hosts =
        trusting(host_entry("code1", asking_.port(), user().name(), "method: keyboard-interactive"),
                 nothing.string(), "  host_key_checking: " + checking + "\n");
    Tmux tmux(typed(hosts, {"hosts", "test", "code1"}));
    EXPECT_THAT(tmux.wait_for("your answer for code1"),
                AllOf(HasSubstr("  WARNING: its host key is NOT verified: "), HasSubstr(checking + ")"),
                      HasSubstr("      ssh-ed25519 SHA256:"), Not(HasSubstr("matches"))));
    tmux.press({"C-c"});
    EXPECT_THAT(tmux.wait_for("modes "), HasSubstr("modes kept"));
  }
}

TEST_F(LoginQuestionAtATerminal, OfAJumpHostItSaysThatItIsThatOne) {
  const auto known = files_.write("known_hosts_both", asking_.known_hosts() + sshd_.known_hosts());
  const auto asks = [&](const std::string& name, const std::string& more = {}) {
    return host_entry(name, asking_.port(), user().name(), "method: keyboard-interactive", more);
  };
  const auto gate = host_entry("gate", sshd_.port(), sshd_.user(), by_key(key_));
  const auto hosts =
      trusting(gate + asks("lock", "    jump: gate\n") + asks("inner", "    jump: lock\n"), known.string());
  Tmux tmux(typed(hosts, {"run", "inner", "--", "echo", "came-in"}));
  EXPECT_THAT(tmux.wait_for("your answer for lock"),
              AllOf(HasSubstr("  the answer goes to lock ("), HasSubstr("  it is reached through gate\n")));
  give_the_secret(tmux);
  EXPECT_THAT(tmux.wait_for("your answer for inner"), HasSubstr("  it is reached through gate, lock\n"));
  tmux.press({"C-c"});
  tmux.wait_for("modes ");
}

}  // namespace
}  // namespace mcpssh::test
