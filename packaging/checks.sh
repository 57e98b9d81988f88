# shellcheck shell=bash
# Stories and throwaway Debian systems for the checks of packages and image. To be sourced, as root, in the repository's directory.
passed=0 telling=

# story NAME COMMAND...: the first line of it that fails ends everything; `told STATUS` says whose it was.
story() {
  telling=$1
  shift
  printf '\n-- %s\n' "$telling"
  "$@"
  passed=$((passed + 1)) telling=
}
told() {
  [ -z "$telling" ] || printf '\nFAILED: %s\n' "$telling" >&2
  printf '\n%s passed, %s failed\n' "$passed" "$(($1 != 0 || ${#telling} > 0))"
}
# not COMMAND...: where a plain ! would let a success pass unseen.
not() { if "$@"; then return 1; fi; }

# base RELEASE: the path of a tar of its minimal system. Kept in build/chroot for a week, as its packages get updates.
base() {
  local tar="$PWD/build/chroot/$1.tar"
  mkdir -p build/chroot
  if [ -z "$(find "$tar" -mtime -7 2>/dev/null)" ]; then
    # Without the documentation and translations, as Debian's container images are.
    mmdebstrap --quiet --format=tar --variant=apt --dpkgopt='path-exclude=/usr/share/locale/*' "$1" "$tar.new" >&2
    mv "$tar.new" "$tar"
  fi
  echo "$tar"
}

# fresh RELEASE DIRECTORY: a new system there that reaches the network as this one does.
fresh() {
  mkdir -p "$2"
  tar -xf "$(base "$1")" -C "$2"
  cp /etc/resolv.conf /etc/hosts "$2/etc/"
}

# inside DIRECTORY COMMAND...: runs it in there with mounts and processes of its own, which end with it.
inside() {
  local root=$1
  shift
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child -- sh -euc '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    root=$1
    shift
    exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive "$@"' sh "$root" "$@"
}
