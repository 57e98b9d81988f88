#include "guard/shell/variables.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

#include "base/text.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

struct Row {
  Variable kind;
  std::string_view names;  ///< between blanks
};

/// By what their programs' manuals say. All others are plain: TZ, LANG, LC_ALL, TERM, DEBIAN_FRONTEND ...
constexpr std::array rows{
    // Pagers, editors, shells to other hosts
    Row{Variable::command,
        "PAGER MANPAGER GIT_PAGER SYSTEMD_PAGER PSQL_PAGER AWS_PAGER BAT_PAGER GH_PAGER DELTA_PAGER "
        "ACK_PAGER "
        "EDITOR VISUAL GIT_EDITOR GIT_SEQUENCE_EDITOR SUDO_EDITOR SYSTEMD_EDITOR KUBE_EDITOR SVN_EDITOR "
        "HGEDITOR "
        "PSQL_EDITOR LYNX_EDITOR TEXEDIT FCEDIT GH_EDITOR GH_BROWSER BROWSER "
        "GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_ASKPASS SSH_ASKPASS SUDO_ASKPASS "
        "RSYNC_RSH RSYNC_CONNECT_PROG CVS_RSH SVN_SSH BORG_RSH HGMERGE KUBECTL_EXTERNAL_DIFF "
        "BORG_PASSCOMMAND RESTIC_PASSWORD_COMMAND RCLONE_PASSWORD_COMMAND "
        "PROMPT_COMMAND PS4 LESSOPEN LESSCLOSE RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER "
        "CARGO_BUILD_RUSTC_WRAPPER "
        "RUSTC RUSTDOC CCACHE_PREFIX CCACHE_COMPILER DISTCC_CMD XTERM_SHELL"},
    // Shells, linkers, interpreters
    Row{Variable::loads,
        "BASH_CMDS BASH_ALIASES BASH_ENV MAILPATH ENV KSH_ENV ZDOTDIR CDPATH SHELLOPTS BASHOPTS "
        "BASH_LOADABLES_PATH "
        "PYTHONSTARTUP PYTHONINSPECT PYTHONHOME PYTHONBREAKPOINT PYTHONUSERBASE PYTHONPLATLIBDIR "
        "PERL5OPT PERL5DB PERL5SHELL PERLLIB_PREFIX RUBYSHELL LUA_INIT LUA_INIT_5_1 LUA_INIT_5_2 "
        "LUA_INIT_5_3 "
        "LUA_INIT_5_4 PHPRC PHP_INI_SCAN_DIR DOTNET_STARTUP_HOOKS CORECLR_PROFILER CORECLR_PROFILER_PATH "
        "CORECLR_ENABLE_PROFILING COR_PROFILER COR_PROFILER_PATH DOTNET_ADDITIONAL_DEPS JULIA_LOAD_PATH "
        "R_PROFILE "
        "R_PROFILE_USER R_ENVIRON R_ENVIRON_USER GCONV_PATH GLIBC_TUNABLES GTK_MODULES GIO_EXTRA_MODULES "
        "QT_PLUGIN_PATH GST_PLUGIN_PATH PKCS11_PROVIDER_MODULE"},
    // Options and start-up files of other programs
    Row{Variable::loads,
        "TAR_OPTIONS VALGRIND_LIB VALGRIND_LAUNCHER VALGRIND_OPTS PERF_EXEC_PATH GCC_EXEC_PREFIX "
        "COMPILER_PATH VIM VIMRUNTIME ZIPOPT MANOPT MANROFFOPT MFLAGS GNUMAKEFLAGS MAKEFILES "
        "FZF_DEFAULT_OPTS "
        "FZF_DEFAULT_COMMAND "
        "RIPGREP_CONFIG_PATH ACKRC BAT_CONFIG_PATH SSLKEYLOGFILE GIT_CONFIG_PARAMETERS GIT_EXEC_PATH "
        "GIT_TEMPLATE_DIR HGRCPATH APT_CONFIG MODPROBE_OPTIONS OPENSSL_CONF OPENSSL_ENGINES OPENSSL_MODULES "
        "CURL_HOME WGETRC SYSTEM_WGETRC VIMINIT EXINIT GVIMINIT MYVIMRC INPUTRC LESSKEY LESSKEYIN "
        "LESSKEY_SYSTEM "
        "PSQLRC SCREENRC SYSSCREENRC TMUX_CONF HELM_PLUGINS LIBMYSQL_PLUGINS LIBMYSQL_PLUGIN_DIR MAILRC "
        "MAILCAPS GDBHISTFILE SYSTEMD_UNIT_PATH PSMODULEPATH NPM_CONFIG_USERCONFIG NPM_CONFIG_GLOBALCONFIG "
        "NPM_CONFIG_SCRIPT_SHELL GOTOOLDIR MAGICK_CONFIGURE_PATH "
        "MAGICK_CODER_MODULE_PATH"},
    Row{Variable::options,
        "NODE_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS MAVEN_OPTS GRADLE_OPTS SBT_OPTS "
        "RUBYOPT MAKEFLAGS PYTHONWARNINGS LESS GOFLAGS"},
    Row{Variable::path,
        "PATH SHELL CONFIG_SHELL EMACSLOADPATH R_LIBS R_LIBS_USER LD_LIBRARY_PATH PYTHONPATH PERL5LIB "
        "PERLLIB RUBYLIB NODE_PATH LUA_PATH LUA_CPATH CLASSPATH "
        "GEM_PATH "
        "GEM_HOME MODULEPATH GUILE_LOAD_PATH GUILE_LOAD_COMPILED_PATH TCLLIBPATH ERL_LIBS JRE_HOME JAVA_HOME "
        "M2_HOME MAVEN_HOME GRADLE_HOME GOROOT"},
    // Settings, keys, trust
    Row{Variable::settings,
        "HOME XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS GNUPGHOME KUBECONFIG "
        "AWS_CONFIG_FILE "
        "AWS_SHARED_CREDENTIALS_FILE BOTO_CONFIG DOCKER_CONFIG DOCKER_CERT_PATH CONTAINERS_CONF "
        "CONTAINERS_REGISTRIES_CONF CONTAINERS_STORAGE_CONF REGISTRY_AUTH_FILE HELM_CONFIG_HOME "
        "HELM_DATA_HOME "
        "CLOUDSDK_CONFIG GOOGLE_APPLICATION_CREDENTIALS AZURE_CONFIG_DIR OCI_CLI_CONFIG_FILE TALOSCONFIG "
        "ANSIBLE_CONFIG ANSIBLE_INVENTORY TF_CLI_CONFIG_FILE PACKER_CONFIG RCLONE_CONFIG "
        "GIT_CONFIG GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_DIR GIT_COMMON_DIR CARGO_HOME RUSTUP_HOME "
        "GRADLE_USER_HOME PIP_CONFIG_FILE UV_CONFIG_FILE BUNDLE_APP_CONFIG COMPOSER_HOME "
        "PGSYSCONFDIR PGSERVICEFILE PGPASSFILE MYSQL_HOME MYSQL_TEST_LOGIN_FILE TNS_ADMIN KRB5_CONFIG "
        "LDAPCONF "
        "LDAPRC LFTP_HOME MUTTRC TERMINFO TERMINFO_DIRS TERMCAP LOCPATH NLSPATH MANPATH INFOPATH HOSTALIASES "
        "SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE AWS_CA_BUNDLE PIP_CERT "
        "NODE_EXTRA_CA_CERTS GIT_SSL_CAINFO GIT_SSL_CAPATH NIX_SSL_CERT_FILE HTTPS_CA_FILE "
        "PERL_LWP_SSL_CA_FILE "
        "VAULT_CACERT CONSUL_CACERT NOMAD_CACERT ETCDCTL_CACERT FONTCONFIG_FILE NETRC"},
    Row{Variable::address, "DOCKER_HOST CONTAINER_HOST PODMAN_HOST KUBERNETES_MASTER LIBVIRT_DEFAULT_URI"},
};

