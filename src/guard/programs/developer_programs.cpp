// Build tools, compilers, checkers. Package tools of languages: project_packages.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/automation.hpp"
#include "guard/programs/loose_options.hpp"
#include "guard/programs/project_packages.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/descriptor.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

/// Whether a file of rules is what stands on the input, or comes from a pipe.
bool is_from_input(const Call& call, const Field& file) {
  return file.text() == "-" || names_descriptor(file, call.directory);
}

/// What builds by a file of rules, which some read from their input.
void judge_build_tool(const Call& call) {
  if (call.only_help()) return;
  struct Tool {
    std::string_view names, file;
  };
  constexpr std::array tools{Tool{"ninja samu", "f"}, Tool{"just", "f justfile"}, Tool{"task", "t taskfile"},
                             Tool{"scons ant", "f file buildfile sconstruct makefile"}};
  for (const Option& option :
       read_loosely(call.words, {"", "ft", "", "file justfile taskfile buildfile sconstruct makefile"})
           .options)
    for (const Tool& tool : tools)
      if (has_name(tool.names, call.name) && has_name(tool.file, option.name) &&
          is_from_input(call, option.value))
        return call.does("shell.foreign-code", fmt::format("{} runs rules from its input", call.name));
  call.does("dev.build");
}

/// Variables on make's command line can be commands (SHELL=, CC=); its files are beyond sight anyway.
void judge_make(const Call& call) {
  if (call.only_help()) return;
  constexpr OptionTable table{
      "bmBdeikLnpqrRsStvwhj", "CfIloWE",
      "always-make debug environment-overrides ignore-errors keep-going check-symlink-times just-print "
      "dry-run recon print-data-base question no-builtin-rules no-builtin-variables silent quiet "
      "no-keep-going stop touch trace version print-directory no-print-directory "
      "warn-undefined-variables help jobs",
      "directory file makefile include-dir load-average max-load old-file assume-old what-if new-file "
      "assume-new eval output-sync"};
  const Options options = read_loosely(call.words, table);
  if (const Field* code = options.find("eval"); code != nullptr || options.has("E"))
    return call.does("shell.foreign-code", "make runs rules from its command line");
  for (const Field& word : options.operands)
    if (word.text().contains("!=") || (word.text().contains('=') && word.text().contains('$')))
      return call.does("shell.foreign-code", "make with a variable that runs a command");
  for (const Field& word : options.operands)
    if (word.known_prefix().starts_with("SHELL=") || word.known_prefix().starts_with(".SHELLFLAGS="))
      return call.does("shell.foreign-code", "make with a shell of its own");
  for (const Option& option : options.options)
    if (has_name("f file makefile", option.name) && is_from_input(call, option.value))
      return call.does("shell.foreign-code", "make runs rules from its input");
  // Functions like $(shell) run while the file is read, also when nothing is made.
  for (const Option& option : options.options)
    if (has_name("f file makefile I include-dir", option.name) &&
        has_any(options, "n just-print dry-run recon q question p"))
      return call.does("shell.script", "make reads a file of rules, whose functions may run commands");
  if (has_any(options, "n just-print dry-run recon q question v version h help") || has_any(options, "p"))
    return;
  call.does("dev.build");
}

void judge_cmake(const Call& call) {
  if (call.only_help() || call.words.size() < 2) return;
  if (has_word(call, "-P")) return call.does("shell.script", "cmake runs a script");
  if (call.words[1].text() == "-E" && call.words.size() > 2) {
    const Words rest = tail(call.words, 3);
    const std::string_view verb = call.words[2].text();
    if (has_name("rm remove remove_directory", verb))
      for (const Field& path : rest) removes_file(call, path, true);
    else if (has_name("env time chdir", verb))
      call.does("shell.script", "cmake runs another program");
    else if (!has_name("echo cat compare_files md5sum sha256sum environment capabilities sleep true false "
                       "echo_append",
                       verb))
      for (const Field& path : rest) writes_file(call, path, Writing::change);
    return;
  }
  if (has_word(call, "-N") || has_word(call, "-L") || has_word(call, "-LA")) return;
  call.does("dev.build");
}

/// Compilers run other programs by -wrapper, -B, plug-ins and specs.
void judge_compiler(const Call& call) {
  if (call.only_help()) return;
  constexpr std::array<std::string_view, 6> loads{
      "-wrapper", "-fplugin", "-specs=", "-B", "-Xclang", "-fuse-ld=/"};
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    if (std::ranges::any_of(loads, [&](std::string_view prefix) { return text.starts_with(prefix); }))
      call.does("shell.script", fmt::format("{} loads or runs another program", call.name));
    if (text == "-o" && at + 1 < call.words.size()) writes_file(call, call.words[at + 1], Writing::replace);
  }
  const bool looks = call.words.size() == 2 && (has_word(call, "-v") || has_word(call, "-dumpversion") ||
                                                has_word(call, "-dumpmachine"));
  if (!looks) call.does("dev.build");
}

