#include "lab/commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "lab/show.hpp"

namespace mcpssh::lab {
namespace {

constexpr std::string_view enable_secret = "lab";
constexpr unsigned password_attempts = 3;
constexpr std::size_t longest_hostname = 63;
constexpr Modes exec_modes = user_mode | privileged_mode, config_modes = config_mode | port_mode;

using Arguments = std::vector<std::string>;
using Handler = Outcome (*)(Place&, Switch&, const Arguments&);

Outcome invalid_argument() {
  return {.bad_argument = true};
}

Outcome ask(Question::Kind kind, std::string text, decltype(Question::then) then) {
  Outcome outcome;
  outcome.question = std::make_shared<Question>(Question{kind, std::move(text), std::move(then)});
  return outcome;
}

std::optional<unsigned> number(std::string_view text, unsigned max) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

Outcome nothing(Place&, Switch&, const Arguments&) {
  return {};
}

Outcome check_secret(Place& place, std::string_view answer, unsigned attempts_left) {
  if (base::equal_constant_time(answer, enable_secret)) {
    place.mode = privileged_mode;
    return {};
  }
  if (attempts_left == 0) return {.lines = {"% Bad secrets", ""}};
  return ask(Question::Kind::password, "Password: ", [=](Place& where, Switch&, std::string_view next) {
    return check_secret(where, next, attempts_left - 1);
  });
}

Outcome enable(Place& place, Switch&, const Arguments&) {
  if (place.mode == privileged_mode) return {};
  return ask(Question::Kind::password, "Password: ", [](Place& where, Switch&, std::string_view answer) {
    return check_secret(where, answer, password_attempts - 1);
  });
}

Outcome disable(Place& place, Switch&, const Arguments&) {
  place.mode = user_mode;
  return {};
}

Outcome hang_up(Place&, Switch&, const Arguments&) {
  return {.hang_up = true};
}

Outcome configure_terminal(Place& place, Switch&, const Arguments&) {
  place.mode = config_mode;
  return {.lines = {"Enter configuration commands, one per line.  End with CNTL/Z."}};
}

Outcome end_configuration(Place& place, Switch&, const Arguments&) {
  place.mode = privileged_mode;
  return {};
}

Outcome exit_configuration(Place& place, Switch&, const Arguments&) {
  place.mode = place.mode == port_mode ? config_mode : privileged_mode;
  return {};
}

Outcome set_length(Place& place, Switch&, const Arguments& arguments) {
  const auto rows = number(arguments[0], 512);
  if (!rows) return invalid_argument();
  place.page_rows = *rows;
  return {};
}

Outcome set_width(Place&, Switch&, const Arguments& arguments) {
  return number(arguments[0], 512) ? Outcome{} : invalid_argument();
}

Outcome hostname(Place& place, Switch& device, const Arguments& arguments) {
  const std::string& name = arguments[0];
  const auto usable = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  if (name.size() > longest_hostname || !std::ranges::all_of(name, usable)) return invalid_argument();
  device.change([&](SwitchConfig& config) { config.hostname = name; });
  place.mode = config_mode;
  return {};
}

Outcome enter_port(Place& place, Switch& device, const Arguments& arguments) {
  const SwitchConfig config = device.running();
  const Port* port = config.find_port(arguments[0]);
  if (port == nullptr) return invalid_argument();
  place.mode = port_mode;
  place.port = port->name;
  return {};
}

void change_port(const Place& place, Switch& device, const std::function<void(Port&)>& edit) {
  device.change([&](SwitchConfig& config) {
    const auto port = std::ranges::find(config.ports, place.port, &Port::name);
    if (port != config.ports.end()) edit(*port);
  });
}

Outcome describe(Place& place, Switch& device, const Arguments& arguments) {
  change_port(place, device, [&](Port& port) { port.description = arguments[0]; });
  return {};
}

Outcome describe_not(Place& place, Switch& device, const Arguments&) {
  change_port(place, device, [](Port& port) { port.description.clear(); });
  return {};
}

Outcome shut_down(Place& place, Switch& device, const Arguments&) {
  change_port(place, device, [](Port& port) { port.shut_down = true; });
  return {};
}

Outcome bring_up(Place& place, Switch& device, const Arguments&) {
  change_port(place, device, [](Port& port) { port.shut_down = false; });
  return {};
}

Outcome access_vlan(Place& place, Switch& device, const Arguments& arguments) {
  const auto vlan = number(arguments[0], 4094);
  if (!vlan || *vlan == 0) return invalid_argument();
  change_port(place, device, [&](Port& port) { port.vlan = *vlan; });
  return {};
}

Outcome save(Place&, Switch& device, const Arguments&) {
  device.save();
  return {.lines = {"Building configuration...", "[OK]"}};
}

Outcome copy_running_to_startup(Place&, Switch&, const Arguments&) {
  return ask(
      Question::Kind::answer, "Destination filename [startup-config]? ",
      [](Place& place, Switch& device, std::string_view answer) -> Outcome {
        if (!answer.empty() && answer != "startup-config")
          return {.lines = {"%Error opening " + base::printable(answer) + " (No such file or directory)"}};
        return save(place, device, {});
      });
}

Outcome erase_saved(Place&, Switch&, const Arguments&) {
  return ask(Question::Kind::confirm,
             "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]",
             [](Place&, Switch& device, std::string_view) -> Outcome {
               device.erase_saved();
               return {.lines = {"[OK]", "Erase of nvram: complete"}};
             });
}

Outcome reload(Place&, Switch&, const Arguments&) {
  return ask(Question::Kind::confirm, "Proceed with reload? [confirm]",
             [](Place&, Switch& device, std::string_view) -> Outcome {
               device.reload();
               return {.hang_up = true};
             });
}

Outcome clear_counters(Place&, Switch&, const Arguments&) {
  return ask(Question::Kind::confirm, "Clear \"show interface\" counters on all interfaces [confirm]",
             [](Place&, Switch&, std::string_view) -> Outcome { return {}; });
}

Outcome show_privilege(Place& place, Switch&, const Arguments&) {
  return {.lines = {std::string("Current privilege level is ") + (place.mode == user_mode ? "1" : "15")}};
}

struct Command {
  Rule rule;
  Handler handler;
};

constexpr auto commands = std::to_array<Command>({
    {{exec_modes, "show version"},
     [](Place&, Switch& s, const Arguments&) { return Outcome{.lines = show::version(s.running())}; }},
    {{exec_modes, "show clock"},
     [](Place&, Switch& s, const Arguments&) { return Outcome{.lines = show::clock(s.now())}; }},
    {{exec_modes, "show ip interface brief"},
     [](Place&, Switch& s, const Arguments&) {
       return Outcome{.lines = show::ip_interface_brief(s.running())};
     }},
    {{exec_modes, "show interfaces status"},
     [](Place&, Switch& s, const Arguments&) {
       return Outcome{.lines = show::interfaces_status(s.running())};
     }},
    {{exec_modes, "show vlan brief"},
     [](Place&, Switch& s, const Arguments&) { return Outcome{.lines = show::vlan_brief(s.running())}; }},
    {{privileged_mode, "show running-config"},
     [](Place&, Switch& s, const Arguments&) { return Outcome{.lines = show::running_config(s.running())}; }},
    {{privileged_mode, "show startup-config"},
     [](Place&, Switch& s, const Arguments&) { return Outcome{.lines = show::startup_config(s.saved())}; }},
    {{exec_modes, "show privilege"}, show_privilege},
    {{exec_modes, "terminal length <word>"}, set_length},
    {{exec_modes, "terminal width <word>"}, set_width},
    {{exec_modes, "terminal monitor"}, nothing},
    {{exec_modes, "terminal no monitor"}, nothing},
    {{exec_modes, "enable"}, enable},
    {{exec_modes, "disable"}, disable},
    {{exec_modes, "exit"}, hang_up},
    {{exec_modes, "logout"}, hang_up},
    {{exec_modes, "quit"}, hang_up},
    {{privileged_mode, "configure terminal"}, configure_terminal},
    {{privileged_mode, "write"}, save},
    {{privileged_mode, "write memory"}, save},
    {{privileged_mode, "write erase"}, erase_saved},
    {{privileged_mode, "erase startup-config"}, erase_saved},
    {{privileged_mode, "copy running-config startup-config"}, copy_running_to_startup},
    {{privileged_mode, "clear counters"}, clear_counters},
    {{privileged_mode, "reload"}, reload},
    {{config_modes, "hostname <word>"}, hostname},
    {{config_modes, "interface <line>"}, enter_port},
    {{config_modes, "end"}, end_configuration},
    {{config_modes, "exit"}, exit_configuration},
    {{port_mode, "description <line>"}, describe},
    {{port_mode, "no description"}, describe_not},
    {{port_mode, "shutdown"}, shut_down},
    {{port_mode, "no shutdown"}, bring_up},
    {{port_mode, "switchport access vlan <word>"}, access_vlan},
});

constexpr auto rules = [] {
  std::array<Rule, commands.size()> result{};
  std::ranges::transform(commands, result.begin(), &Command::rule);
  return result;
}();

Outcome complain(const Fault& fault, std::string_view line, std::size_t column) {
  switch (fault.kind) {
    case Fault::Kind::incomplete:
      return {.lines = {"% Incomplete command.", ""}};
    case Fault::Kind::ambiguous:
      return {.lines = {"% Ambiguous command:  \"" + std::string(line) + "\""}};
    case Fault::Kind::invalid:
      break;
  }
  return {.lines = {std::string(column + fault.column, ' ') + "^", "% Invalid input detected at '^' marker.",
                    ""}};
}

/// `| include X`, `| exclude X` or `| begin X`, with X taken literally.
std::optional<Outcome> filter(Outcome outcome, std::string_view spec) {
  spec = base::trim(spec);
  const std::string_view verb = spec.substr(0, spec.find(' '));
  const std::string_view wanted = verb.size() < spec.size() ? base::trim(spec.substr(verb.size())) : "";
  const auto is = [verb](std::string_view word) { return !verb.empty() && word.starts_with(verb); };
  const auto has = [wanted](const std::string& line) { return line.contains(wanted); };
  if (wanted.empty()) return std::nullopt;
  if (is("include")) {
    std::erase_if(outcome.lines, [&](const std::string& line) { return !has(line); });
  } else if (is("exclude")) {
    std::erase_if(outcome.lines, has);
  } else if (is("begin")) {
    outcome.lines.erase(outcome.lines.begin(), std::ranges::find_if(outcome.lines, has));
  } else {
    return std::nullopt;
  }
  return outcome;
}

/// In configuration modes `do` runs one line of privileged mode.
std::optional<std::size_t> after_do(const Place& place, std::string_view line) {
  const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
  if ((place.mode & config_modes) == 0 || !line.substr(start).starts_with("do ")) return std::nullopt;
  return start + 3;
}

}  // namespace

Outcome execute(Place& place, Switch& device, std::string_view line, std::size_t column) {
  if (const auto at = after_do(place, line)) {
    Place above = place;
    above.mode = privileged_mode;
    Outcome outcome = execute(above, device, line.substr(*at), column + *at);
    place.page_rows = above.page_rows;
    return outcome;
  }
  const std::string_view text = base::trim(line);
  if (text.empty() || text.front() == '!') return {};

  const bool shows = (place.mode & config_modes) == 0 && text.starts_with("sh");
  const std::size_t pipe = shows ? line.find('|') : std::string_view::npos;
  const auto reading = read_line(rules, place.mode, line.substr(0, pipe));
  if (!reading) return complain(reading.error(), line, column);
  Outcome outcome = commands[reading->rule].handler(place, device, reading->arguments);
  if (outcome.bad_argument) return complain({Fault::Kind::invalid, reading->argument_column}, line, column);
  if (pipe == std::string_view::npos) return outcome;
  const auto filtered = filter(std::move(outcome), line.substr(pipe + 1));
  return filtered ? *filtered : complain({Fault::Kind::invalid, pipe}, line, column);
}

std::vector<std::string> help(const Place& place, std::string_view line) {
  return next_words(rules, place.mode, line);
}

std::string prompt_of(const Place& place, const Switch& device) {
  const std::string name = device.running().hostname;
  switch (place.mode) {
    case user_mode:
      return name + ">";
    case privileged_mode:
      return name + "#";
    case config_mode:
      return name + "(config)#";
    default:
      return name + "(config-if)#";
  }
}

}  // namespace mcpssh::lab
