// Packages of distributions and of languages that install system-wide.
#include <algorithm>
#include <array>

#include "guard/effects/files.hpp"
#include "guard/programs/diversions.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// A package that is a file or an address instead of a name.
bool is_foreign(const Field& operand) {
  const std::string_view text = operand.text();
  constexpr std::array<std::string_view, 10> endings{".deb",        ".rpm",       ".apk",  ".pkg.tar.zst",
                                                     ".pkg.tar.xz", ".ipk",       ".snap", ".flatpak",
                                                     ".txz",        ".flatpakref"};
  return text.contains("://") || text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
         text.starts_with('~') ||
         std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

/// install, upgrade: names come from the configured repositories, files and addresses do not. "name-"
/// removes.
void judge_install(const Call& call, const Options& options) {
  for (std::size_t i = 1; i < options.operands.size(); ++i) {
    if (is_foreign(options.operands[i])) return call.does("package.foreign");
    const bool apt = call.name == "apt" || call.name == "apt-get" || call.name == "aptitude";
    if (apt && (options.operands[i].text().ends_with('-') || options.operands[i].text().ends_with('_')))
      return call.does("package.remove");
  }
  call.does("package.install");
}

constexpr std::array apt_effects{
    OptionEffect{"allow-unauthenticated force-yes allow-insecure-repositories no-gpg-check allow-downgrades "
                 "allow-remove-essential force-all nogpgcheck no-gpg-checks allow-unsigned-rpm force nodeps "
                 "replacefiles oldpackage",
                 Value::nothing, "package.foreign"},
    OptionEffect{"purge autoremove auto-remove allowerasing clean-deps", Value::nothing, "package.remove"},
};
constexpr std::array apt_file_verbs{Verb{"list search show find", "read"},
                                    Verb{"update purge reindex", "package.cache"}};
constexpr std::array apt_verbs{
    Verb{"list search show showsrc policy depends rdepends madison check changelog indextargets dump "
         "dumpavail stats "
         "unmet pkgnames showpkg showauto showmanual showhold config why why-not versions showauto moo",
         "read"},
    Verb{"install upgrade dist-upgrade full-upgrade safe-upgrade satisfy build-dep reinstall",
         "package.install", judge_install},
    Verb{"update clean autoclean auto-clean gencaches forget-new", "package.cache"},
    Verb{"download source", "fs.write"},
    Verb{"remove purge autoremove auto-remove autopurge dselect-upgrade", "package.remove"},
    Verb{"hold unhold auto manual markauto unmarkauto keep keep-all minimize-manual", "package.settings"},
    Verb{"edit-sources", "package.source"},
};
constexpr OptionTable apt_options{
    "qsymfdubVAV", "otaPcFOwT",
    "yes assume-yes quiet simulate just-print dry-run recon no-act download-only no-install-recommends "
    "install-recommends install-suggests no-install-suggests reinstall fix-broken fix-missing only-upgrade "
    "no-upgrade "
    "upgradable installed all-versions names-only full verbose-versions print-uris show-progress assume-no "
    "allow-releaseinfo-change ignore-missing ignore-hold trivial-only no-remove no-download "
    "allow-change-held-packages "
    "show-upgraded with-new-pkgs manual-installed all-names recurse important no-all-versions help version "
    "purge "
    "autoremove auto-remove allow-unauthenticated force-yes allow-downgrades allow-remove-essential "
    "list-cleanup "
    "error-on no-pre-depends no-depends no-recommends no-suggests no-conflicts no-breaks no-replaces "
    "no-enhances",
    "option target-release default-release config-file host-architecture build-profiles"};

constexpr std::array mark_verbs{
    Verb{"showauto showmanual showhold showinstall showremove showpurge", "read"},
    Verb{"hold unhold auto manual minimize-manual markauto unmarkauto install", "package.settings"},
    Verb{"remove deinstall purge", "package.remove"},
};

constexpr std::array dpkg_effects{
    OptionEffect{"i install unpack A record-avail", Value::nothing, "package.foreign"},
    OptionEffect{"r remove P purge force-all", Value::nothing, "package.remove"},
    OptionEffect{"configure triggers-only", Value::nothing, "package.install"},
    OptionEffect{"set-selections clear-selections update-avail merge-avail clear-avail forget-old-unavail "
                 "add-architecture remove-architecture",
                 Value::nothing, "package.settings"},
    OptionEffect{"e x X control extract vextract R raw-extract b build", Value::nothing, "fs.write"},
    OptionEffect{"pre-invoke post-invoke", Value::code},
    OptionEffect{"log", Value::written},
};
constexpr std::array query_effects{OptionEffect{"P parse", Value::nothing, "shell.script"}};

constexpr std::array dnf_effects{
    OptionEffect{"nogpgcheck repofrompath setopt force", Value::nothing, "package.foreign"},
    OptionEffect{"allowerasing", Value::nothing, "package.remove"},
};
constexpr std::array dnf_verbs{
    Verb{"list search info provides whatprovides check-update check-upgrade repolist repoinfo repoquery "
         "deplist updateinfo "
         "history/list history/info history grouplist groupinfo group/list group/info group/summary "
         "module/list "
         "module/info module/provides module/repoquery check leaves alias/list help version mark/list "
         "changelog "
         "needs-restarting advisory offline/status system-upgrade/log versionlock/list repo/list repo/info",
         "read"},
    Verb{"install update upgrade upgrade-minimal update-minimal reinstall localupdate groupinstall "
         "group/install group/upgrade groupupdate module/install module/enable build-dep builddep up in",
         "package.install", judge_install},
    Verb{"makecache clean clean/*", "package.cache"},
    Verb{"download reposync", "fs.write"},
    Verb{"mark/* versionlock versionlock/* module/reset alias/*", "package.settings"},
    Verb{"remove erase autoremove downgrade distro-sync distribution-synchronization swap groupremove "
         "group/remove "
         "module/remove module/disable module/switch-to rm history/*",
         "package.remove"},
    Verb{"localinstall", "package.foreign"},
    Verb{"config-manager copr copr/* system-upgrade system-upgrade/* offline/* repository-packages shell",
         "package.source"},
    Verb{"config-manager/dump", "read"},
};
constexpr OptionTable dnf_options{
    "yqvCbRh46", "cdeRx",
    "assumeyes assumeno quiet verbose cacheonly best nobest refresh installed available upgrades security "
    "bugfix "
    "enhancement newpackage extras obsoletes recent all skip-broken downloadonly nodocs obsoletes "
    "showduplicates "
    "allowerasing nogpgcheck no-allow-downgrade force disableplugins noplugins help version setopt "
    "enablerepo "
    "disablerepo color debugsolver userinstalled whatrequires requires provides list summary noautoremove "
    "test",
    "config installroot releasever enablerepo disablerepo repo repoid exclude excludepkgs forcearch advisory "
    "cve sec-severity destdir downloaddir comment rpmverbosity errorlevel debuglevel randomwait "
    "disableexcludes "
    "qf queryformat repofrompath setopt"};

constexpr std::array zypper_verbs{
    Verb{"search se info if list-updates lu list-patches lp patch-check pchk repos lr packages pa patches "
         "pch patterns pt "
         "products pd what-provides wp locks ll services ls versioncmp vcmp targetos tos licenses ps "
         "needs-rebooting "
         "product-info patch-info pattern-info system-architecture help history",
         "read"},
    Verb{"install in update up patch install-new-recommends inr source-install si verify ve",
         "package.install", judge_install},
    Verb{"refresh ref clean cc refresh-services refs", "package.cache"},
    Verb{"addlock al removelock rl cleanlocks cl", "package.settings"},
    Verb{"download", "fs.write"},
    Verb{"remove rm dist-upgrade dup purge-kernels", "package.remove"},
    Verb{"addrepo ar removerepo rr renamerepo nr modifyrepo mr addservice as modifyservice ms removeservice "
         "rs",
         "package.source"},
};
constexpr std::array zypper_effects{
    OptionEffect{"no-gpg-checks allow-unsigned-rpm force-resolution force oldpackage plus-repo p from-file",
                 Value::nothing, "package.foreign"},
    OptionEffect{"clean-deps", Value::nothing, "package.remove"},
};

constexpr std::array apk_verbs{
    Verb{"info list search policy stats version dot manifest audit verify", "read"},
    Verb{"add upgrade fix", "package.install", judge_install},
    Verb{"update cache cache/*", "package.cache"},
    Verb{"fetch index", "fs.write"},
    Verb{"del", "package.remove"},
};
constexpr std::array apk_effects{
    OptionEffect{"allow-untrusted X repository force-overwrite force force-broken-world", Value::nothing,
                 "package.foreign"},
    OptionEffect{"purge", Value::nothing, "package.remove"},
};

void judge_pacman(const Call& call) {
  constexpr OptionTable table{
      "QSRUDTFVcdefgiklmnopqstuwyhv", "br",
      "query sync remove upgrade database deptest files version noconfirm needed print "
      "asdeps asexplicit recursive cascade nosave unneeded refresh sysupgrade search info list "
      "owns groups check explicit deps native foreign unrequired upgrades downloadonly clean "
      "quiet verbose help overwrite nodeps dbonly noscriptlet noprogressbar machinereadable "
      "regex confirm debug disable-download-timeout changelog file",
      "dbpath root arch cachedir color config gpgdir hookdir logfile sysroot ignore ignoregroup "
      "assume-installed print-format overwrite"};
  if (call.only_help()) return;
  const Options options = read_options(call.words, 1, table, true);
  const auto has = [&](std::string_view letter, std::string_view name) {
    return options.has(letter) || options.has(name);
  };
  if (options.unknown) return call.does("shell.unknown-option");
  const bool prints = has("p", "print");
  if (has("R", "remove")) return prints ? void() : call.does("package.remove");
  if (has("U", "upgrade")) return call.does("package.foreign");
  if (has("D", "database")) return call.does("package.settings");
  if (has("F", "files")) return has("y", "refresh") ? call.does("package.cache") : void();
  if (!has("S", "sync") || prints) return;
  if (has("s", "search") || has("i", "info") || has("l", "list") || has("g", "groups")) return;
  if (has("c", "clean")) return call.does("package.cache");
  if (options.operands.empty() && !has("u", "sysupgrade")) return call.does("package.cache");
  call.does("package.install");
}

void judge_rpm(const Call& call) {
  constexpr std::array<std::string_view, 10> changes{"--install", "--upgrade",  "--freshen",  "--reinstall",
                                                     "--restore", "--setperms", "--setugids", "--rebuilddb",
                                                     "--initdb",  "--justdb"};
  if (call.only_help()) return;
  char mode = 0;
  bool test = false;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    test = test || text == "--test";
    // A macro runs what stands in %(...), and Lua.
    if (text.contains("%(") || text.contains("%{lua") || text == "--load" || text == "--pipe" ||
        text.starts_with("--pipe="))
      return call.does("shell.foreign-code", "rpm macros run code");
    if (text == "--import") return call.does("package.source");
    if (text == "--erase") return test ? void() : call.does("package.remove");
    if (is_one_of(text, changes))
      return call.does(text.starts_with("--re") && text.contains("db") ? "package.settings"
                                                                       : "package.foreign");
    if (text == "--query" || text == "--verify" || text == "--checksig" || text == "--eval" ||
        text == "--showrc")
      mode = 'q';
    if (mode == 0 && text.size() > 1 && text[0] == '-' && text[1] != '-')
      for (const char letter : text.substr(1))
        if (mode == 0 && std::string_view("qVKieUF").contains(letter)) mode = letter;
    if (mode == 0 && !call.words[i].literal()) return call.does("shell.opaque-command");
  }
  for (const Field& word : call.words) test = test || (word.literal() && word.text() == "--test");
  if (mode == 'e') return test ? void() : call.does("package.remove");
  if (mode == 'i' || mode == 'U' || mode == 'F') return test ? void() : call.does("package.foreign");
}

