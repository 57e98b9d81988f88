# shellcheck shell=bash
# A shell on a terminal: keys go in as a person types them, the screen is read as a person sees it. To be sourced when $work is a
# directory of the script's own.
: "${work:?}"

# The shell's PS1: the number of the command to come, and how the last one ended.
# shellcheck disable=SC2034  # the command of open_terminal sets it
prompt='[desk \# $?]\$ '
# `limit`: seconds that something may take to show.
commands=0 drawn='' limit=120

on_terminal() { LC_ALL=C.UTF-8 tmux -u -S "$work/terminal" -f "$work/terminal.conf" "$@"; }

# open_terminal COMMAND...: one that ends in a shell with that prompt.
open_terminal() {
  printf '%s\n' 'set -g status off' 'set -g escape-time 0' 'set -g default-terminal screen-256color' 'set -g remain-on-exit on' \
    'set -g history-limit 10000' >"$work/terminal.conf"
  [ -p "$work/drawn" ] || mkfifo "$work/drawn"
  exec {drawn}<>"$work/drawn"
  on_terminal new-session -d -x 100 -y 30 -- "$@"
  # Whatever is drawn comes by here, so that nobody has to look again and again.
  on_terminal pipe-pane "exec cat >'$work/drawn'"
  commands=1
  sees "[desk 1 0]"
}

leave_terminal() {
  [ -n "$drawn" ] || return 0
  on_terminal kill-server || true
  exec {drawn}>&-
  drawn=''
}

press() { on_terminal send-keys "$@"; }
type_text() { on_terminal send-keys -l -- "$1"; }

# enter_line COMMAND: to the shell, which has ended what was there before.
enter_line() {
  type_text "$1"
  press Enter
  commands=$((commands + 1))
}

# What is on the screen, and above it what scrolled away since the last line that was entered.
screen() {
  on_terminal capture-pane -p -J -S - | awk -v prompt="[desk $((commands - 1)) " '
    index($0, prompt) == 1 { text = "" }
    { text = text $0 "\n" }
    END { sub(/\n+$/, "\n", text); printf "%s", text }'
}

# sees TEXT: as soon as the screen has it; otherwise what it has instead.
sees() {
  local end=$((SECONDS + limit))
  until screen | grep -qF -- "$1"; do
    if [ $SECONDS -ge $end ] || ! timeout $((end - SECONDS)) dd bs=65536 count=1 status=none <&"$drawn" >/dev/null; then
      screen
      echo "the screen never showed: $1"
      return 1
    fi
  done
}

# ended STATUS: the line that was entered, which is shown.
ended() {
  sees "[desk $commands "
  screen
  screen | grep -qF "[desk $commands $1]" || { echo "it did not end with $1"; return 1; }
}
