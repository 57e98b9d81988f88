#include "cli/manual/man_page.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::string_view head = R"(.SH NAME
mcp\-ssh \- SSH access for AI assistants over MCP, and for people, governed
.SH SYNOPSIS
.B mcp\-ssh
.RI [ options ]
.RI [ command " [" arguments ]]
.SH DESCRIPTION
.B mcp\-ssh
is a server of the Model Context Protocol that gives AI assistants access to the servers and network devices of
.IR hosts.yaml ,
and lets people use the same way themselves.
Every command is understood before it runs, what changes something waits for approval where the configuration wants it,
and every action is on record before its first byte goes to the host.
.PP
Without a command it serves MCP on its standard input and output.
.PP
Options of
.B mcp\-ssh
itself may also stand behind a command.
)";

constexpr std::string_view tail = R"(.SH EXIT STATUS
.TP
.B 0
It was done.
.TP
.B 1
It failed; a message says why.
.TP
.B 2
The command line makes no sense.
.TP
.B 78
The configuration cannot be read.
.PP
.B mcp\-ssh check
exits with 0 for what runs, 3 for what asks and 4 for what is denied.
.PP
.B mcp\-ssh run
on one host exits as the command there did: with its own status, with 128 + N when signal N ended it, and besides with
.TP
.B 3
It needs an approval, and nobody gave it; nothing was sent.
.TP
.B 4
It is denied; nothing was sent.
.TP
.B 124
.B \-\-timeout
was over, and it was stopped.
.TP
.B 130
Ctrl\-C stopped it; 128 + N for another signal, 141 when nobody read its output any more.
.TP
.B 255
The host was not reached, or the connection was lost and nobody knows what became of it.
.PP
On many hosts: 0 when all of them had 0, 3 or 4 when it was refused everywhere, else 1.
.SH ENVIRONMENT
.TP
.B MCP_SSH_CONFIG
The hosts.yaml to use.
.TP
.B MCP_AUTH_TOKEN
The one token of clients over HTTP.
.TP
.B MCP_TRANSPORT, MCP_HOST, MCP_PORT, MCP_SOCKET, MCP_ADMIN, MCP_ACCESS_LOG
How
.B serve
serves; its options win.
.TP
.B MCP_AUDIT_LOG
Where the record goes.
.TP
.B NO_COLOR
Not empty: no colours on a terminal.
.SH FILES
.TP
.I ~/.config/mcp\-ssh/hosts.yaml
The hosts and the settings.
.TP
.I ~/.local/state/mcp\-ssh/audit.jsonl
The record.
.TP
.I ~/.local/state/mcp\-ssh/tokens.json
The named tokens, hashed.
.TP
.I /usr/share/doc/mcp\-ssh/docs
The whole documentation.
.SH EXAMPLES
.TP
.B mcp\-ssh run web1 \-\- uptime
One command on one host.
.TP
.B mcp\-ssh run @web \-\-batch 10% \-\-stop\-on\-failure \-\- systemctl reload nginx
Step by step on a group.
.TP
.B mcp\-ssh run web1 \-\-stdin \-\- \(aqcat > /tmp/motd\(aq < motd
A file into a command.
.TP
.B mcp\-ssh check \-\-host web1 \(aqrm \-rf /srv/www\(aq
What would be said of a command; nothing runs.
.SH SEE ALSO
.BR mcp\-ssh\-hosts.yaml (5),
.BR ssh (1)
)";

bool shown(const CLI::App* app) {
  return !app->get_name().empty() && !app->get_group().empty();
}

bool shown(const CLI::Option* option) {
  return !option->get_group().empty();
}

/// "FILE", or the choices.
std::string value_of(const CLI::Option* option) {
  if (option->get_type_size() == 0 || option->get_expected_max() == 0) return "";
  const auto type = option->get_type_name();
  const auto open = type.find('{'), close = type.find('}');
  if (open != std::string::npos && close != std::string::npos && close > open) {
    std::string choices = type.substr(open + 1, close - open - 1);
    for (auto& c : choices)
      if (c == ',') c = '|';
    return choices;
  }
  return type.substr(0, type.find_first_of(":[") == 0 ? std::string::npos : type.find(':'));
}

std::string names_of(const CLI::Option* option) {
  std::string names;
  const auto add = [&](const std::string& name) {
    names += (names.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
  };
  for (const auto& name : option->get_snames()) add("-" + name);
  for (const auto& name : option->get_lnames()) add("--" + name);
  if (const auto value = value_of(option); !value.empty()) names += " \\fI" + roff(value) + "\\fR";
  return names;
}

std::string described(const CLI::Option* option) {
  auto text = roff(option->get_description());
  if (const auto& given = option->get_default_str(); !given.empty())
    text += " (default: " + roff(given) + ")";
  return text;
}

std::string positional(const CLI::Option* option) {
  const std::string several = option->get_expected_max() > 1 ? "..." : "";
  const auto name = "\\fI" + roff(option->get_single_name()) + "\\fR" + several;
  return option->get_required() ? " " + name : " [" + name + "]";
}

/// The arguments, then the options.
std::string options_of(const CLI::App* app, bool indented) {
  std::string text;
  for (const bool wanted : {true, false})
    for (const auto* option : app->get_options()) {
      if (!shown(option) || option->get_positional() != wanted) continue;
      if (wanted && option->get_description().empty()) continue;
      if (indented && option->check_lname("help")) continue;  // once is enough
      text += ".TP\n" + (wanted ? "\\fI" + roff(option->get_single_name()) + "\\fR" : names_of(option)) +
              "\n" + described(option) + "\n";
    }
  if (text.empty() || !indented) return text;
  return ".RS\n" + text + ".RE\n";
}

void add_command(const CLI::App* app, const std::string& before, std::string& text) {
  if (!shown(app)) return;
  const auto name = before + " " + app->get_name();
  text += ".SS \"" + roff(name.substr(1));
  for (const auto* option : app->get_options())
    if (option->get_positional() && shown(option)) text += positional(option);
  text += "\"\n" + roff(app->get_description()) + ".\n" + options_of(app, true);
  for (const auto* command : app->get_subcommands(nullptr)) add_command(command, name, text);
}

}  // namespace

std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool line_start = out.empty() || out.ends_with('\n');
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '"')
      out += "\\(dq";
    else
      out += c;
  }
  return out;
}

std::string man_page(const CLI::App& app, std::string_view version) {
  std::string text = ".TH MCP\\-SSH 1 \"\" \"mcp\\-ssh " + roff(version) + "\" \"User Commands\"\n";
  text += head;
  text += ".SH OPTIONS\n" + options_of(&app, false);
  text += ".SH COMMANDS\n";
  for (const auto* command : app.get_subcommands(nullptr)) add_command(command, "", text);
  text += tail;
  return text;
}

}  // namespace mcpssh::cli
