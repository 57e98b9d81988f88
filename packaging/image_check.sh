#!/usr/bin/env bash
# The image, without a Docker engine: packaging/image_check.sh [PROGRAM], as root; run by `./dev image-check`.
# With PROGRAM, one that was built on Debian 12, the stage that compiles is left out.
#
# buildah follows the Dockerfile, on a Debian 12 that mmdebstrap made in place of the base image from a registry. The result is
# looked at, and run as docker-compose.yml runs it: read-only, without capabilities, as a user that has no account.
set -euo pipefail
program=${1:+$(readlink -f "$1")}
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=packaging/checks.sh
. packaging/checks.sh
mkdir -p build
work=$(mktemp -d "$PWD/build/image.XXXXXX")  # some 10 GB
trap 'end' EXIT
export BUILDAH_ISOLATION=chroot TMPDIR="$work"
store() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
server='' mounted=''

end() {
  told $?
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  [ -z "$mounted" ] || store rm "$mounted" >/dev/null || true
  rm -rf --one-file-system "$work"
}

import_base() {
  local container
  container=$(store from scratch)
  store add --quiet "$container" "$(base bookworm)" / >/dev/null
  store commit --quiet --rm "$container" localhost/debian:12-slim >/dev/null
}

# What somebody's checkout may hold beside what is committed.
canary=canary-$$-$RANDOM
context() {
  mkdir -p "$work/context/deploy/config"
  tar -c --exclude=./build --exclude=node_modules --exclude=./.git . | tar -x -C "$work/context"
  printf 'MCP_AUTH_TOKEN=%s\n' "$canary" >"$work/context/.env"
  printf '# %s\n' "$canary" >"$work/context/deploy/config/hosts.yaml"
}

# The sources get this checkout's path, and the compiler's cache comes along: the build is then one this machine knows.
follow() {
  store build --format docker --network host --build-arg DEBIAN=localhost/debian:12-slim --build-arg "SOURCE=$PWD" --build-arg "LANG=${LANG-}" \
    --volume "$(ccache --get-config cache_dir):/root/.cache/ccache" "$@" "$work/context"
}

# Everything behind the first stage, which becomes a copy of what it would have built.
without_compiling() {
  cp "$program" "$work/context/mcp-ssh"
  echo '!mcp-ssh' >>"$work/context/.dockerignore"
  awk '/^FROM / { stages++ } stages != 1 { print } stages == 1 && /^FROM / { print; print "COPY mcp-ssh /out/mcp-ssh" }' \
    Dockerfile >"$work/context/Dockerfile"
}

it_is_built() {
  if [ -n "$program" ]; then without_compiling; else follow --layers --target build --tag localhost/mcp-ssh:build; fi
  follow --layers="$([ -n "$program" ] && echo false || echo true)" --tag localhost/mcp-ssh:check
}

# look_into IMAGE: its root directory, until the next look.
look_into() {
  [ -z "$mounted" ] || store rm "$mounted" >/dev/null
  mounted=$(store from --pull-never "$1")
  root=$(store mount "$mounted")
}

no_secret_gets_in() {
  look_into localhost/mcp-ssh:build
  [ -e "$root$PWD/CMakeLists.txt" ]
  not grep -rl -- "$canary" "$root$PWD" "$root/out"
  [ ! -e "$root$PWD/.env" ]
  [ ! -e "$root$PWD/docs" ]
}

config() { store inspect --type image --format "{{$1}}" localhost/mcp-ssh:check; }

it_says_how_it_is_run() {
  [ "$(config .Docker.Config.User)" = 1000:1000 ]
  [ "$(config .Docker.Config.Healthcheck.Test)" = "[CMD /usr/bin/mcp-ssh healthcheck]" ]
  [ "$(config .Docker.Config.StopSignal)" = SIGTERM ]
  config .Docker.Config.Env >"$work/environment"
  not grep -iE 'token|secret|passw' "$work/environment"
}

it_has_no_tools_of_the_build() {
  look_into localhost/mcp-ssh:check
  [ ! -e "$root/usr/bin/clang++-19" ]
  [ ! -e "$root$PWD" ]
  [ -z "$(ls "$root/var/lib/apt/lists")" ]
  # Nothing in it becomes another user by being started, but what Debian's base has.
  find "$root" -xdev -perm /6000 -type f -printf '%f\n' | sort >"$work/setuid"
  tar -tvf "$(base bookworm)" | awk '/^-/ && $1 ~ /s/ { n = split($6, part, "/"); print part[n] }' | sort | diff - "$work/setuid"
  du -sh --apparent-size "$root" | cut -f1
}

