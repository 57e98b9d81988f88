#include "guard/programs/ssh_options.hpp"

#include <algorithm>
#include <string>

#include "guard/effects/files.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// "ProxyCommand=x" and "ProxyCommand x", in any letter case.
void setting(const Call& call, const Field& word) {
  if (word.opaque() && word.known_prefix().find_first_of("= ") == std::string_view::npos)
    return call.does("shell.opaque-code", "ssh with a setting known only at run time");
  const auto end = word.text().find_first_of("= ");
  if (end == std::string::npos) return;
  std::string key = word.text().substr(0, end);
  std::ranges::transform(key, key.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const Field value = word.substr(word.text().find_first_not_of("= ", end));
  if (has_name("proxycommand localcommand knownhostscommand", key)) {
    if (value.text() != "none") call.out.runs(value);
  } else if (has_name("pkcs11provider securitykeyprovider include xauthlocation", key)) {
    call.does("shell.script", "ssh loads a library or a configuration");
  } else if (key == "userknownhostsfile" && value.text() != "none") {
    writes_file(call, value, Writing::append);
  } else if (has_name("remoteforward dynamicforward localforward tunnel", key)) {
    call.does("network.serve", "ssh opens a tunnel");
  }
}

}  // namespace

void judge_ssh_options(const Call& call, const Options& options) {
  const bool copies = call.name == "scp" || call.name == "sftp";
  for (const Option& option : options.options) {
    if (option.name == "o") setting(call, option.value);
    if (option.name == "F" && option.value.text() != "/dev/null" && option.value.text() != "none")
      call.does("shell.script", "ssh with a configuration of its own, which may name programs");
    if (option.name == "I") call.does("shell.script", "ssh loads a library");
    if (option.name == "S" && copies) call.out.runs(option.value);
    if (option.name == "D" && copies) call.out.runs(option.value);
    if (!copies && has_name("L R D w", option.name)) call.does("network.serve", "ssh opens a tunnel");
    if (!copies && option.name == "E") writes_file(call, option.value, Writing::append);
  }
}

}  // namespace mcpssh::guard
