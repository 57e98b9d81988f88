#include "cli/main.hpp"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>
#include <iostream>

#include "base/faults.hpp"
#include "base/rights.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/completion/complete.hpp"
#include "cli/exact_words.hpp"
#include "cli/failure_status.hpp"
#include "cli/hosts/hosts_options.hpp"
#include "cli/install/install_options.hpp"
#include "cli/manual/man_page.hpp"
#include "cli/process.hpp"
#include "cli/run/run_options.hpp"
#include "cli/usage.hpp"
#include "cli/version.hpp"

namespace mcpssh::cli {
namespace {

using Run = std::function<int()>;

/// An error names files and hosts, and whoever named those may have thought of a terminal. Lines stay.
std::string for_terminal(std::string_view message) {
  std::vector<std::string> lines;
  for (const auto line : base::split(message, '\n')) lines.push_back(base::printable(line, 4000));
  return base::join(lines, "\n");
}

void add_audit(CLI::App& app, const Common& common, Run& chosen, std::optional<std::filesystem::path>& file,
               std::size_t& count) {
  auto* audit = app.add_subcommand("audit", "The record of everything that was done: verify, tail");
  audit->require_subcommand(1);

  auto* verify = audit->add_subcommand("verify", "Check that the record is complete and unchanged");
  verify->add_option("file", file, "The journal; default: the configured one")->type_name("FILE");
  verify->callback([&] { chosen = [&] { return audit_verify(common, file); }; });

  auto* tail = audit->add_subcommand("tail", "Show the last records");
  tail->add_option("file", file, "The journal; default: the configured one")->type_name("FILE");
  tail->add_option("-n,--lines", count, "How many")->capture_default_str();
  tail->callback([&] { chosen = [&] { return audit_tail(common, file, count); }; });
}

struct DoctorOptions {
  std::string selector;
  bool json = false;
};

void add_doctor(CLI::App& app, const Common& common, Run& chosen, DoctorOptions& options) {
  auto* doctor = app.add_subcommand(
      "doctor",
      "Look for what does not work here, and on hosts, and say how to mend it. Exit status: 0 nothing "
      "failed, 1 something did, 78 the configuration");
  doctor
      ->add_option("selector", options.selector,
                   "Hosts to look at too: name, glob (web-*), @group or comma list")
      ->type_name("HOSTS");
  doctor->add_flag("--json", options.json, "For programs");
  doctor->callback([&] { chosen = [&] { return doctor_command(common, options.selector, options.json); }; });
}

void add_check(CLI::App& app, const Common& common, Run& chosen, CheckOptions& options) {
  auto* check_command = app.add_subcommand(
      "check", "What the guard says of a command; nothing is run. Exit status: 0 allow, 3 ask, 4 deny");
  auto* words =
      check_command->add_option("command", options.words, "The command, in quotes; - reads it from stdin");
  check_command->add_option("--host", options.host, "Judge by the policy of this host")->type_name("HOST");
  check_command
      ->add_option("--policy", options.policy, "readonly, standard or full; default: the host's, or standard")
      ->check(CLI::IsMember({"readonly", "standard", "full"}));
  check_command->add_option("--shell", options.shell, "Without a host: posix or cli")
      ->check(CLI::IsMember({"posix", "cli"}))
      ->capture_default_str();
  check_command->add_option("--platform", options.platform, "Without a host: of a device (cisco_ios)");
  check_command->add_option(
      "--batch", options.batch,
      "Commands as JSON lines {id, command, shell, platform} from this file (- is stdin)");
  check_command->add_flag("--explain", options.explain,
                          "Show how it was read, and what it does of the allowed kind");
  check_command->add_flag("--json", options.json, "Answer in JSON");
  check_command->add_flag("--rules", options.rules,
                          "Print the built-in rules and what each mode says of them");
  take_marks(*check_command);
  check_command->callback([&, words] {
    options.words = words->results();  // CLI11 makes nothing of a lone "{}"
    if (words->count() == 0 && options.batch.empty() && !options.rules)
      throw CLI::RequiredError("a command, or --batch");
    chosen = [&] { return check(common, options); };
  });
}

void add_ways(CLI::App& serving, ServeOptions& options) {
  serving
      .add_option_function<std::string>(
          "--http",
          [&options](const std::string& listen) {
            options.http = true;
            options.listen = listen;
          },
          "Serve over HTTP; ADDRESS:PORT, default 127.0.0.1:8000. Clients need the token in MCP_AUTH_TOKEN")
      ->expected(0, 1)
      ->type_name("[ADDRESS:PORT]");
  serving
      .add_option_function<std::string>(
          "--socket",
          [&options](const std::string& path) {
            options.local = true;
            options.socket = path;
          },
          "Serve on a UNIX socket, for `mcp-ssh connect`; default: $MCP_SOCKET or mcp.sock in the runtime "
          "directory")
      ->expected(0, 1)
      ->type_name("[PATH]");
  serving.add_option("--socket-group", options.socket_group,
                     "A group whose members may connect to the socket too");
  serving
      .add_option_function<std::string>(
          "--admin",
          [&options](const std::string& place) {
            options.admin = true;
            options.admin_place = place;
          },
          "Serve metrics and health there, without a token; default 127.0.0.1:8001")
      ->expected(0, 1)
      ->type_name("[ADDRESS:PORT|PATH]");
  serving.add_option("--access-log", options.access_log, "A line of JSON for each HTTP request; - is stderr")
      ->type_name("PATH");
  serving.add_option("--tls-certificate", options.tls_certificate, "PEM file: serve HTTP through TLS");
  serving.add_option("--tls-key", options.tls_key, "PEM file of the certificate's key");
}

void add_rights(CLI::App& add, TokenOptions& options) {
  add.add_option("--hosts", options.hosts,
                 "Only these hosts, others look unknown to it: names, globs (web-*), @group, !name")
      ->type_name("HOSTS");
  add.add_option("--tools", options.tools, "Only these tools: ssh_run,ssh_output")
      ->delimiter(',')
      ->allow_extra_args(false);
  add.add_option("--mode", options.mode, "The most a host's mode is for it")
      ->type_name("MODE:{readonly,standard}");
  add.add_option("--role", options.role, "What it is for; default: agent")
      ->type_name("ROLE:{agent,approver,admin}");
  add.add_option("--rate", options.rate, "Tool calls a minute; default: any number")
      ->check(CLI::Range(1U, base::most_calls_per_minute));
}

void add_token(CLI::App& app, const Common& common, Run& chosen, TokenOptions& options) {
  auto* token = app.add_subcommand("token", "The named tokens of clients over HTTP: add, list, revoke");
  token->require_subcommand(1);

  auto* add = token->add_subcommand("add", "Make a token and print it, this once");
  add->add_option("name", options.name, "Whose it is: this name is in every record")->required();
  add->add_option("--days", options.days, "It expires after so many days; default: never")
      ->check(CLI::Range(1, 3650));
  add_rights(*add, options);
  add->callback([&] { chosen = [&] { return token_add(common, options); }; });

  auto* list = token->add_subcommand("list", "Show their names, when they expire and what they may do");
  list->callback([&] { chosen = [] { return token_list(); }; });

  auto* revoke = token->add_subcommand("revoke", "Refuse a token from now on");
  revoke->add_option("name", options.name, "Its name")->required()->type_name("TOKEN");
  revoke->callback([&] { chosen = [&] { return token_revoke(options.name); }; });
}

/// Never as an argument, which everybody on the machine can read.
void add_code(CLI::App& command, OperatorOptions& options) {
  command
      .add_option("--code", options.code,
                  "-: a one-time code stands on stdin; without it a terminal is asked")
      ->check(CLI::IsMember({"-"}));
}

void add_approver(CLI::App& app, Run& chosen, ApproverOptions& options) {
  auto* approver = app.add_subcommand("approver", "The people who approve: their one-time codes");
  approver->require_subcommand(1);
  auto* totp = approver->add_subcommand(
      "totp", "Make the secret of a person's one-time codes, and show it for their phone, this once");
  totp->add_option("user", options.user, "Their user name on this machine")->required();
  totp->add_option("--file", options.file,
                   "Where the secret is kept; default: totp-USER in the state directory");
  totp->callback([&] { chosen = [&] { return approver_totp(options); }; });
}

void add_operators(CLI::App& app, const Common& common, Run& chosen, OperatorOptions& options) {
  const auto command = [&](const std::string& name, const std::string& what, std::function<int()> run) {
    auto* added = app.add_subcommand(name, what);
    added->add_option("--socket", options.socket, "Only the server that owns this socket")->type_name("PATH");
    added->callback([&chosen, run = std::move(run)] { chosen = run; });
    return added;
  };
  auto* waiting = command("pending", "Show what waits for a person: approvals, and what hosts ask at log-ins",
                          [&] { return pending(options); });
  waiting->add_flag("--watch", options.watch, "Go on showing what comes and goes");
  waiting->add_flag("--json", options.json, "For programs");
  auto* yes = command("approve", "Let an action run that waits for approval",
                      [&] { return answer(common, options, true); });
  yes->add_option("id", options.id, "As mcp-ssh pending shows it")->required()->type_name("REQUEST");
  add_code(*yes, options);
  yes->add_flag(
      "--always", options.always,
      "From now on let exactly this command run there without a question: adds a rule to hosts.yaml");
  auto* no = command("deny", "Refuse an action that waits for approval, or to answer what a host asks",
                     [&] { return answer(common, options, false); });
  no->add_option("id", options.id, "As mcp-ssh pending shows it")->required()->type_name("WAITING");
  auto* told = command("answer", "Answer what a host asks during a log-in, a one-time code for example",
                       [&] { return answer_login(options); });
  told->add_option("id", options.id, "As mcp-ssh pending shows it")->required()->type_name("QUESTION");
  told->add_flag("--stdin", options.from_stdin,
                 "The answer is the first line of stdin; without it you are asked at the terminal");
  auto* stop = command("freeze", "Let nothing new run on any host, until thaw; also after restarts",
                       [&] { return freeze(common, options); });
  stop->add_option("--reason", options.reason, "Shown to whoever is refused");
  add_code(*command("thaw", "End a freeze", [&] { return thaw(common, options); }), options);
  auto* open = command("sessions", "Show what is open in the running servers, and for whom",
                       [&] { return sessions(options); });
  open->add_flag("--json", options.json, "For programs");
  auto* end =
      command("stop", "End a call that runs, or everything on every server of yours", [] { return 0; });
  auto* one = end->add_option("call", options.id, "As mcp-ssh sessions shows it")->type_name("CALL");
  auto* all = end->add_flag("--all", options.all, "Everything")->excludes(one);
  end->callback([&chosen, &options, one, all] {
    if (one->count() == 0 && all->count() == 0) throw CLI::RequiredError("a call, or --all");
    chosen = [&options] { return options.all ? stop_all(options) : stop_call(options); };
  });
}

/// What was printed has to arrive. A reader who left early (head) is told nothing, as by other programs.
int delivered(int status) {
  std::cout.flush();
  if (std::cout) return status;
  pollfd out{STDOUT_FILENO, 0, 0};
  if (::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0)  // a pipe, or a socket
    return status != 0 ? status : 128 + SIGPIPE;
  std::cerr << "mcp-ssh: " << base::Error(base::ErrorCode::io_error, "cannot write to stdout").what() << "\n";
  return status != 0 ? status : 1;
}

/// `words`: get those of the command behind `run ... --`.
void parse(CLI::App& app, std::vector<std::string> all, std::vector<std::string>& words) {
  take_command(all, words);
  all = with_marks(std::move(all), "check");
  std::vector<const char*> given;
  given.reserve(all.size());
  for (const auto& word : all) given.push_back(word.c_str());
  app.parse(static_cast<int>(given.size()), given.data());
}

/// All that a command line may say.
struct Said {
  Common common;
  ServeOptions serve;
  DemoOptions demo;
  HostsOptions hosts;
  RunOptions run;
  CheckOptions check;
  DoctorOptions doctor;
  TokenOptions token;
  OperatorOptions operators;
  ApproverOptions approver;
  InstallOptions install;
  std::string health_place, code, shell;
  std::optional<std::filesystem::path> journal;
  std::size_t lines = 20;
  Run chosen = [this] { return cli::serve(common, serve); };
};

void add_common(CLI::App& app, Common& common) {
  app.set_version_flag("--version", "mcp-ssh " + std::string(version));
  app.add_option("--config", common.config,
                 "hosts.yaml; default: $MCP_SSH_CONFIG or ~/.config/mcp-ssh/hosts.yaml")
      ->type_name("FILE");
  app.add_option("--log-level", common.log_level, "How much to say on stderr")
      ->type_name("LEVEL:{debug,info,warning,error}")
      ->capture_default_str();
  app.footer("Every command also takes --config and --log-level.");  // commands inherit it
  app.require_subcommand(0, 1);
  app.fallthrough();
}

void add_serve(CLI::App& app, Run& chosen, ServeOptions& options) {
  auto* serving = app.add_subcommand("serve", "Serve MCP: on stdin and stdout (the default), or over HTTP");
  add_ways(*serving, options);
  // Hidden: for tests, and no way to make a client wait longer than it can.
  const auto seconds = [serving](const char* name, double& value, double least, double most) {
    serving->add_option(name, value)->group("")->check(CLI::Range(least, most));
  };
  seconds("--answer-within", options.answer_within, 0.05, 45.0);
  seconds("--login-answer-within", options.login_answer_within, 0.0, 110.0);
  seconds("--shutdown-grace", options.shutdown_grace, 0.0, 600.0);
  auto* connecting =
      app.add_subcommand("connect", "Connect a client's stdin and stdout to a running `serve --socket`");
  connecting->add_option("--socket", options.socket, "The service's socket; default as in serve");
  connecting->callback([&] { chosen = [&] { return connect(options.socket); }; });
}

void add_demo(CLI::App& app, Run& chosen, DemoOptions& options) {
  auto* command =
      app.add_subcommand("demo", "Play a conversation against two simulated hosts on this machine");
  command->add_flag("--stay", options.stay, "Start the simulated hosts and stay, to try your own client");
  command->callback([&] { chosen = [&] { return demo(options); }; });
}

void add_healthcheck(CLI::App& app, Run& chosen, std::string& place) {
  auto* command = app.add_subcommand("healthcheck", "Ask a running service whether it takes work");
  command->add_option(
      "place", place,
      "Its URL, or the path of its admin socket; default: MCP_ADMIN, else MCP_HOST and MCP_PORT");
  command->callback([&] { chosen = [&] { return healthcheck(place); }; });
}

void add_explain(CLI::App& app, Run& chosen, std::string& code) {
  auto* command =
      app.add_subcommand("explain", "What an error's [code] or a rule's id means, and what to do");
  command->add_option("code", code, "As it stands in brackets; without it all are listed");
  command->callback([&] { chosen = [&] { return explain(code); }; });
}

/// In the order in which --help lists them.
void add_commands(CLI::App& app, Said& said) {
  const Common& common = said.common;
  Run& chosen = said.chosen;
  add_serve(app, chosen, said.serve);
  add_demo(app, chosen, said.demo);
  add_healthcheck(app, chosen, said.health_place);
  add_hosts(app, common, chosen, said.hosts);
  add_run(app, common, chosen, said.run);
  add_check(app, common, chosen, said.check);
  add_explain(app, chosen, said.code);
  add_doctor(app, common, chosen, said.doctor);
  add_token(app, common, chosen, said.token);
  add_operators(app, common, chosen, said.operators);
  add_approver(app, chosen, said.approver);
  add_audit(app, common, chosen, said.journal, said.lines);
  add_install(app, common, chosen, said.install);
  add_completion(app, chosen, said.shell);
}

/// What the shells' completion and the packages' manual page come from. Not by CLI11, which would take the
/// words apart; nothing for every other command line.
std::optional<int> about_itself(CLI::App& app, int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "__complete")
    return complete_command(app, std::vector<std::string>(argv + 2, argv + argc));
  if (argc != 2 || std::string_view(argv[1]) != "__man") return std::nullopt;
  std::cout << man_page(app, version);
  return 0;
}

int run_chosen(const Run& chosen) {
  try {
    return delivered(chosen());
  } catch (const base::Error& error) {
    std::cerr << "mcp-ssh: " << for_terminal(error.what()) << "\n";
    return failure_status(error);
  } catch (const std::exception& error) {
    std::cerr << "mcp-ssh: " << for_terminal(base::Error(base::ErrorCode::internal, error.what()).what())
              << "\n";
    return 1;
  }
}

}  // namespace

int run(int argc, char** argv) {
  Said said;
  CLI::App app(
      "SSH access for AI assistants, over the Model Context Protocol.\n"
      "Without a command: serve MCP on stdin and stdout.");
  add_common(app, said.common);
  add_commands(app, said);
  if (const auto status = about_itself(app, argc, argv)) return *status;
  try {
    parse(app, {argv, argv + argc}, said.run.words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return delivered(app.exit(error));  // --help, --version
    std::cerr << usage_text(app, error);
    return 2;
  }
  harden_process();
  return run_chosen(said.chosen);
}

}  // namespace mcpssh::cli
