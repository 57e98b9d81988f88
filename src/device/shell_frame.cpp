#include "device/shell_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace mcpssh::device {
namespace {

constexpr std::size_t longest_line = 400;

/// Shell text under construction, broken into short physical lines.
class TypedText {
 public:
  /// Shell code outside of quotes, kept in one piece.
  void code(std::string_view piece) {
    if (column_ + piece.size() > longest_line) break_line();
    out_ += piece;
    column_ += piece.size();
  }

  /// `text` as one single-quoted word; its newlines are kept.
  void quoted(std::string_view text) {
    code("'");
    for (const char c : text) {
      if (column_ + 8 > longest_line) {
        out_ += '\'';
        break_line();
        out_ += '\'';
        column_ = 1;
      }
      if (c == '\'') {
        out_ += "'\\''";
        column_ += 4;
      } else {
        out_ += c;
        column_ = c == '\n' ? 0 : column_ + 1;
      }
    }
    out_ += '\'';
    ++column_;
  }

  std::string finish() && { return std::move(out_) + "\n"; }

 private:
  void break_line() {
    out_ += "\\\n";  // outside of quotes: joins the lines
    column_ = 0;
  }

  std::string out_;
  std::size_t column_ = 0;
};

/// Bytes that a terminal or a line editor takes as they are.
bool types_plainly(char c) {
  return c == '\n' || (c >= 0x20 && c < 0x7f);
}

/// `text` for printf's %b.
std::string percent_b(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (types_plainly(c))
      out += c;
    else
      out += fmt::format("\\0{:03o}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

Nonce Nonce::fresh() {
  return {base::random_hex(6), base::random_hex(6)};
}

// In words: each `command set` and `command unset` may fail by itself (another shell, a read-only variable).
// ksh93 reads multi-line input wrongly when its line editor is off. The newlines keep the typed lines short;
// csh stumbles over each of them, which is fine, because it then comes to the fallback: so none may begin
// with a word that csh waits after. One pair of braces, because bash reads on from the terminal, not in the
// text, once its line editor is off. BusyBox keeps its echo: without it, its ash takes the end of a
// background job for the end of its input and exits.
std::string handshake_text(const Nonce& ready, const Nonce& fallback, const Nonce& prompt) {
  return fmt::format(
      R"sh( eval '{{ command trap - DEBUG 2>/dev/null; printf %s%s {0} {1}
case "${{ZSH_VERSION-}}" in ?*) printf zsh
eval "unsetopt zle prompt_sp prompt_cr banghist; setopt prompt_subst; unset HISTFILE RPROMPT RPS1"
eval "trap - DEBUG; precmd_functions=() preexec_functions=(); unset -f precmd preexec" 2>/dev/null
PS1={4}; PS1="${{PS1}}{5}\$?;" PS2=
;; *)
case "${{KSH_VERSION-}}" in *93*) printf std ;; *MIRBSD*) printf mksh ;; *)
case "$(readlink /proc/$$/exe 2>/dev/null)" in *busybox*) printf ash ;; *) printf std ;; esac ;; esac
case "${{KSH_VERSION-}}" in *93*) ;; *) command set +o emacs 2>/dev/null; command set +o vi 2>/dev/null
command set +o gmacs 2>/dev/null ;; esac
command set +o history 2>/dev/null; command set +o histexpand 2>/dev/null
command unset HISTFILE 2>/dev/null; command unset PROMPT_COMMAND 2>/dev/null; command unset PS0 2>/dev/null
command eval "PS1={4}; PS1=\"\${{PS1}}{5}\\\$?;\" PS2=" 2>/dev/null
;; esac
export PAGER=cat GIT_PAGER=cat SYSTEMD_PAGER=cat MANPAGER=cat
(: >/dev/tty) 2>/dev/null && printf ,tty || printf ,out
case "$(readlink /proc/$$/exe 2>/dev/null)" in *busybox*) printf ",echo;" ;;
*) stty -echo 2>/dev/null && printf ",quiet;" || printf ",echo;" ;; esac; }}'
echo {2}''{3} $SHELL
)sh",
      ready.first, ready.second, fallback.first, fallback.second, prompt.first, prompt.second);
}

std::optional<ShellTraits> parse_traits(std::string_view text) {
  if (!text.ends_with(';')) return std::nullopt;
  text.remove_suffix(1);
  const auto parts = base::split(text, ',');
  if (parts.size() != 3) return std::nullopt;
  constexpr std::array<std::string_view, 4> kinds{"zsh", "mksh", "ash", "std"};
  if (std::ranges::find(kinds, parts[0]) == kinds.end()) return std::nullopt;
  return ShellTraits{.zsh = parts[0] == "zsh",
                     .mksh = parts[0] == "mksh",
                     .has_tty = parts[1] == "tty",
                     .quiet = parts[2] == "quiet"};
}

std::expected<std::string, base::Error> framed_text(std::string_view text, const ShellTraits& shell,
                                                    const Frame& frame) {
  if (text.contains('\0'))
    return std::unexpected(base::Error(base::ErrorCode::invalid_argument,
                                       "a shell command cannot hold a NUL byte",
                                       "send the command without it"));
  const std::string_view builtin = shell.zsh ? R"(\builtin )" : R"(\command )";
  const std::string_view eval = shell.zsh    ? R"(\builtin eval )"
                                : shell.mksh ? R"(\eval )"
                                             : R"(\command eval )";
  const std::string_view out = shell.has_tty ? " >/dev/tty" : "";
  TypedText typed;
  typed.code(" ");  // keeps it out of the history where that is the rule
  if (frame.turn_echo_off) typed.code("stty -echo 2>/dev/null; ");
  typed.code(fmt::format(R"({}'PS1={}; PS1="${{PS1}}{}\$?;" PS2=' 2>/dev/null || :; )", eval,
                         frame.prompt.first, frame.prompt.second));
  typed.code(fmt::format("{}printf %s%s {} {}{}; ", builtin, frame.begin.first, frame.begin.second, out));
  if (frame.last_exit != 0) typed.code(fmt::format("(exit {}) || ", frame.last_exit));
  typed.code(eval);
  if (std::ranges::all_of(text, types_plainly)) {
    typed.quoted(text);
  } else {
    typed.code(fmt::format(R"("$({}printf %b )", builtin));
    typed.quoted(percent_b(text));
    typed.code(")\"");
  }
  typed.code(
      fmt::format(R"(; {}printf '%s%s%d;' {} {} "$?"{})", builtin, frame.end.first, frame.end.second, out));
  return std::move(typed).finish();
}

}  // namespace mcpssh::device
