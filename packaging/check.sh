#!/usr/bin/env bash
# Do the packages do what they promise? packaging/check.sh OUT, as root; run by `./dev package-check`.
# lintian; the Debian package in a fresh Debian 12: installed, used, removed, purged; the tarball in Debian 12 and 13.
set -euo pipefail
out=$(readlink -f "$1")
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/checks.sh
. packaging/checks.sh
work=$(mktemp -d)
trap 'told $?; rm -rf --one-file-system "$work"' EXIT

# --- the Debian package --------------------------------------------------------------------------------------------
checksums() { (cd "$out" && sha256sum --quiet --check SHA256SUMS); }
lintian_finds_no_error() { lintian --allow-root --fail-on error "$1"; }

# What a package may leave behind: what dpkg, apt and the account tools write about themselves.
files_of() {
  find "$1" -xdev \( -path "$1/proc" -o -path "$1/dev" -o -path "$1/run" -o -path "$1/tmp" -o -path "$1/var/cache" -o -path "$1/var/log" \
    -o -path "$1/var/lib/dpkg" -o -path "$1/var/lib/apt" -o -path "$1/var/lib/systemd/deb-systemd-helper-enabled" \) -prune -o \
    ! -path "$1/etc/*-" ! -path "$1/etc/.pwd.lock" ! -path "$1/etc/ld.so.cache" -printf '%P %y %m %U %G\n' | sort
}
accounts_of() { cat "$1"/etc/passwd "$1"/etc/group; }

it_installs() {
  files_of "$root" >"$work/files.before"
  accounts_of "$root" >"$work/accounts.before"
  cp "$deb" "$root/tmp/mcp-ssh.deb"
  inside "$root" apt-get update -qq
  inside "$root" apt-get install -qq -y --no-install-recommends /tmp/mcp-ssh.deb >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; return 1; }
  inside "$root" mcp-ssh --version
  inside "$root" id mcp-ssh
  [ -e "$root/usr/share/man/man1/mcp-ssh.1.gz" ]
  [ -e "$root/usr/share/man/man5/mcp-ssh-hosts.yaml.5.gz" ]
  [ -e "$root/usr/share/bash-completion/completions/mcp-ssh" ]
  [ "$(stat -c '%a %u' "$root/etc/mcp-ssh")" = "750 0" ]
}

# As the unit starts it, without systemd: the service's user, its environment, a hosts.yaml only its group may read.
it_serves() {
  install -m 0640 hosts.example.yaml "$root/etc/mcp-ssh/hosts.yaml"
  inside "$root" chgrp mcp-ssh /etc/mcp-ssh/hosts.yaml
  inside "$root" install -d -m 0700 -o mcp-ssh -g mcp-ssh /var/lib/mcp-ssh
  # shellcheck disable=SC2016
  inside "$root" setpriv --reuid mcp-ssh --regid mcp-ssh --init-groups --no-new-privs env HOME=/var/lib/mcp-ssh \
    XDG_STATE_HOME=/var/lib MCP_SSH_CONFIG=/etc/mcp-ssh/hosts.yaml sh -euc '
      mcp-ssh token add check >/dev/null
      mkfifo /tmp/log
      mcp-ssh serve --http 127.0.0.1:18000 2>/tmp/log &
      exec 3</tmp/log
      while read -r line <&3; do
        echo "$line"
        case $line in *"MCP is served"*) break ;; esac
      done
      mcp-ssh healthcheck http://127.0.0.1:18000
      kill -TERM $!
      wait $!
      mcp-ssh audit verify'
}

it_plays_the_demo() { inside "$root" setpriv --reuid nobody --clear-groups env HOME=/tmp mcp-ssh demo >"$work/demo.log"; }

removing_keeps_the_administrators_files() {
  inside "$root" apt-get remove -qq -y mcp-ssh >/dev/null
  [ -e "$root/etc/mcp-ssh/hosts.yaml" ]
  [ -e "$root/var/lib/mcp-ssh/audit.jsonl" ]
  [ ! -e "$root/usr/bin/mcp-ssh" ]
  inside "$root" apt-get install -qq -y --no-install-recommends /tmp/mcp-ssh.deb >/dev/null 2>&1
  inside "$root" apt-get install -qq -y --reinstall /tmp/mcp-ssh.deb >/dev/null 2>&1
}

# Stays as empty as it was: files, modes, owners and accounts.
purging_leaves_nothing() {
  inside "$root" apt-get purge -qq -y --auto-remove mcp-ssh >/dev/null
  files_of "$root" >"$work/files.after"
  accounts_of "$root" >"$work/accounts.after"
  diff "$work/files.before" "$work/files.after"
  diff "$work/accounts.before" "$work/accounts.after"
}

# --- the tarball ---------------------------------------------------------------------------------------------------
# it_runs_on RELEASE: in a minimal system that lacks every library but the system's own.
it_runs_on() {
  local root="$work/$1" tree
  fresh "$1" "$root"
  tar -xzf "$tarball" -C "$root/opt"
  tree=$(basename "$tarball" .tar.gz)
  # shellcheck disable=SC2016
  inside "$root" setpriv --reuid nobody --clear-groups env HOME=/tmp sh -euc '
    "$1/bin/mcp-ssh" --version
    ! ldd "$1/bin/mcp-ssh" | grep "not found"
    "$1/bin/mcp-ssh" demo >/tmp/demo.log' sh "/opt/$tree"
  rm -rf --one-file-system "$root"
}

deb=$(echo "$out"/mcp-ssh_*.deb)
tarball=$(echo "$out"/mcp-ssh-*.tar.gz)
root="$work/debian-package"
fresh bookworm "$root"
story "the checksums are of these files" checksums
story "lintian finds no error" lintian_finds_no_error "$deb"
story "the Debian package installs on a bare Debian 12" it_installs
story "it serves as the service's user" it_serves
story "anybody can play the demo" it_plays_the_demo
story "removing keeps the administrator's files" removing_keeps_the_administrators_files
story "purging leaves nothing behind" purging_leaves_nothing
story "the tarball runs on Debian 12" it_runs_on bookworm
story "the tarball runs on Debian 13" it_runs_on trixie