/// Families of names.
constexpr std::array<std::string_view, 10> loading_families{
    "LD_",         "DYLD_", "BASH_FUNC_",      "GIT_TRACE",         "TF_CLI_ARGS",
    "npm_config_", "_RLD_", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_CONFIG_COUNT"};

constexpr std::array<std::string_view, 12> counters{"RANDOM", "SRANDOM",      "SECONDS", "LINENO",
                                                    "UID",    "EUID",         "PPID",    "BASHPID",
                                                    "OPTIND", "EPOCHSECONDS", "HISTCMD", "BASH_SUBSHELL"};

/// Places of programs and libraries; a "*" stands for the rest of a name.
constexpr std::array<std::string_view, 12> system_places{"/usr",    "/bin", "/sbin",  "/opt",
                                                         "/snap",   "/lib", "/lib32", "/lib64",
                                                         "/libx32", "/nix", "/gnu",   "/var/lib"};

/// Below a home: where installers put programs and people their own.
constexpr std::array<std::string_view, 26> home_places{
    "~/bin",    "~/.local",     "~/.cargo",     "~/go",        "~/.go",      "~/.nvm",  "~/.npm*",
    "~/.rbenv", "~/.pyenv",     "~/.nodenv",    "~/.asdf",     "~/.sdkman",  "~/.krew", "~/.poetry",
    "~/.yarn",  "~/.composer",  "~/.gem",       "~/perl5",     "~/.dotnet*", "~/.deno", "~/.bun",
    "~/.volta", "~/.linuxbrew", "~/miniconda*", "~/anaconda*", "~/.rvm"};

constexpr std::array<std::string_view, 8> settings_places{"/etc/", "/usr/",  "/opt/", "/var/",
                                                          "/root", "/home/", "/srv/", "/run/"};

bool goes_up(std::string_view place) {
  return place == ".." || place.starts_with("../") || place.contains("/..");
}

bool begins_with_any(std::string_view text, const auto& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view one) { return text.starts_with(one); });
}

