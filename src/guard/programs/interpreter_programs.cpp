// Languages: a script file, code on the command line, or a prompt.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/programs/languages.hpp"
#include "guard/programs/telling.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

/// How a language takes its programs. Letters may stand in one cluster.
struct Language {
  std::string_view names;
  std::string_view code;         ///< letters of options that bring code
  std::string_view valued = {};  ///< letters whose value is the next word
  std::string_view long_code = {};
  std::string_view long_valued = {};
  std::string_view looks = {};  ///< options with which nothing runs: versions, syntax checks
  std::string_view loads = {};  ///< options that load code from a file or module
};

constexpr std::array languages{
    Language{"python python2 python3 pypy pypy3 micropython",
             "c",
             "WXQ",
             {},
             "check-hash-based-pycs",
             "V VV version h help ?",
             {}},
    Language{"perl raku", "eE", "", {}, {}, "v V version h help", "M m I d"},
    Language{"ruby jruby truffleruby",
             "e",
             "",
             {},
             "encoding external-encoding internal-encoding",
             "v version h help c copyright",
             "r I"},
    Language{"node nodejs",
             "ep",
             "",
             "eval print",
             {},
             "v version h help check c v8-options",
             "r require import loader"},
    Language{"deno bun tsx ts-node", "e", "", "eval print", {}, "v version V h help", "r require preload"},
    Language{"php php-cli", "rBRE", "dc", "run process-begin process-code process-end", "define php-ini",
             "v version i info m modules ini h help l syntax-check rf rc re ri", "z F process-file"},
    Language{"lua luajit texlua", "e", "", {}, {}, "v", "l"},
    Language{"tclsh wish jimsh", "", "", {}, {}, "version", {}},
    Language{"expect", "c", "", {}, {}, "v version", {}},
    Language{"Rscript R octave octave-cli julia scilab maxima",
             "eE",
             "",
             "eval print exec-code",
             {},
             "version help v h",
             "L load"},
    Language{"fish csh tcsh elvish nu xonsh oil osh es rc yash",
             "c",
             "o",
             "command init-command commands execute",
             {},
             "version v help n no-execute",
             "C"},
    Language{
        "pwsh powershell", "ce", "", "Command EncodedCommand command", {}, "Version version Help help h", {}},
    Language{"ipython bpython ptpython jupyter-console", "c", "", {}, {}, "version V help", {}},
    Language{"guile sbcl clisp clojure clj racket chez scheme gosh janet fennel hy",
             "ce",
             "",
             "eval",
             {},
             "version v help V",
             "l load"},
    Language{"erl elixir iex escript", "e", "", "eval", {}, "version v help", "s r pa"},
    Language{"groovy scala kotlin kotlinc jshell ghci runghc runhaskell ocaml utop swift crystal",
             "e",
             "",
             "eval",
             {},
             "version help v",
             {}},
    Language{"gnuplot", "ec", "", {}, {}, "version V help h", {}},
    Language{"irb pry byebug rdb psysh tinker", "e", "", "exec", {}, "version v help", {}},
    Language{"osascript", "e", "l", {}, {}, {}, {}},
};

const Language* find_language(std::string_view name) {
  const auto plain = name.substr(0, name.find_last_not_of("0123456789.") + 1);
  for (const Language& language : languages)
    if (has_name(language.names, name) || has_name(language.names, plain)) return &language;
  return nullptr;
}

/// python -m json.tool [IN [OUT]]
void judge_in_out(const Call& call, std::size_t from, bool writes) {
  std::size_t files = 0;
  for (std::size_t at = from; at < call.words.size(); ++at) {
    const Field& word = call.words[at];
    if (word.known_prefix().starts_with('-') && word.size() > 1) {
      if (word.text() == "--indent") ++at;
      continue;
    }
    if (++files == 2 && writes)
      writes_file(call, word, Writing::replace);
    else
      reads_file(call, word);
  }
}