# in_container COMMAND...: process 1 of a container as compose makes it, but on this machine's network.
in_container() {
  local environment
  mapfile -t environment < <(store inspect --type image --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' \
    localhost/mcp-ssh:check | grep .)
  # shellcheck disable=SC2016
  exec unshare --mount --pid --fork --kill-child -- sh -euc '
    root=$1 volumes=$2
    shift 2
    mount --make-rprivate /
    mount --bind "$root" "$root"
    for volume in config:/etc/mcp-ssh ssh:/home/mcp-ssh/.ssh data:/var/lib/mcp-ssh; do
      mount --bind "$volumes/${volume%%:*}" "$root${volume#*:}"
    done
    mount -o remount,bind,ro "$root"
    mount -o remount,bind,ro "$root/etc/mcp-ssh"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    touch "$root/dev/null"
    mount --bind /dev/null "$root/dev/null"
    mount -o remount,ro "$root/dev"
    exec chroot "$root" /usr/bin/setpriv --reuid 4711 --regid 4712 --clear-groups --inh-caps=-all --bounding-set=-all \
      --no-new-privs env -i "$@"' sh "$root" "$work/volumes" "${environment[@]}" MCP_AUTH_TOKEN="$canary" MCP_PORT=18002 "$@"
}

it_serves() {
  mkdir -p "$work"/volumes/{config,ssh,data}
  cp hosts.example.yaml "$work/volumes/config/hosts.yaml"
  chown -R 4711:4712 "$work/volumes"
  (in_container /usr/bin/mcp-ssh serve) 2>"$work/serve.log" &
  server=$!
  curl --silent --show-error --retry 30 --retry-connrefused --retry-delay 1 --max-time 60 http://127.0.0.1:18002/readyz
  curl --silent --show-error --fail --header "Authorization: Bearer $canary" --header 'Content-Type: application/json' \
    --header 'Accept: application/json, text/event-stream' --max-time 30 http://127.0.0.1:18002/mcp --data-binary \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"check","version":"1"}}}' |
    grep -o '"name":"mcp-ssh"'
}

try_to_write() { (in_container /bin/touch "$1/x") 2>/dev/null; }

it_is_healthy_and_writes_nothing_but_its_volumes() {
  (in_container /usr/bin/mcp-ssh healthcheck)
  (in_container /usr/bin/mcp-ssh audit verify)
  (in_container /usr/bin/mcp-ssh token add laptop) >/dev/null
  [ -s "$work/volumes/data/tokens.json" ]
  local place
  for place in / /usr /home/mcp-ssh /tmp /etc/mcp-ssh /var/tmp /dev/shm; do
    not try_to_write "$place"
  done
  try_to_write /var/lib/mcp-ssh
  [ -z "$(find "$work/volumes/config" -newer "$work/serve.log" -type f)" ]
}

it_ends_when_told() {
  # Of `unshare` and process 1 the second one is told, as `docker stop` does.
  kill -TERM "$(pgrep --parent "$server" | head -1)" 2>/dev/null || kill -TERM "$server"
  wait "$server"
  server=''
}

# As the entry of `mcp-ssh print --via docker` starts it: the image's command, with another MCP_TRANSPORT.
it_serves_one_client_over_stdio() {
  (in_container MCP_TRANSPORT=stdio /usr/bin/mcp-ssh serve) 2>"$work/stdio.log" <<<'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"check","version":"1"}}}' |
    grep -o '"name":"mcp-ssh"' || { cat "$work/stdio.log" >&2; return 1; }
}

story "a Debian 12 for the base image" import_base
context
story "buildah follows the Dockerfile" it_is_built
[ -n "$program" ] || story "no secret beside the sources gets into the build" no_secret_gets_in
story "the image says how it is run" it_says_how_it_is_run
story "the image has no tools of the build" it_has_no_tools_of_the_build
story "it serves, read-only, as a user without an account or capabilities" it_serves
story "it is healthy and writes nothing but its volumes" it_is_healthy_and_writes_nothing_but_its_volumes
story "it ends when it is told" it_ends_when_told
story "it serves one client over stdio" it_serves_one_client_over_stdio