constexpr std::array snap_verbs{
    Verb{"list find info changes tasks services logs interfaces connections version known model get whoami "
         "warnings help "
         "saved debug get-* validate",
         "read"},
    Verb{"install refresh download enable start restart ack", "package.install", judge_install},
    Verb{"set unset alias unalias prefer connect disconnect stop disable switch watch", "package.settings"},
    Verb{"remove revert forget abort", "package.remove"},
    Verb{"run", "shell.unknown-program"},
    Verb{"login logout create-user try", "package.source"},
};
constexpr std::array snap_effects{OptionEffect{"dangerous devmode", Value::nothing, "package.foreign"},
                                  OptionEffect{"purge", Value::nothing, "package.remove"}};
constexpr std::array flatpak_verbs{
    Verb{"list info search remotes remote-ls remote-info history ps config-show document-list permissions "
         "documents",
         "read"},
    Verb{"install update upgrade", "package.install", judge_install},
    Verb{"uninstall remove repair", "package.remove"},
    Verb{"remote-add remote-modify remote-delete override build-* permission-*", "package.source"},
    Verb{"mask pin make-current config", "package.settings"},
    Verb{"run enter", "shell.unknown-program"},
    Verb{"kill", "service.signal"},
};
constexpr std::array brew_verbs{
    Verb{
        "list ls search info outdated deps uses leaves config doctor home log desc cat options services/list "
        "services/info tap-info formulae casks missing shellenv commands bundle/check bundle/list --prefix "
        "--cellar",
        "read"},
    Verb{"install upgrade reinstall fetch postinstall bundle bundle/install", "package.install",
         judge_install},
    Verb{"update cleanup", "package.cache"},
    Verb{"link unlink pin unpin switch analytics", "package.settings"},
    Verb{"services/start services/restart services/run services/stop", "service.change"},
    Verb{"uninstall remove rm autoremove untap bundle/cleanup", "package.remove"},
    Verb{"tap edit create", "package.source"},
};
constexpr std::array opkg_verbs{
    Verb{"list list-* info status search find files depends whatdepends* whatprovides print-architecture "
         "compare-versions",
         "read"},
    Verb{"install upgrade configure", "package.install", judge_install},
    Verb{"update clean", "package.cache"},
    Verb{"flag", "package.settings"},
    Verb{"download", "fs.write"},
    Verb{"remove", "package.remove"},
};
constexpr std::array pkg_verbs{
    Verb{"info search query rquery version which stats audit check list-all list-installed show files policy "
         "rdeps config updating list plugins repos",
         "read"},
    Verb{"install upgrade reinstall", "package.install", judge_install},
    Verb{"update clean", "package.cache"},
    Verb{"lock unlock annotate set register", "package.settings"},
    Verb{"fetch create", "fs.write"},
    Verb{"delete remove uninstall autoremove", "package.remove"},
    Verb{"add", "package.foreign"},
};
constexpr std::array nix_env_effects{
    OptionEffect{"i install u upgrade iA", Value::nothing, "package.install"},
    OptionEffect{"e uninstall rollback G switch-generation delete-generations", Value::nothing,
                 "package.remove"},
    OptionEffect{"set set-flag S p switch-profile", Value::nothing, "package.settings"},
};
constexpr std::array emerge_effects{
    OptionEffect{"C unmerge c depclean P prune", Value::nothing, "package.remove"},
    OptionEffect{"sync", Value::nothing, "package.cache"},
};
constexpr std::array repo_key_verbs{Verb{"list finger exportall export", "read"},
                                    Verb{"add del adv update net-update", "package.source"}};
