#!/usr/bin/env bash
# Does docs/getting-started.md lead a new user to a first answer? packaging/newcomer.sh DEB, as root; run by `./dev newcomer`.
#
# Two bare Debian 12: the newcomer's desk and web1, which has the address of the page in a network of their own. What is typed
# at the desk stands on the page, or on one it leads to, word for word. Node is on PATH, and the MCP client, the protocol's
# Inspector, in tests/integration/clients/node_modules.
set -euo pipefail
deb=$(readlink -f "$1")
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/checks.sh
. packaging/checks.sh
work=$(mktemp -d)
# shellcheck source=packaging/terminal.sh
. packaging/terminal.sh
trap 'end' EXIT
desk="$work/desk" web1="$work/web1" home="$work/desk/home/newcomer" sshd=''

end() {
  told $?
  leave_terminal
  # With it goes all that runs beside it.
  [ -z "$sshd" ] || { kill -KILL "$sshd"; wait "$sshd"; } 2>/dev/null || true
  rm -rf --one-file-system "$work"
}

# --- the page --------------------------------------------------------------------------------------------------------
# reads PAGE: from here on. Somebody who began with getting-started.md has to be led there.
reads() {
  page=docs/$1
  [ "$1" = getting-started.md ] || grep -qF "]($1" docs/getting-started.md ||
    { echo "docs/getting-started.md does not lead to $1"; return 1; }
}

