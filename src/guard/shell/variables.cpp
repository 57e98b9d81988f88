#include "guard/shell/variables.hpp"

#include <algorithm>
#include <array>

#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

constexpr std::array<std::string_view, 49> command_variables{"PAGER",
                                                             "KUBECTL_EXTERNAL_DIFF",
                                                             "ACK_PAGER",
                                                             "RUSTC_WRAPPER",
                                                             "CARGO_BUILD_RUSTC_WRAPPER",
                                                             "MANPAGER",
                                                             "GIT_PAGER",
                                                             "SYSTEMD_PAGER",
                                                             "PSQL_PAGER",
                                                             "AWS_PAGER",
                                                             "BAT_PAGER",
                                                             "GH_PAGER",
                                                             "DELTA_PAGER",
                                                             "EDITOR",
                                                             "VISUAL",
                                                             "GIT_EDITOR",
                                                             "GIT_SEQUENCE_EDITOR",
                                                             "SUDO_EDITOR",
                                                             "SYSTEMD_EDITOR",
                                                             "KUBE_EDITOR",
                                                             "SVN_EDITOR",
                                                             "HGEDITOR",
                                                             "PSQL_EDITOR",
                                                             "FCEDIT",
                                                             "BROWSER",
                                                             "GH_EDITOR",
                                                             "GH_BROWSER",
                                                             "GIT_SSH_COMMAND",
                                                             "GIT_SSH",
                                                             "GIT_EXTERNAL_DIFF",
                                                             "GIT_PROXY_COMMAND",
                                                             "GIT_ASKPASS",
                                                             "SSH_ASKPASS",
                                                             "SUDO_ASKPASS",
                                                             "PROMPT_COMMAND",
                                                             "LESSOPEN",
                                                             "LESSCLOSE",
                                                             "PS4",
                                                             "RSYNC_RSH",
                                                             "RSYNC_CONNECT_PROG",
                                                             "CVS_RSH",
                                                             "SVN_SSH",
                                                             "HGMERGE",
                                                             "BORG_RSH",
                                                             "BORG_PASSCOMMAND",
                                                             "RESTIC_PASSWORD_COMMAND",
                                                             "LYNX_EDITOR",
                                                             "TEXEDIT",
                                                             "RCLONE_PASSWORD_COMMAND"};

constexpr std::array<std::string_view, 64> loading_variables{"BASH_ENV",
                                                             "RIPGREP_CONFIG_PATH",
                                                             "ACKRC",
                                                             "HELM_PLUGINS",
                                                             "LIBMYSQL_PLUGINS",
                                                             "LIBMYSQL_PLUGIN_DIR",
                                                             "XDG_CONFIG_HOME",
                                                             "FZF_DEFAULT_OPTS",
                                                             "BAT_CONFIG_PATH",
                                                             "SSLKEYLOGFILE",
                                                             "GNUPGHOME",
                                                             "ENV",
                                                             "SHELLOPTS",
                                                             "BASHOPTS",
                                                             "PYTHONSTARTUP",
                                                             "PYTHONINSPECT",
                                                             "PYTHONHOME",
                                                             "PYTHONBREAKPOINT",
                                                             "PERL5OPT",
                                                             "PERL5DB",
                                                             "RUBYOPT",
                                                             "NODE_OPTIONS",
                                                             "LUA_INIT",
                                                             "PHPRC",
                                                             "PHP_INI_SCAN_DIR",
                                                             "JAVA_TOOL_OPTIONS",
                                                             "_JAVA_OPTIONS",
                                                             "JDK_JAVA_OPTIONS",
                                                             "DOTNET_STARTUP_HOOKS",
                                                             "TAR_OPTIONS",
                                                             "MANOPT",
                                                             "MANROFFOPT",
                                                             "MAKEFLAGS",
                                                             "MFLAGS",
                                                             "GIT_CONFIG_PARAMETERS",
                                                             "GIT_CONFIG_COUNT",
                                                             "GIT_CONFIG_GLOBAL",
                                                             "GIT_CONFIG_SYSTEM",
                                                             "GIT_CONFIG",
                                                             "GIT_EXEC_PATH",
                                                             "GIT_TEMPLATE_DIR",
                                                             "HGRCPATH",
                                                             "APT_CONFIG",
                                                             "OPENSSL_CONF",
                                                             "OPENSSL_ENGINES",
                                                             "OPENSSL_MODULES",
                                                             "CURL_HOME",
                                                             "WGETRC",
                                                             "VIMINIT",
                                                             "EXINIT",
                                                             "GVIMINIT",
                                                             "INPUTRC",
                                                             "LESSKEY",
                                                             "LESSKEYIN",
                                                             "GCONV_PATH",
                                                             "GTK_MODULES",
                                                             "GIO_EXTRA_MODULES",
                                                             "PSQLRC",
                                                             "SCREENRC",
                                                             "TMUX_CONF",
                                                             "ZDOTDIR",
                                                             "KSH_ENV",
                                                             "GLIBC_TUNABLES",
                                                             "ANSIBLE_CONFIG"};

constexpr std::array<std::string_view, 12> path_variables{
    "PATH",     "PYTHONPATH", "PERL5LIB",  "PERLLIB",  "RUBYLIB",    "NODE_PATH",
    "LUA_PATH", "LUA_CPATH",  "CLASSPATH", "GEM_PATH", "MODULEPATH", "GUILE_LOAD_PATH"};

constexpr std::array<std::string_view, 8> system_places{"/usr/",  "/bin", "/sbin", "/opt/",
                                                        "/snap/", "/lib", "/nix/", "/var/lib/"};

bool is_system_place(std::string_view place) {
  const bool listed =
      std::ranges::any_of(system_places, [&](std::string_view system) { return place.starts_with(system); });
  const bool goes_up = place == ".." || place.starts_with("../") || place.contains("/..");
  return (listed || place.starts_with("~/")) && !goes_up;
}

}  // namespace

Variable variable_of(std::string_view name) {
  if (name == "LD_LIBRARY_PATH" || is_one_of(name, path_variables)) return Variable::path;
  if (name.starts_with("LD_") || name.starts_with("DYLD_") || name.starts_with("BASH_FUNC_") ||
      name.starts_with("GIT_TRACE") || name.starts_with("TF_CLI_ARGS") || name.starts_with("npm_config_") ||
      (name.starts_with("ANSIBLE_") && (name.ends_with("PLUGINS") || name.ends_with("LIBRARY"))) ||
      is_one_of(name, loading_variables))
    return Variable::loads;
  return is_one_of(name, command_variables) ? Variable::command : Variable::plain;
}

bool leads_astray(const Field& places) {
  std::size_t start = 0;
  for (std::size_t at = 0; at <= places.size(); ++at) {
    const bool ends =
        at == places.size() || (places.text()[at] == ':' && places.ink(at) != Field::Ink::opaque);
    if (!ends) continue;
    const Field place = places.substr(start, at - start);
    start = at + 1;
    const std::string_view text = place.text();
    // What was there before: $PATH, ${PATH}, $PYTHONPATH.
    const auto name = text.substr(std::min(text.find_first_not_of("${"), text.size()));
    const auto end_of_name = name.find_first_of("}:+");
    const bool before = text.starts_with('$') && (name.substr(0, end_of_name) == "LD_LIBRARY_PATH" ||
                                                  is_one_of(name.substr(0, end_of_name), path_variables));
    const bool home = text.starts_with("$HOME/") || text.starts_with("${HOME}/");
    if (!before && !home && !is_system_place(place.known_prefix())) return true;
  }
  return false;
}

}  // namespace mcpssh::guard