constexpr std::array subscription_verbs{
    Verb{"list status identity facts orgs repos-list version release-show usage syspurpose environments",
         "read"},
    Verb{"repos", "package.source"},
    Verb{"register unregister attach remove clean refresh config import redeem release auto-attach",
         "package.source"},
};
constexpr std::array subscription_effects{OptionEffect{"enable disable", Value::nothing, "package.source"}};

constexpr Program apt_row{.names = "apt",
                          .options = apt_options,
                          .any_option = true,
                          .shows = "s simulate just-print dry-run recon no-act print-uris assume-no",
                          .verbs = apt_verbs,
                          .option_effects = apt_effects};

/// -o may bring commands that apt runs around its work.
void judge_apt(const Call& call) {
  for (const Field& word : call.words)
    if (word.text().contains("Invoke") || word.text().contains("Install-Pkgs") ||
        word.text().contains("-Cmd") || word.text().contains("Hook"))
      call.does("shell.foreign-code", "apt runs commands from its settings");
  if (call.name == "aptitude" && call.words.size() == 1) return call.does("shell.interactive");
  judge_row(apt_row, call);
}

constexpr Program dpkg_row{
    .names = "dpkg",
    .options =
        {"lLsSpCVirPAexXRbcIGEBWfzha?", "D",
         "list listfiles status search print-avail audit verify get-selections print-architecture "
         "print-foreign-architectures compare-versions install remove purge unpack configure "
         "triggers-only record-avail set-selections clear-selections update-avail merge-avail "
         "clear-avail forget-old-unavail add-architecture remove-architecture control extract vextract "
         "raw-extract build contents info field show simulate dry-run no-act yet-to-unpack "
         "predep-package force-all auto-deconfigure help version pending no-pager recursive "
         "skip-same-version "
         "refuse-downgrade selected-only force-confold force-confdef force-confnew force-confmiss "
         "force-help force-remove-reinstreq force-overwrite force-depends",
         "admindir instdir root force status-fd status-logger pre-invoke post-invoke path-exclude "
         "path-include ignore-depends log"},
    .shows = "simulate dry-run no-act",
    .option_effects = dpkg_effects};
