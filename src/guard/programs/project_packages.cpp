#include "guard/programs/project_packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "guard/programs/loose_options.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

struct Meaning {
  std::string_view verbs;
  std::string_view rule;
};

constexpr OptionTable common{
    "gDEyqvUfhVSPn", "rCptdeEci", "dry-run global save-dev json help version user upgrade prefix-none",
    "prefix requirement index-url extra-index-url find-links target path manifest-path workspace "
    "filter constraint registry name channel source version-of root editable project toolchain"};

/// Packages that come from an address or a file rather than from the configured source.
bool is_foreign(const Options& options, std::size_t from) {
  if (has_any(options, "index-url extra-index-url find-links i registry trusted-host git source"))
    return true;
  return std::ranges::any_of(operands_of(options, from), [](const Field& word) {
    const std::string_view text = word.text();
    return text.contains("://") || text.starts_with("git+") || text.starts_with("git@") ||
           text.starts_with("/tmp/") || text.starts_with("./") || text.starts_with("github:");
  });
}

void judge_by_verb(const Call& call, const Options& options, std::span<const Meaning> meanings) {
  if (call.only_help() || has_any(options, "help h")) return;
  const auto verb = known_operand(options, 0);
  for (const Meaning& meaning : meanings) {
    if (!has_name(meaning.verbs, verb)) continue;
    // Only installers know it; of a script or program it is an option like any other. A package from
    // elsewhere runs its own code even to tell what it needs.
    if (has_any(options, "dry-run") && meaning.rule != "read" && meaning.rule != "shell.script" &&
        meaning.rule != "dev.build" && !is_foreign(options, 1))
      return;
    if (meaning.rule == "dev.packages" && is_foreign(options, 1)) return call.does("package.foreign");
    return call.does(meaning.rule);
  }
  call.does("shell.unknown-verb");
}

/// Options that name a program npm runs instead of its own, or settings that do.
void judge_substitutes(const Call& call) {
  constexpr std::array<std::string_view, 9> options{"--script-shell", "--shell",        "--userconfig",
                                                    "--globalconfig", "--node-options", "--git",
                                                    "--editor",       "--viewer",       "--browser"};
  for (const Field& word : call.words) {
    const std::string_view text = word.text();
    if (is_one_of(text.substr(0, text.find('=')), options))
      call.does("shell.foreign-code",
                fmt::format("{} runs what {} names", call.name, text.substr(0, text.find('='))));
  }
}

}  // namespace

void judge_npm(const Call& call) {
  constexpr std::array meanings{
      Meaning{"ls list ll la view info show outdated audit search doctor ping whoami root prefix bin fund "
              "explain why help "
              "version docs repo bugs completion diff find-dupes query licenses node versions config-list",
              "read"},
      Meaning{"install i add ci update up upgrade install-test it link ln dedupe rebuild import init create "
              "pack shrinkwrap "
              "audit-fix cache set-script pkg fetch store dlx-install workspaces workspace global",
              "dev.packages"},
      Meaning{"run run-script test t start stop restart build dev lint serve prepare postinstall",
              "dev.build"},
      Meaning{"exec x dlx", "shell.script"},
      Meaning{"uninstall un rm r remove prune unlink", "dev.remove"},
      Meaning{
          "publish unpublish deprecate owner access dist-tag team org hook token login adduser logout star",
          "dev.publish"},
      Meaning{"config c set get", "dev.packages"},
  };
  judge_substitutes(call);
  const Options options = read_loosely(call.words, common);
  const auto verb = known_operand(options, 0);
  if (verb.empty() && call.name == "yarn")
    return call.does(has_any(options, "version v help h") ? "read" : "dev.packages");
  if (verb.empty()) return;
  if (verb == "audit" && known_operand(options, 1) == "fix") return call.does("dev.packages");
  const bool looks_at_config =
      (verb == "config" || verb == "c") && has_name("get list ls", known_operand(options, 1));
  if (looks_at_config || verb == "get" ||
      (verb == "cache" && has_name("ls verify list", known_operand(options, 1))))
    return;
  judge_by_verb(call, options, meanings);
}

void judge_pip(const Call& call) {
  constexpr std::array meanings{
      Meaning{"list show freeze check search index debug help hash inspect version tree environment", "read"},
      Meaning{"install download wheel sync add lock compile upgrade upgrade-all reinstall inject venv init "
              "python ensurepath tool",
              "dev.packages"},
      Meaning{"uninstall remove uninject uninstall-all", "dev.remove"},
      Meaning{"run", "shell.script"},
      Meaning{"build format", "dev.build"},
      Meaning{"publish", "dev.publish"},
      Meaning{"cache config self", "dev.packages"},
  };
  Options options = read_loosely(call.words, common);
  // "uv pip install x": what stands behind counts.
  if (call.name == "uv" && known_operand(options, 0) == "pip")
    options.operands.erase(options.operands.begin());
  const auto verb = known_operand(options, 0);
  if (verb.empty()) {
    if (call.name == "pip-compile" || call.name == "pip-sync") call.does("dev.packages");
    return;
  }
  const bool looks =
      (verb == "config" || verb == "cache") && has_name("list get debug dir info", known_operand(options, 1));
  if (looks) return;
  judge_by_verb(call, options, meanings);
}