constexpr std::array write_effects{
    OptionEffect{"i w in-place write fix fix-dry-run write-changes", Value::nothing, "fs.write"},
    OptionEffect{"o output output-file", Value::written}};

constexpr std::array mvn_verbs{
    Verb{"dependency:tree dependency:list dependency:analyze help:* versions:* validate tasks projects "
         "dependencies properties "
         "--version help info components",
         "read"},
    Verb{"deploy release:* publish publishToMavenLocal uploadArchives", "dev.publish"},
    Verb{"exec:* spring-boot:run run bootRun", "shell.script"},
    Verb{"*", "dev.build"},
};
/// "perf record [options] COMMAND" runs it, and so do stat, trace and what records for one subject. `table`
/// has the options of its verb.
void judge_perf_run(const Call& call, std::size_t from, const OptionTable& table) {
  const Options options = read_options(call.words, from, table, false);
  if (options.unknown)
    call.does("shell.unknown-option", fmt::format("{} with the option {}, which the guard does not know",
                                                  call.name, base::printable(*options.unknown, 40)));
  for (const Option& option : options.options) {
    if (has_name("o output", option.name)) writes_file(call, option.value, Writing::replace);
    if (has_name("pre post", option.name)) call.out.runs(option.value);
  }
  call.does("service.signal");
  if (!options.operands.empty()) call.out.runs(options.operands);
}

void judge_perf(const Call& call, const Options&) {
  constexpr std::string_view long_flags =
      "all-cpus no-inherit verbose quiet null big-num no-big-num no-aggr append detailed repeat-forever stat "
      "no-samples raw-samples data timestamp no-buildid no-buildid-cache all-user all-kernel per-core "
      "per-socket "
      "per-thread per-node metric-only json-output transaction timestamp-boundary overwrite sample-cpu "
      "period "
      "summary with-summary sched force no-syscalls failure help phys-data topdown";
  constexpr std::string_view long_valued =
      "event pid tid output cpu call-graph freq count mmap-pages realtime cgroup delay field-separator "
      "repeat "
      "interval-print interval-count timeout filter branch-filter user-regs clockid max-size switch-output "
      "proc-map-"
      "timeout pre post metrics metric-groups control uid duration expr max-stack min-stack filter-pids";
  constexpr OptionTable record{"aAgdinNqsTvzbRBWIkl", "eptuoFmCDGcrjk", long_flags, long_valued};
  constexpr OptionTable stat{"aAcdinSvBTjkb", "eptoCDGxIrM", long_flags, long_valued};
  constexpr OptionTable trace{"ainSsTfvg", "eptuoCDGmF", long_flags, long_valued};
  std::size_t verb = 1;
  while (verb < call.words.size() && call.words[verb].text().starts_with('-')) ++verb;
  const std::string_view name = verb < call.words.size() ? call.words[verb].text() : std::string_view();
  if (name == "stat" || name == "trace") return judge_perf_run(call, verb + 1, name == "stat" ? stat : trace);
  if (name == "record") return judge_perf_run(call, verb + 1, record);
  // "perf mem record COMMAND"
  for (std::size_t i = verb + 1; i < call.words.size(); ++i)
    if (call.words[i].text() == "record") return judge_perf_run(call, i + 1, record);
  call.does("service.signal");
}

/// perf script runs scripts by name.
void judge_perf_script(const Call& call, const Options& options) {
  const bool runs = options.has("s") || options.has("script") || options.operands.size() > 1;
  if (runs) call.does("shell.script", "perf runs a script of its own");
}

constexpr std::array perf_verbs{
    Verb{"report annotate list archive buildid-list diff evlist help version sched/map top", "read"},
    Verb{"script", "shell.script", judge_perf_script},
    Verb{"record stat trace kmem lock mem sched c2c kvm kwork ftrace", "service.signal", judge_perf},
    Verb{"probe bench test", "service.signal"},
};

