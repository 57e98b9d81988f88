// Completion in the real shells.
#include "people/house.hpp"

namespace mcpssh::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Completion : public AtHome {
 protected:
  Completion() { home_.write("bin/x", ""); }

  /// What fish offers for a line.
  [[nodiscard]] std::string fish(const std::string& line) const {
    return in(
        {"fish", "--no-config", "-c", "$m completion fish | source; complete -C " + base::shell_quote(line)});
  }
  /// What bash's function puts into COMPREPLY for a line, one a line, words broken as readline breaks them.
  [[nodiscard]] std::string bash(const std::string& line, const std::string& word) const {
    return in({"bash", "--norc", "-c",
               "source <($m completion bash); COMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'; COMP_LINE=" +
                   base::shell_quote(line) + " COMP_POINT=" + std::to_string(line.size()) +
                   " COMP_CWORD=1 COMP_WORDS=(mcp-ssh " + base::shell_quote(word) +
                   "); _mcp_ssh mcp-ssh; printf '%s\\n' \"${COMPREPLY[@]}\""});
  }
  /// With the program first in PATH, as mcp-ssh.
  [[nodiscard]] std::string in(std::vector<std::string> argv) const {
    Process::Options options;
    options.argv = std::move(argv);
    options.env = env();
    options.env["m"] = MCPSSH_BINARY;
    const auto directory = std::filesystem::path(MCPSSH_BINARY).parent_path().string();
    options.env["PATH"] = directory + ":" + std::string(std::getenv("PATH"));
    return run_to_end(std::move(options)).out;
  }
};

TEST_F(Completion, FishOffersCommandsOptionsAndHosts) {
  EXPECT_THAT(fish("mcp-ssh ch"), HasSubstr("check\tWhat the guard says"));
  EXPECT_THAT(fish("mcp-ssh run w"), AllOf(HasSubstr("web1\t"), HasSubstr("web3\t"), Not(HasSubstr("dead"))));
  EXPECT_THAT(fish("mcp-ssh run @"), HasSubstr("@web"));
  EXPECT_THAT(fish("mcp-ssh check --policy "), HasSubstr("readonly"));
  EXPECT_THAT(fish("mcp-ssh hosts tr"), HasSubstr("trust\t"));
  EXPECT_THAT(fish("mcp-ssh --config " + home_.path().string() + "/ho"), HasSubstr("hosts.yaml"));
}

TEST_F(Completion, BashOffersWhatFollowsTheLastWordBreak) {
  EXPECT_EQ(bash("mcp-ssh run web", "web"), "web1\nweb2\nweb3\n");
  EXPECT_EQ(bash("mcp-ssh run @w", "@w"), "@web\n");
  EXPECT_EQ(bash("mcp-ssh run web1,@w", "@w"), "@web\n");
  EXPECT_EQ(bash("mcp-ssh check --policy=r", "r"), "readonly\n");
  EXPECT_EQ(bash("mcp-ssh hosts tes", "tes"), "test\n");
}

TEST_F(Completion, BashCompletesAtARealPrompt) {
  Tmux::Options options;
  options.argv = {"bash", "--norc", "-i"};
  options.env = env();
  options.env["PS1"] = "ready> ";
  const auto directory = std::filesystem::path(MCPSSH_BINARY).parent_path().string();
  options.env["PATH"] = directory + ":" + std::string(std::getenv("PATH"));
  Tmux tmux(options);
  tmux.wait_for("ready>");
  tmux.type("source <(mcp-ssh completion bash); clear");
  tmux.press({"Enter"});
  tmux.wait_until_gone("source");
  tmux.type("mcp-ssh run @w");
  tmux.press({"Tab"});
  tmux.wait_for("mcp-ssh run @web");
  tmux.type("--stop");
  tmux.press({"Tab"});
  tmux.wait_for("run @web --stop-on-failure");
}

TEST_F(Completion, ZshCompletesAtARealPrompt) {
  Tmux::Options options;
  options.argv = {"zsh", "-f", "-i"};
  options.env = env();
  options.env["PS1"] = "ready> ";
  options.columns = 120;
  const auto directory = std::filesystem::path(MCPSSH_BINARY).parent_path().string();
  options.env["PATH"] = directory + ":" + std::string(std::getenv("PATH"));
  Tmux tmux(options);
  tmux.wait_for("ready>");
  tmux.type("autoload -Uz compinit; compinit -u -D; source <(mcp-ssh completion zsh); clear");
  tmux.press({"Enter"});
  tmux.wait_until_gone("autoload");
  tmux.type("mcp-ssh run @");
  tmux.press({"Tab"});
  tmux.wait_for("mcp-ssh run @web");
  tmux.type(" --stop");
  tmux.press({"Tab"});
  tmux.wait_for("--stop-on-failure");
  tmux.press({"C-u"});
  tmux.type("mcp-ssh run web");
  tmux.press({"Tab"});
  EXPECT_THAT(tmux.wait_for("web3"), AllOf(HasSubstr("web1"), HasSubstr("@127.0.0.1")));
}