constexpr Program deb_row{
    .names = "dpkg-deb",
    .options = {"cIfWexXRbzZtS", "", "contents info field show version help nocheck", ""},
    .option_effects = dpkg_effects};

/// -x a.deb DIRECTORY unpacks there.
void judge_dpkg(const Program& row, const Call& call) {
  judge_row(row, call);
  const Options options = read_options(call.words, 1, row.options, true);
  for (const std::string_view name : {"x", "X", "R", "e", "extract", "vextract", "raw-extract", "control"})
    if (options.has(name) && options.operands.size() > 1)
      return writes_file(call, options.operands[1], Writing::change);
}

constexpr std::array rows{
    Program{.names = "apt apt-get aptitude", .judge = judge_apt},
    Program{.names = "apt-cache apt-show-versions apt-config apt-listchanges dpkg-query dpkg-architecture "
                     "dpkg-parsechangelog deborphan debsums apt-rdepends grep-dctrl rpmquery rpmverify "
                     "equery qlist qfile pkgfile pactree checkupdates xbps-query repoquery debtree "
                     "needs-restarting checkrestart eix qsearch "
                     "apt-forktracer popularity-contest debsecan arch-audit "
                     "rpmlint",
            .any_option = true},
    Program{.names = "rpmspec",
            .options = {"Pqv", "D", "parse query", "define eval"},
            .any_option = true,
            .option_effects = query_effects},
    Program{.names = "apt-file", .any_option = true, .verbs = apt_file_verbs},
    Program{.names = "apt-mark", .any_option = true, .verbs = mark_verbs},
    Program{.names = "apt-key", .any_option = true, .verbs = repo_key_verbs},
    Program{.names = "add-apt-repository apt-add-repository yum-config-manager rpmkeys extrepo apt-sortpkgs "
                     "pacman-key pacman-mirrors nix-channel dnf-config-manager",
            .rule = "package.source",
            .any_option = true},
    Program{.names = "dpkg", .judge = [](const Call& call) { judge_dpkg(dpkg_row, call); }},
    Program{.names = "dpkg-reconfigure", .rule = "package.settings", .any_option = true},
    Program{.names = "dpkg-divert", .judge = judge_divert},
    Program{.names = "dpkg-statoverride", .rule = "package.settings", .any_option = true},
    Program{.names = "debconf-show debconf-get-selections", .any_option = true},
    Program{.names = "debconf-set-selections", .rule = "package.settings", .any_option = true},
    Program{.names = "dpkg-deb", .judge = [](const Call& call) { judge_dpkg(deb_row, call); }},
    Program{
        .names =
            "unattended-upgrade unattended-upgrades do-release-upgrade needrestart yum-cron dnf-automatic",
        .rule = "package.install",
        .options = {"dvcqpkbml", "rf", "dry-run debug check-dist-upgrade-only verbose", ""},
        .shows = "dry-run c check-dist-upgrade-only"},
    Program{.names = "dnf yum microdnf dnf5 tdnf yumdownloader",
            .options = dnf_options,
            .any_option = true,
            .shows = "assumeno test",
            .verbs = dnf_verbs,
            .option_effects = dnf_effects},
    Program{.names = "package-cleanup", .rule = "package.remove", .any_option = true},
    Program{.names = "zypper",
            .options = {"nqvAxDlhyf", "cRDCrtp",
                        "non-interactive quiet verbose no-refresh no-gpg-checks gpg-auto-import-keys dry-run "
                        "no-confirm xmlout auto-agree-with-licenses no-recommends details installed-only "
                        "uninstalled-only "
                        "plus-content type help version no-color userdata terse",
                        "config root repo reposd-dir cache-dir type userdata plus-repo from"},
            .any_option = true,
            .shows = "D dry-run",
            .verbs = zypper_verbs,
            .option_effects = zypper_effects},
    Program{.names = "apk",
            .options =
                {"afuUqvsilrtLedwPRhx", "pXt",
                 "no-cache update-cache simulate quiet verbose no-progress upgrade latest available virtual "
                 "interactive wait progress help version installed",
                 "root repository virtual arch keys-dir repositories-file cache-dir wait"},
            .any_option = true,
            .shows = "s simulate",
            .verbs = apk_verbs,
            .option_effects = apk_effects},
    Program{.names = "pacman yay paru", .judge = judge_pacman},
    Program{.names = "rpm", .judge = judge_rpm},
    Program{.names = "snap", .any_option = true, .verbs = snap_verbs, .option_effects = snap_effects},
    Program{.names = "flatpak",
            .options = {"vyu", "", "verbose assumeyes noninteractive user system", "installation"},
            .any_option = true,
            .verbs = flatpak_verbs},
    Program{.names = "brew", .any_option = true, .verbs = brew_verbs},
    Program{.names = "opkg ipkg",
            .options = {"V", "fdo", "", ""},
            .any_option = true,
            .shows = "noaction",
            .verbs = opkg_verbs},
    Program{.names = "pkg pkgin",
            .options = {"vnyqf", "orcCj", "", ""},
            .any_option = true,
            .shows = "n dry-run",
            .verbs = pkg_verbs},
    Program{.names = "pkg_info pkg_version", .any_option = true},
    Program{.names = "pkg_add", .rule = "package.foreign", .any_option = true},
    Program{.names = "pkg_delete xbps-remove", .rule = "package.remove", .any_option = true},
    Program{.names = "xbps-install swupd urpmi eopkg", .rule = "package.install", .any_option = true},
    Program{.names = "nix-env",
            .options = {"qiuePAsv", "fpIE", "query installed available dry-run description", "file profile"},
            .any_option = true,
            .shows = "dry-run",
            .option_effects = nix_env_effects},
    Program{.names = "nix-collect-garbage", .rule = "package.remove", .any_option = true},
    Program{.names = "nixos-rebuild", .rule = "package.install", .any_option = true, .shows = "dry-run"},
    Program{.names = "emerge",
            .rule = "package.install",
            .options = {"pavuDNsSfkKgtqCcP1no", "",
                        "pretend ask verbose update deep newuse search searchdesc info "
                        "quiet oneshot unmerge depclean prune sync version with-bdeps",
                        ""},
            .any_option = true,
            .shows = "p pretend s search S searchdesc info",
            .option_effects = emerge_effects},
    Program{.names = "update-alternatives alternatives", .judge = judge_alternatives},
    Program{.names = "subscription-manager",
            .any_option = true,
            .verbs = subscription_verbs,
            .option_effects = subscription_effects},
    Program{.names = "ubuntu-drivers pro ua", .rule = "package.install", .any_option = true},
};

}  // namespace

std::span<const Program> package_programs() {
  return rows;
}

}  // namespace mcpssh::guard
