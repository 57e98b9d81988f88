// What the shells load: each hands the line over and shows what comes back.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string_view>

#include "cli/completion/complete.hpp"

namespace mcpssh::cli {
namespace {

/// What is typed before Tab was not sent off yet: each script runs only the program that the shell finds by
/// its name, and only from an absolute directory, never the mcp-ssh of the directory somebody happens to be
/// in.
///
/// Readline replaces what follows the last word break, which may stand within a word of ours: web1,@web or
/// --a=b. An @ is such a break and yet belongs to what is replaced.
constexpr std::string_view bash = R"sh(# bash completion for mcp-ssh: source <(mcp-ssh completion bash)
_mcp_ssh() {
  local line="${COMP_LINE:0:COMP_POINT}" word text cut= i
  local -a found=()
  local program
  program=$(type -P mcp-ssh)
  [[ $program == /* && ($1 == "$program" || $1 != */*) ]] || return 0
  while IFS= read -r text; do
    if [[ $text == :files ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do found+=("$word"); done < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
    else
      found+=("${text%%$'\t'*}")
    fi
  done < <("$program" __complete line "$line" 2>/dev/null)
  word="${line##*[[:space:]]}"
  for ((i = ${#word}; i > 0; --i)); do
    text="${word:i-1:1}"
    if [[ $COMP_WORDBREAKS == *"$text"* && "@=:" == *"$text"* ]]; then
      cut="${word:0:i}"
      [[ $text == @ ]] && cut="${word:0:i-1}"
      break
    fi
  done
  COMPREPLY=("${found[@]#"$cut"}")
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *, ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _mcp_ssh mcp-ssh
)sh";

constexpr std::string_view zsh = R"sh(#compdef mcp-ssh
# zsh completion for mcp-ssh: source <(mcp-ssh completion zsh)
_mcp-ssh() {
  local text word about files= program typed=${(Q)words[1]}
  program=$(whence -p mcp-ssh)
  [[ $program == /* && ($typed == $program || $typed != */*) ]] || return 1
  local -a described
  for text in "${(@f)$("$program" __complete words "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    [[ -n $text ]] || continue
    if [[ $text == :files ]]; then
      files=1
      continue
    fi
    word=${text%%$'\t'*} about=
    [[ $text == *$'\t'* ]] && about=${text#*$'\t'}
    described+=("${word//:/\\:}${about:+:$about}")
  done
  (( $#described )) && _describe -V 'mcp-ssh' described
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _mcp-ssh ]]; then
  _mcp-ssh "$@"
else
  compdef _mcp-ssh mcp-ssh
fi
)sh";

constexpr std::string_view fish = R"sh(# fish completion for mcp-ssh: mcp-ssh completion fish | source
function __mcp_ssh_complete
    set -l words (commandline --cut-at-cursor --current-process --tokenize)
    set -l current (commandline --cut-at-cursor --current-token)
    set -l program (command --search mcp-ssh)
    string match --quiet '/*' -- "$program"; or return
    if string match --quiet '*/*' -- "$words[1]"; and test "$words[1]" != "$program"
        return
    end
    for text in ($program __complete words $words[2..-1] "$current" 2>/dev/null)
        if test "$text" = :files
            __fish_complete_path $current
        else
            printf '%s\n' $text
        end
    end
end
complete -c mcp-ssh -f -a '(__mcp_ssh_complete)'
)sh";

}  // namespace

int print_completion(const std::string& shell) {
  std::cout << (shell == "bash" ? bash : shell == "zsh" ? zsh : fish);
  return 0;
}

void add_completion(CLI::App& app, std::function<int()>& chosen, std::string& shell) {
  auto* completion = app.add_subcommand("completion", "Print the completion script of a shell");
  completion->add_option("shell", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([&] { chosen = [&] { return print_completion(shell); }; });
}

}  // namespace mcpssh::cli