# step COMMAND: typed at the desk, if the page has it: as a line of a fence, where a comment may stand behind it, or between two `.
step() {
  awk -v wanted="$1" '
    /^```/ { fenced = !fenced; next }
    fenced { line = $0; sub(/^\$ /, "", line); sub(/ +# .*/, "", line); if (line == wanted) found = 1 }
    !fenced && index($0, "`" wanted "`") { found = 1 }
    END { exit !found }' "$page" || { echo "$page does not have: $1"; return 1; }
  enter_line "$1"
}

# key KEY: pressed, if the page names it.
declare -A tmux_names=([Insert]=IC [Esc]=Escape)
key() {
  grep -qF "\`$1\`" "$page" || { echo "$page does not name the key $1"; return 1; }
  press "${tmux_names[$1]:-$1}"
}

# --- what is there before ----------------------------------------------------------------------------------------------
# A host of somebody else's: its administrator let `deploy` in with the newcomer's key.
web1_is_there() {
  fresh bookworm "$web1"
  printf '#!/bin/sh\nexit 101\n' >"$web1/usr/sbin/policy-rc.d"  # nothing is started on this machine's port 22
  chmod 755 "$web1/usr/sbin/policy-rc.d"
  inside "$web1" sh -euc '
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends openssh-server >/tmp/install.log 2>&1 || { cat /tmp/install.log; exit 1; }
    useradd --create-home --shell /bin/bash --password "*" deploy
    mkdir -p /run/sshd'
  mkfifo "$work/sshd.log"
  # shellcheck disable=SC2016
  unshare --net --pid --fork --kill-child -- bash -euc '
    . packaging/checks.sh
    ip link set lo up
    ip address add 192.0.2.10/32 dev lo
    inside "$1" /usr/sbin/sshd -D -e -o UsePAM=no -o ListenAddress=192.0.2.10' bash "$web1" >"$work/sshd.log" 2>&1 &
  sshd=$!
  local line='' said
  exec {said}<"$work/sshd.log"
  until [[ $line = *"listening on 192.0.2.10"* ]]; do
    read -r -t 60 line <&"$said"
    echo "$line"
  done
}

# An ordinary user who has a key, as one has who logs in with ssh, and an MCP client with another server.
a_newcomer_is_there() {
  inside "$desk" apt-get install -qq -y --no-install-recommends openssh-client >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; return 1; }
  inside "$desk" useradd --create-home --skel /nowhere --shell /bin/bash newcomer
  # shellcheck disable=SC2016
  inside "$desk" setpriv --reuid newcomer --regid newcomer --init-groups env HOME=/home/newcomer sh -euc '
    ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519
    printf "{\n\t\"theme\": \"dark\",\n\t\"mcpServers\": {\"other\": {\"command\": \"true\"}}\n}" >~/.claude.json'
  # shellcheck disable=SC2016
  inside "$web1" sh -euc 'umask 077; mkdir ~deploy/.ssh; printf "%s\n" "$1" >~deploy/.ssh/authorized_keys; chown -R deploy: ~deploy/.ssh' \
    sh "$(cat "$home/.ssh/id_ed25519.pub")"
  cp -p "$home/.claude.json" "$work/claude.before"
}

# npx less its download: what it would fetch is here already, in the versions of package-lock.json.
npx_is_there() {
  mkdir -p "$desk/usr/local/lib/node_modules"
  touch "$desk/usr/local/bin/node"
  cat >"$desk/usr/local/bin/npx" <<'SH'
#!/bin/sh
package=/usr/local/lib/node_modules/$1 name=${1##*/}
shift
exec node "$package/$(node -p 'require(process.argv[1]).bin[process.argv[2]]' "$package/package.json" "$name")" "$@"
SH
  chmod 755 "$desk/usr/local/bin/npx"
}

# sit_down USER: a shell of theirs at the desk, on a terminal. root's reaches the network, as apt needs it, others' reach web1.
sit_down() {
  local network=(env)
  [ "$1" = root ] || network=(nsenter "--net=/proc/$sshd/ns/net" --)
  # shellcheck disable=SC2016
  open_terminal "${network[@]}" unshare --mount -- bash -euc '
    . packaging/checks.sh
    root=$1 user=$2
    mount --make-rprivate /
    if [ -e "$root/usr/local/bin/npx" ]; then
      mount --bind -o ro "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
      mount --bind -o ro tests/integration/clients/node_modules "$root/usr/local/lib/node_modules"
    fi
    home=$(chroot "$root" getent passwd "$user" | cut -d: -f6)
    inside "$root" setsid --ctty --wait setpriv --reuid "$user" --regid "$user" --init-groups \
      env --chdir="$home" HOME="$home" USER="$user" TERM="$TERM" PS1="$3" bash --noprofile --norc' bash "$desk" "$1" "$prompt"
}

# --- the steps -------------------------------------------------------------------------------------------------------
the_package_installs() {
  fresh bookworm "$desk"
  inside "$desk" apt-get update -qq
  cp "$deb" "$desk/root/"
  reads packages.md
  sit_down root
  step "apt install ./$(basename "$deb")"
  sees "Do you want to continue? [Y/n]"
  press Enter
  ended 0
  leave_terminal
}

a_host_is_added_in_the_manager() {
  sit_down newcomer
  reads getting-started.md
  step "mcp-ssh hosts"
  sees "No hosts yet"
  key Insert
  sees "Add a host"
  type_text web1
  key Enter
  type_text 192.0.2.10
  key Enter
  key Enter  # the port
  type_text deploy
  key F10
  sees "Save this?"
  key Enter
  sees "deploy@192.0.2.10"
  key Esc
  ended 0
  # As the page shows it.
  [ "$(sed -n 's/^+\([^+].*\)/\1/p' "$page")" = "$(cat "$home/.config/mcp-ssh/hosts.yaml")" ]
}

its_key_is_trusted() {
  local fingerprint
  fingerprint=$(inside "$web1" ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
  step "mcp-ssh hosts trust web1"
  sees "Trust it? [y/N]"
  sees "ssh-ed25519 $fingerprint"
  press y Enter
  ended 0
  step "mcp-ssh hosts test web1"
  ended 0
  sees "web1: ok, deploy@192.0.2.10:22, ssh-ed25519 $fingerprint, by publickey (id_ed25519)"
}

doctor_is_green() {
  step "mcp-ssh doctor web1"
  ended 0
  sees "0 warnings, 0 failed"
}

a_client_has_it_installed() {
  step "mcp-ssh install claude-code"
  sees "[y/N]"
  press y Enter
  ended 0
  sees "written: /home/newcomer/.claude.json"
}

a_client_calls_a_tool() {
  step "npx @modelcontextprotocol/inspector --cli --config ~/.claude.json --server ssh --method tools/call --tool-name ssh_run --tool-arg host=web1 --tool-arg command=uptime"
  ended 0
  sees "web1: exit 0 in "
  sees "load average"
}

it_is_on_record() {
  step "mcp-ssh audit tail -n 3"
  ended 0
  sees "end exited 0 | uptime"
  step "mcp-ssh audit verify"
  ended 0
  sees "intact, last hash"
}

undo_brings_the_clients_file_back() {
  not cmp -s "$work/claude.before" "$home/.claude.json"
  step "mcp-ssh install claude-code --undo"
  sees "[y/N]"
  press y Enter
  ended 0
  cmp "$work/claude.before" "$home/.claude.json"
  [ "$(stat -c '%a %U' "$work/claude.before")" = "$(stat -c '%a %U' "$home/.claude.json")" ]
  leave_terminal
}

both_are_there() {
  web1_is_there
  a_newcomer_is_there
  npx_is_there
}

story "the package installs on a bare Debian 12" the_package_installs
story "there are a host, and somebody with a key for it and an MCP client" both_are_there
story "a first host is added on the manager's screen" a_host_is_added_in_the_manager
story "its key is compared and trusted, and the log-in works" its_key_is_trusted
story "doctor is green" doctor_is_green
story "install puts the program into a client's settings" a_client_has_it_installed
story "a real client starts it from there and gets an answer of the host" a_client_calls_a_tool
story "the call is on record, and the record intact" it_is_on_record
story "undo brings the client's settings back, byte for byte" undo_brings_the_clients_file_back