class HostileDirectory : public Completion {
 protected:
  HostileDirectory() {
    home_.write("evil/mcp-ssh", "#!/bin/sh\ntouch " + mark().string() + "\necho hostile\n", 0700);
  }
  [[nodiscard]] std::filesystem::path mark() const { return home_.path() / "was-run"; }
  [[nodiscard]] bool was_run() const { return std::filesystem::exists(mark()); }
  /// Tab behind ./mcp-ssh, ../evil/mcp-ssh and, with . first in PATH, mcp-ssh, at a prompt there.
  void press_tabs(Tmux& tmux) const {
    tmux.type("mcp-ssh run @w");  // the installed one, so that Tab is known to do something here
    tmux.press({"Tab"});
    tmux.wait_for("@web");
    tmux.press({"C-u"});
    tmux.type("cd " + (home_.path() / "evil").string() + "; PATH=.:$PATH; clear");
    tmux.press({"Enter"});
    tmux.wait_until_gone("clear");
    for (const std::string program : {"./mcp-ssh", "../evil/mcp-ssh", "mcp-ssh"}) {
      tmux.type(program + " run @w");
      tmux.press({"Tab", "C-u"});
      tmux.type("echo be''hind " + program);
      tmux.press({"Enter"});
      tmux.wait_for("behind " + program);
    }
  }
  [[nodiscard]] Tmux::Options prompt_of(std::vector<std::string> shell) const {
    Tmux::Options options;
    options.argv = std::move(shell);
    options.env = env();
    options.env["PS1"] = "ready> ";
    const auto directory = std::filesystem::path(MCPSSH_BINARY).parent_path().string();
    options.env["PATH"] = directory + ":" + std::string(std::getenv("PATH"));
    return options;
  }
};

TEST_F(HostileDirectory, ItsProgramIsNotRunByTabInBash) {
  Tmux tmux(prompt_of({"bash", "--norc", "-i"}));
  tmux.wait_for("ready>");
  tmux.type("source <(mcp-ssh completion bash)");
  tmux.press({"Enter"});
  press_tabs(tmux);
  EXPECT_FALSE(was_run());
}

TEST_F(HostileDirectory, ItsProgramIsNotRunByTabInZsh) {
  Tmux tmux(prompt_of({"zsh", "-f", "-i"}));
  tmux.wait_for("ready>");
  tmux.type("autoload -Uz compinit; compinit -u -D; source <(mcp-ssh completion zsh)");
  tmux.press({"Enter"});
  press_tabs(tmux);
  EXPECT_FALSE(was_run());
}

TEST_F(HostileDirectory, ItsProgramIsNotRunByFish) {
  const std::string there = "$m completion fish | source; cd " + (home_.path() / "evil").string() + "; ";
  for (const std::string line : {"./mcp-ssh run @w", "../evil/mcp-ssh run @w"})
    EXPECT_THAT(in({"fish", "--no-config", "-c", there + "complete -C '" + line + "'"}), IsEmpty());
  EXPECT_THAT(in({"fish", "--no-config", "-c", there + "set PATH . $PATH; complete -C 'mcp-ssh run @w'"}),
              Not(HasSubstr("hostile")));
  EXPECT_FALSE(was_run());
}

TEST_F(HostileDirectory, TheInstalledOneCompletesAlsoByItsWholePath) {
  const std::string program = MCPSSH_BINARY;
  EXPECT_THAT(fish(program + " run @w"), HasSubstr("@web"));
  EXPECT_EQ(in({"bash", "--norc", "-c",
                "source <($m completion bash); COMP_WORDBREAKS=' @'; COMP_LINE=\"$m run @w\" "
                "COMP_POINT=${#COMP_LINE} COMP_CWORD=2 COMP_WORDS=($m run @w); _mcp_ssh $m; "
                "printf '%s\\n' \"${COMPREPLY[@]}\""}),
            "@web\n");
}

TEST_F(Completion, ABrokenConfigurationIsSilent) {
  home_.write("hosts.yaml", "hosts: [");
  const auto told = cli({"__complete", "words", "run", ""});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.out + told.err, IsEmpty());
  EXPECT_THAT(cli({"__complete", "words", "ru"}).out, HasSubstr("run\t"));
}

TEST_F(Completion, EveryCommandAndOptionIsOfferedThatHelpHas) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {}, {"run"}, {"serve"}, {"hosts"}, {"hosts", "add"}, {"token", "add"}, {"audit", "tail"}}) {
    auto ask = words;
    ask.insert(ask.begin(), {"__complete", "words"});
    ask.emplace_back("--");
    const auto offered = cli(ask).out;
    auto help = words;
    help.emplace_back("--help");
    std::istringstream lines(cli(help).out);
    for (std::string line; std::getline(lines, line);)
      if (const auto at = line.find("--"); line.starts_with("  -") && at != std::string::npos)
        EXPECT_THAT(offered, HasSubstr(line.substr(at, line.find_first_of(" ,", at) - at)));
  }
}

}  // namespace
}  // namespace mcpssh::test