bool lies_below_any(std::string_view place, std::span<const std::string_view> roots) {
  return std::ranges::any_of(roots, [&](std::string_view root) {
    const bool open = root.ends_with('*');
    if (open) root.remove_suffix(1);
    return place.starts_with(root) && (open || place.size() == root.size() || place[root.size()] == '/');
  });
}

/// Of a place that is known in part, `place` is the beginning.
bool is_system_place(std::string_view place) {
  return !goes_up(place) && (lies_below_any(place, system_places) || lies_below_any(place, home_places));
}

/// "$HOME/bin" as "~/bin".
std::string with_home(std::string_view place) {
  for (const std::string_view home : {"$HOME/", "${HOME}/", "/root/"})
    if (place.starts_with(home)) return "~/" + std::string(place.substr(home.size()));
  constexpr std::string_view homes = "/home/";
  const auto end = place.starts_with(homes) ? place.find('/', homes.size()) : place.npos;
  return end == place.npos ? std::string(place) : "~" + std::string(place.substr(end));
}

/// What the list had before: $PATH, ${PATH}, $PYTHONPATH.
bool stood_before(std::string_view text, Variable kind) {
  if (!text.starts_with('$')) return false;
  const auto name = text.substr(std::min(text.find_first_not_of("${"), text.size()));
  return variable_of(name.substr(0, name.find_first_of("}:+"))) == kind;
}

bool begins_at_home(std::string_view text) {
  return text.starts_with("$HOME/") || text.starts_with("${HOME}/");
}

/// Where settings may lie: nobody but their owner or the system puts any there.
bool keeps_settings(const Field& place) {
  const std::string_view known = place.known_prefix();
  if (place.empty() || known == "/dev/null" || stood_before(place.text(), Variable::settings)) return true;
  const bool home = known.starts_with('~') || begins_at_home(place.text());
  return !goes_up(place.text()) && !known.starts_with("/var/tmp") && !known.starts_with("/run/shm") &&
         (home || begins_with_any(known, settings_places));
}