/// python -m MODULE: some only show, one serves, one is pip.
void judge_module(const Call& call, std::size_t at) {
  const std::string_view module =
      at < call.words.size() && call.words[at].literal() ? std::string_view(call.words[at].text()) : "";
  constexpr std::array<std::string_view, 10> looks{"json.tool", "platform", "calendar", "this", "sysconfig",
                                                   "tabnanny",  "site",     "tokenize", "ast",  "dis"};
  constexpr std::array<std::string_view, 9> builds{"unittest",   "pytest", "compileall", "py_compile", "venv",
                                                   "virtualenv", "build",  "black",      "ensurepip"};
  if (module == "json.tool" || module == "tokenize" || module == "ast")
    return judge_in_out(call, at + 1, module == "json.tool");
  if (is_one_of(module, looks)) return;
  if (is_one_of(module, builds)) return call.does("dev.build");
  if (module == "pip") return call.out.runs(tail(call.words, at));
  if (module == "http.server" || module == "SimpleHTTPServer") return call.does("network.serve");
  if (module == "zipfile" || module == "tarfile") {
    if (has_word(call, "-l") || has_word(call, "--list") || has_word(call, "-t")) return;
    // -e ARCHIVE [DIRECTORY], -c ARCHIVE FILES
    const bool unpacks = has_word(call, "-e") || has_word(call, "--extract");
    if (at + 2 < call.words.size() && call.words[at + 1].known_prefix().starts_with('-')) {
      const Field& target = unpacks ? call.words.back() : call.words[at + 2];
      if (!unpacks || at + 3 < call.words.size()) writes_file(call, target, Writing::change);
    }
    return call.does("fs.write");
  }
  call.does("shell.script", fmt::format("{} runs the module {}", call.name, base::printable(module, 40)));
}

void runs_script(const Call& call, const Field& script) {
  if (script.opaque())
    call.does("shell.opaque-code", fmt::format("{} runs a script known only at run time", call.name));
  else
    call.does("shell.script",
              fmt::format("{} runs the script {}", call.name, base::printable(script.text(), 60)));
}

void runs_code(const Call& call) {
  call.does("shell.foreign-code", fmt::format("{} runs code the guard does not read", call.name));
}

void reads_program(const Call& call) {
  if (call.out.has_input())
    call.does("shell.foreign-code", fmt::format("{} runs what it reads from its input", call.name));
  else
    call.does("shell.interactive", fmt::format("{} reads its program from its input", call.name));
}

/// What one option word of a language asks for.
enum class Asked { nothing, code, look, module, value, load };

Asked asked_by(const Language& language, std::string_view word) {
  const std::string_view name = word.substr(word.starts_with("--") ? 2 : 1);
  const std::string_view bare = name.substr(0, name.find('='));
  if (has_name(language.looks, bare)) return Asked::look;
  if (has_name(language.long_code, bare)) return Asked::code;
  if (word.starts_with("--")) {
    if (has_name(language.loads, bare)) return Asked::load;
    return has_name(language.long_valued, bare) && !name.contains('=') ? Asked::value : Asked::nothing;
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char letter = name[i];
    if (language.code.contains(letter)) return Asked::code;
    if (letter == 'm' && language.names.starts_with("python")) return Asked::module;
    if (language.valued.contains(letter)) return i + 1 == name.size() ? Asked::value : Asked::nothing;
    if (has_name(language.loads, std::string_view(&letter, 1))) return Asked::load;
  }
  return Asked::nothing;
}

void judge_language(const Call& call) {
  const Language* language = find_language(call.name);
  if (language == nullptr) return runs_code(call);
  bool looked = false;
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const Field& word = call.words[at];
    const std::string_view text = word.text();
    if (word.splits()) return runs_code(call);
    if (text == "-") return reads_program(call);
    if (text.size() < 2 || text[0] != '-') {
      // "node --check file": the file is only looked at.
      if (!looked) runs_script(call, word);
      return;
    }
    if (word.opaque() && word.known_prefix().size() < 2) return runs_code(call);
    switch (asked_by(*language, text)) {
      case Asked::code:
        return runs_code(call);
      case Asked::module:
        return judge_module(call, at + 1);
      case Asked::value:
        ++at;
        break;
      case Asked::load:
        call.does("shell.script", fmt::format("{} loads code by {}", call.name, base::printable(text, 40)));
        break;
      case Asked::look:
        looked = true;
        break;
      case Asked::nothing:
        break;
    }
  }
  if (!looked) reads_program(call);
}

/// php -S serves, php -f FILE runs.
void judge_php(const Call& call) {
  if (has_letter(call, 'S') && !has_word(call, "--")) return call.does("network.serve");
  judge_language(call);
}