constexpr std::array rows{
    Program{.names = "make gmake bmake", .judge = judge_make},
    Program{.names = "cmake", .judge = judge_cmake},
    Program{.names = "ninja samu scons ant just task", .judge = judge_build_tool},
    Program{
        .names =
            "meson waf ctest cpack autoconf automake autoreconf aclocal autoheader "
            "libtoolize bazel "
            "bazelisk buck tup xmake premake5 qmake sbt lein invoke mage rspec "
            "phpunit pest jest mocha vitest karma ava tsc babel webpack vite rollup esbuild parcel grunt "
            "gulp "
            "turbo nx tox nox pytest py.test nosetests coverage sphinx-build mkdocs hugo jekyll gatsby "
            "playwright cypress ccache sccache distcc ctags etags cscope doxygen msgfmt xgettext protoc "
            "thrift swig bison flex yacc lex gperf re2c debuild dpkg-buildpackage rpmbuild fpm mock makepkg "
            "abuild "
            "pdflatex xelatex latex latexmk bibtex texi2pdf dh_make checkinstall snapcraft flatpak-builder",
        .rule = "dev.build",
        .any_option = true},
    Program{
        .names =
            "gcc g++ cc c++ clang clang++ gfortran ld ld.lld gold as nasm yasm rustc ghc javac kotlinc-jvm "
            "tcc fpc dmd ldc2 nvcc x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc arm-linux-gnueabi-gcc gccgo",
        .judge = judge_compiler,
        .versioned = true},
    Program{.names = "nm objdump readelf size addr2line c++filt ldd pkg-config pkgconf llvm-nm llvm-objdump "
                     "llvm-readelf "
                     "shellcheck hadolint flake8 pylint mypy pyflakes bandit checkmake clang-tidy cppcheck "
                     "tflint tfsec trivy markdownlint jsonschema cloc tokei scc gcov lcov "
                     "pydeps pipdeptree "
                     "cmakelint luacheck phpstan psalm phpcs staticcheck golint golangci-lint vulture "
                     "sloccount dtc lintian "
                     "desktop-file-validate xmlcatalog",
            .any_option = true,
            .operands = Operands::read},
    Program{.names = "clang-format gofmt goimports black ruff isort autopep8 yapf prettier eslint stylelint "
                     "rubocop rustfmt ansible-lint "
                     "standardjs biome phpcbf php-cs-fixer nixfmt buf ktlint google-java-format",
            .options = {"iwl", "o", "in-place write fix check diff", "output-file"},
            .any_option = true,
            .option_effects = write_effects},
    Program{.names = "strip objcopy ranlib patchelf chrpath prelink",
            .rule = "fs.write",
            .any_option = true,
            .operands = Operands::written},
    Program{.names = "gdbserver", .rule = "network.serve", .any_option = true},
    Program{.names = "perf",
            .options = {"ag", "eopsFci", "", "pid event output script input"},
            .any_option = true,
            .verbs = perf_verbs},
    Program{.names = "bpftrace stap dtrace", .rule = "shell.foreign-code", .any_option = true},
    Program{.names = "mvn mvnw gradle gradlew maven",
            .options = {"qXBUoe", "fPDpls", "quiet offline batch-mode no-daemon", "file projects"},
            .any_option = true,
            .verbs = mvn_verbs},
    Program{.names = "npm pnpm yarn cnpm", .judge = judge_npm},
    Program{.names = "npx pnpx bunx", .rule = "shell.script", .any_option = true},
    Program{.names = "pip pipx uv pip-compile pip-sync", .judge = judge_pip, .versioned = true},
    Program{.names = "poetry pipenv conda mamba micromamba hatch pdm flit twine virtualenv venv pyenv rbenv "
                     "nodenv asdf nvm "
                     "rustup sdk volta corepack",
            .judge = judge_environment_tool},
    Program{.names = "cargo", .judge = judge_cargo},
    Program{.names = "go", .judge = judge_go},
    Program{.names = "gem bundle bundler", .judge = judge_gem, .versioned = true},
    Program{.names = "composer", .judge = judge_composer},
    Program{.names = "cpan cpanm cpm luarocks opam cabal stack mix hex nuget dotnet pub dart flutter pear "
                     "pecl raco shards "
                     "nimble spago elm bower tlmgr",
            .judge = judge_environment_tool},
    Program{.names = "ansible", .judge = judge_ansible},
    Program{.names = "ansible-playbook ansible-pull", .judge = judge_ansible_playbook},
    Program{
        .names = "ansible-galaxy ansible-vault ansible-inventory ansible-doc ansible-config ansible-console",
        .judge = judge_ansible_tool},
    Program{.names = "salt salt-call salt-ssh salt-run salt-key", .judge = judge_salt},
    Program{.names = "puppet chef-client chef-solo chef knife facter ohai cfengine cf-agent",
            .judge = judge_puppet},
    Program{.names = "fab cap pssh parallel-ssh pdsh clush dsh mssh pscp.pssh",
            .rule = "shell.script",
            .any_option = true},
};

}  // namespace

std::span<const Program> developer_programs() {
  return rows;
}

}  // namespace mcpssh::guard