/// The parts of a list, parted by ":".
bool all_places(const Field& places, bool (*good)(const Field&)) {
  std::size_t start = 0;
  for (std::size_t at = 0; at <= places.size(); ++at) {
    const bool ends = at == places.size() || (places.text()[at] == ':' && !places.unknown_at(at));
    if (!ends) continue;
    if (!good(places.substr(start, at - start))) return false;
    start = at + 1;
  }
  return true;
}

bool holds_programs(const Field& place) {
  if (stood_before(place.text(), Variable::path)) return true;
  // Of "$HOME/..." nothing else is unknown.
  std::string known =
      with_home(begins_at_home(place.text()) ? std::string_view(place.text()) : place.known_prefix());
  // "/opt$X" may be "/optional".
  if (place.known_prefix().size() < place.size()) known += '$';
  return is_system_place(known);
}

}  // namespace

Variable variable_of(std::string_view name) {
  static const std::unordered_map<std::string_view, Variable> kinds = [] {
    std::unordered_map<std::string_view, Variable> out;
    for (const Row& row : rows)
      for (const std::string_view one : base::split(row.names, ' ')) out.emplace(one, row.kind);
    return out;
  }();
  if (const auto found = kinds.find(name); found != kinds.end()) return found->second;
  const bool plugins =
      name.starts_with("ANSIBLE_") && (name.ends_with("PLUGINS") || name.ends_with("LIBRARY"));
  const bool runner =
      name.starts_with("CARGO_TARGET_") && (name.ends_with("_RUNNER") || name.ends_with("_LINKER"));
  return plugins || runner || begins_with_any(name, loading_families) ? Variable::loads : Variable::plain;
}

bool is_counter(std::string_view name) {
  return is_one_of(name, counters);
}

bool names_remote_shell(std::string_view name) {
  return has_name("GIT_SSH_COMMAND GIT_SSH RSYNC_RSH CVS_RSH SVN_SSH BORG_RSH", name);
}

bool leads_astray(const Field& places) {
  return !all_places(places, holds_programs);
}

bool strays_from_settings(const Field& places) {
  return !all_places(places, keeps_settings);
}

bool only_tunes(const Field& options) {
  constexpr std::array<std::string_view, 36> harmless{
      // Node
      "--max-old-space-size", "--max-semi-space-size", "--max-http-header-size", "--no-warnings",
      "--trace-warnings", "--openssl-legacy-provider", "--enable-source-maps", "--dns-result-order",
      "--unhandled-rejections", "--no-deprecation", "--stack-size", "--use-openssl-ca",
      // Java
      "-Xmx", "-Xms", "-Xss", "-Dfile.encoding", "-Duser.", "-Djava.awt.headless", "-Djava.net.prefer",
      "-XX:MaxRAMPercentage", "-XX:InitialRAMPercentage", "-XX:MaxMetaspaceSize", "-XX:+Use", "-XX:-Use",
      "-XX:ActiveProcessorCount", "-Dhttp.proxy", "-Dhttps.proxy", "-Dmaven.repo.local", "-Dorg.gradle.",
      "-server", "-client",
      // Ruby, make, Python, less, Go
      "-W", "--jobs", "ignore", "default", "-mod="};
  if (!options.literal()) return false;
  for (const std::string_view word : base::split(options.text(), ' ')) {
    if (word.empty()) continue;
    // "-FRX" of less.
    const bool letters = word[0] == '-' && word.find_first_not_of("FRXSMNiJnQqsw", 1) == word.npos;
    const bool jobs = word.starts_with("-j") && word.find_first_not_of("0123456789", 2) == word.npos;
    const bool odd = word.find_first_of("`$;|&<>!+") != word.npos && !word.starts_with("-XX:+Use");
    // A warning's category may be a class of a module that is loaded for it.
    const bool loads = word.contains("::") && word.contains('.');
    if (odd || loads || !(letters || jobs || begins_with_any(word, harmless))) return false;
  }
  return true;
}

}  // namespace mcpssh::guard