void judge_java(const Call& call) {
  if (call.words.size() == 1) return;
  constexpr std::string_view looks =
      "-version --version -help --help -h -? -showversion --show-version --list-modules -XshowSettings "
      "-XX:+PrintFlagsFinal --dry-run --validate-modules -X --help-extra";
  const bool loads = std::ranges::any_of(call.words, [](const Field& word) {
    const std::string_view text = word.text();
    return text.starts_with("-javaagent") || text.starts_with("-agent") || text.starts_with("@") ||
           text.starts_with("-XX:OnError") || text.starts_with("-XX:OnOutOfMemory") ||
           text.starts_with("-XX:Flags") || text.starts_with("-XX:VMOptionsFile") ||
           text.starts_with("--patch-module");
  });
  if (loads) return call.does("shell.script", fmt::format("{} loads code by its options", call.name));
  const bool only_looks = std::all_of(call.words.begin() + 1, call.words.end(),
                                      [&](const Field& word) { return has_name(looks, word.text()); });
  if (only_looks || (call.words.size() <= 4 && has_word(call, "-version"))) return;
  call.does("shell.script", fmt::format("{} runs a program of its own", call.name));
}

/// gdb -ex and its kind run commands; -batch -p only shows when nothing else is asked.
void judge_debugger(const Call& call) {
  if (call.only_help()) return;
  for (std::size_t at = 1; at < call.words.size(); ++at) {
    const std::string_view text = call.words[at].text();
    const bool command = has_name(
                             "-ex --ex -eval-command --eval-command -iex -ix -x --command -command -o -O "
                             "--one-line -s --source",
                             text) ||
                         text.starts_with("-ex=") || text.starts_with("--eval-command=");
    if (!command) continue;
    const std::string_view value =
        at + 1 < call.words.size() ? std::string_view(call.words[at + 1].text()) : "";
    constexpr std::string_view looks =
        "bt backtrace where thread info list print x disassemble quit detach frame set\\ pagination";
    if (!has_name(looks, value.substr(0, value.find(' '))) || value.contains('!') ||
        value.contains("shell") || value.contains('(') || value.contains('|'))
      return call.does("shell.foreign-code", fmt::format("{} runs commands of its own", call.name));
  }
  if (has_word(call, "-batch") || has_word(call, "--batch"))
    return call.does("service.signal", "stops a process while it is looked at");
  opens_prompt(call);
}

constexpr std::array jinfo_effects{OptionEffect{"flag", OptionEffect::Value::nothing, "service.signal"}};

/// "jmap -dump:live,file=PATH PID".
void judge_jmap(const Call& call) {
  constexpr std::string_view file = "file=";
  for (const Field& word : call.words) {
    const auto at = word.text().find(file);
    if (word.text().starts_with("-dump") && at != std::string::npos)
      writes_file(call, word.substr(at + file.size()), Writing::replace);
  }
  call.does("service.signal");
}

constexpr std::array rows{
    Program{.names = "python python2 python3 pypy pypy3 micropython perl raku ruby jruby truffleruby node "
                     "nodejs deno bun tsx "
                     "ts-node lua luajit texlua tclsh wish jimsh expect Rscript R octave octave-cli julia "
                     "scilab maxima fish "
                     "csh tcsh elvish nu xonsh oil osh es yash pwsh powershell ipython bpython ptpython "
                     "guile sbcl clisp "
                     "clojure clj racket chez scheme gosh janet fennel hy erl elixir iex escript groovy "
                     "scala kotlin kotlinc "
                     "jshell ghci runghc runhaskell ocaml utop swift crystal gnuplot irb pry "
                     "byebug psysh "
                     "osascript",
            .judge = judge_language,
            .versioned = true},
    Program{.names = "php php-cli", .judge = judge_php, .versioned = true},
    Program{.names = "java jre javaw", .judge = judge_java},
    Program{.names = "gdb lldb pdb rust-gdb", .judge = judge_debugger},
    Program{.names = "mono wine wine64", .rule = "shell.script", .any_option = true},
    Program{.names = "jinfo",
            .options = {"", "", "flags sysprops", "flag"},
            .any_option = true,
            .option_effects = jinfo_effects},
    Program{.names = "jps jstack jstat jhat javap jdeps luac pydoc pydoc3 ri", .any_option = true},
    Program{.names = "jmap", .judge = judge_jmap},
    Program{.names = "jcmd",
            .rule = "service.signal",
            .judge =
                [](const Call& call) {
                  for (const Field& word : call.words)
                    if (word.text().contains("JVMTI.agent_load"))
                      return call.does("shell.script", "jcmd loads an agent into a running program");
                  call.does("service.signal");
                }},
    Program{.names = "jupyter jupyter-lab jupyter-notebook", .rule = "network.serve", .any_option = true},
};

}  // namespace

std::span<const Program> interpreter_programs() {
  return rows;
}

}  // namespace mcpssh::guard