void judge_cargo(const Call& call) {
  constexpr std::array meanings{
      Meaning{"tree metadata search help version locate-project pkgid read-manifest verify-project info "
              "report outdated audit",
              "read"},
      Meaning{"build b check c test t clippy fmt doc d bench fix rustc rustdoc clean nextest expand",
              "dev.build"},
      Meaning{"add update fetch install generate-lockfile vendor new init upgrade", "dev.packages"},
      Meaning{"run r", "shell.script"},
      Meaning{"remove rm uninstall", "dev.remove"},
      Meaning{"publish yank owner login logout package", "dev.publish"},
  };
  Options options = read_loosely(call.words, common);
  if (!options.operands.empty() && options.operands[0].known_prefix().starts_with('+'))
    options.operands.erase(options.operands.begin());
  if (options.operands.empty()) return;
  judge_by_verb(call, options, meanings);
}

void judge_go(const Call& call) {
  constexpr std::array meanings{
      Meaning{"version list doc help bug", "read"},
      Meaning{"build test vet fmt fix generate clean work telemetry", "dev.build"},
      Meaning{"get install mod", "dev.packages"},
      Meaning{"run tool", "shell.script"},
  };
  const Options options = read_loosely(call.words, {"wu", "", "json m", "exec toolexec o"});
  for (const std::string_view option : {"exec", "toolexec"})
    if (const Field* code = options.find(option); code != nullptr) call.out.runs(*code);
  if (options.operands.empty()) return;
  if (known_operand(options, 0) == "env") return call.does(has_any(options, "w u") ? "dev.packages" : "read");
  if (known_operand(options, 0) == "mod" && has_name("graph why verify", known_operand(options, 1))) return;
  judge_by_verb(call, options, meanings);
}

void judge_gem(const Call& call) {
  constexpr std::array meanings{
      Meaning{"list search info environment env specification contents dependency outdated which query help "
              "stale check show "
              "platform doctor licenses version sources fetch",
              "read"},
      Meaning{"install update add init lock cache config pristine rebuild setup gem plugin binstubs package",
              "dev.packages"},
      Meaning{"exec e console open", "shell.script"},
      Meaning{"uninstall cleanup clean remove", "dev.remove"},
      Meaning{"push yank owner signin signout", "dev.publish"},
      Meaning{"build", "dev.build"},
  };
  const Options options = read_loosely(call.words, common);
  const auto verb = known_operand(options, 0);
  const bool file = std::ranges::any_of(
      options.operands, [](const Field& operand) { return operand.text().ends_with(".gem"); });
  if (file || (has_any(options, "local l") && (verb == "install" || verb == "update")))
    return call.does("package.foreign", "gem installs from a file");
  if (verb.empty()) return call.does(call.name.starts_with("bundle") ? "dev.packages" : "read");
  if ((verb == "exec" || verb == "e") && call.name.starts_with("bundle") && options.operands.size() > 1)
    return call.out.runs(tail(options.operands, 1));
  if (verb == "sources" && has_any(options, "a add r remove c")) return call.does("package.source");
  judge_by_verb(call, options, meanings);
}

void judge_composer(const Call& call) {
  constexpr std::array meanings{
      Meaning{"show info search outdated depends why prohibits why-not validate check-platform-reqs diagnose "
              "licenses status "
              "suggests about help list fund audit home browse",
              "read"},
      Meaning{"install i update u upgrade require r dump-autoload dumpautoload create-project init bump "
              "reinstall self-update "
              "selfupdate clear-cache clearcache config global archive",
              "dev.packages"},
      Meaning{"run-script run", "dev.build"},
      Meaning{"exec", "shell.script"},
      Meaning{"remove rm", "dev.remove"},
  };
  const Options options = read_loosely(call.words, common);
  if (options.operands.empty()) return;
  judge_by_verb(call, options, meanings);
}

void judge_environment_tool(const Call& call) {
  constexpr std::array meanings{
      Meaning{"list ls show info search env:list check version versions help which whence current doctor "
              "tree graph "
              "dependencies outdated licenses root prefix path local-list ls-remote sources --info "
              "config-show lock-check "
              "components target-list run-list verify where latest compare why",
              "read"},
      Meaning{"install add update upgrade sync lock restore fetch get create init new env global local use "
              "default toolchain "
              "target component override self rehash shell enable prepare pin activate deactivate config "
              "cache tool venv "
              "download setup switch plugin channel source deps.get deps.update local.hex packages pub",
              "dev.packages"},
      Meaning{"build test compile format fmt lint analyze check-format pack msbuild assemble bench doc docs "
              "clean deps.compile "
              "generate make",
              "dev.build"},
      Meaning{"run exec shell-run repl ghci watch script dlx", "shell.script"},
      Meaning{"remove rm uninstall delete purge", "dev.remove"},
      Meaning{"publish upload push release deploy hex.publish login logout", "dev.publish"},
  };
  const Options options = read_loosely(call.words, common);
  const auto verb = known_operand(options, 0);
  if (has_any(options, "info list-sdks list-runtimes version")) return;
  if (verb.empty() || call.name == "virtualenv" || call.name == "venv" || call.name == "cpanm" ||
      call.name == "cpan") {
    if (call.words.size() > 1) call.does(is_foreign(options, 0) ? "package.foreign" : "dev.packages");
    return;
  }
  if (verb == "env" && has_name("list ls", known_operand(options, 1))) return;
  if (verb == "env" && has_name("remove rm", known_operand(options, 1))) return call.does("dev.remove");
  judge_by_verb(call, options, meanings);
}

}  // namespace mcpssh::guard
