#!/usr/bin/env bash
# The packages of a release build: packaging/build.sh BUILD OUT. Run by `./dev package`.
#
#   mcp-ssh_VERSION_amd64.deb              Debian 12
#   mcp-ssh-VERSION-linux-x86_64.tar.gz    other distributions: the program and the libraries they may lack
#   mcp-ssh-VERSION-linux-x86_64.mcpb      the same for clients that install MCP bundles
#   server.json                            the entry for the MCP registry, about that bundle
#   SHA256SUMS
#
# SOURCE_DATE_EPOCH is the time in the Debian package and the tarball.
set -euo pipefail
build=$(readlink -f "$1")
mkdir -p "$2"
out=$(readlink -f "$2")
cd "$(dirname "$(readlink -f "$0")")/.."
version=$(sed -n 's/^project(mcp-ssh VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
name="mcp-ssh-$version-linux-$(uname -m)"
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debian_package() {
  cpack --config "$build/packaging/CPackConfig.cmake" -B "$work/cpack" >"$work/cpack.log" 2>&1 ||
    { cat "$work/cpack.log" >&2; return 1; }
  cp "$work"/cpack/*.deb "$out"
}

# What every Linux of the last years has: glibc, and the compiler's runtime. Older ones cannot be helped by bringing ours, which
# want a newer glibc than the program itself.
system_packages='^(libc6|libstdc\+\+6|libgcc-s1)$'

# libraries PROGRAM: "soname path package" of each it needs, also through others, that is not the system's.
libraries() {
  local soname path package
  ldd "$1" | awk '$2 == "=>" { print $1, $3 }' | sort | while read -r soname path; do
    path=$(readlink -f "$path")
    # With its directory: 32-bit libraries have the same names in others.
    package=$(dpkg-query -S "*/$(basename "$(dirname "$path")")/$(basename "$path")" | head -1)
    package=${package%%:*}
    [[ $package =~ $system_packages ]] || echo "$soname $path $package"
  done
}

# needs PREFIX FILE...: the newest version of a symbol they want, 2.35 of GLIBC_2.35.
needs() {
  local prefix=$1
  shift
  objdump -T "$@" | grep -oE "\(${prefix}_[0-9.]+" | sed 's/.*_//' | sort -Vu | tail -1
}

# What docs/packages.md promises to run on.
promised_glibc=2.35 promised_glibcxx=3.4.30

# at_most WHAT NEEDED PROMISED
at_most() {
  [ "$(printf '%s\n' "$2" "$3" | sort -V | tail -1)" = "$3" ] ||
    { echo "the tarball needs $1 $2; docs/packages.md promises that $3 is enough" >&2; return 1; }
}

# The tree of the tarball and the bundle.
relocatable() {
  local tree=$1 soname path package glibc glibcxx
  mkdir -p "$tree"/{bin,lib,licences}
  install --strip -m 0755 "$build/mcp-ssh" "$tree/bin/"
  libraries "$build/mcp-ssh" >"$work/libraries"
  while read -r soname path package; do
    install -m 0644 "$path" "$tree/lib/$soname"
    install -m 0644 "/usr/share/doc/$package/copyright" "$tree/licences/$package"
    dpkg-query -W -f='${Package} ${Version}, source package ${source:Package} ${source:Version}\n' "$package"
  done <"$work/libraries" | sort -u >"$tree/licences/SOURCES"
  # RPATH and not RUNPATH: it counts also for what the libraries need from each other, and they stay Debian's, byte for byte.
  # shellcheck disable=SC2016  # the loader's $ORIGIN, not ours
  patchelf --force-rpath --set-rpath '$ORIGIN/../lib' "$tree/bin/mcp-ssh"
  glibc=$(needs GLIBC "$tree"/bin/* "$tree"/lib/*) glibcxx=$(needs GLIBCXX "$tree"/bin/* "$tree"/lib/*)
  at_most glibc "$glibc" "$promised_glibc"
  at_most libstdc++ "$glibcxx" "$promised_glibcxx"
  cp LICENSE hosts.example.yaml "$tree"
  sed "s/@VERSION@/$version/g; s/@GLIBC@/$glibc/; s/@GLIBCXX@/$glibcxx/" packaging/tarball/README.md >"$tree/README.md"
}

tarball() {
  relocatable "$work/$name"
  tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

# The bundle and its entry in the registry, by the public tool.
bundle() {
  local tree="$work/bundle" mcpb=build/mcpb/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js
  mkdir "$tree"
  cp -a "$work/$name" "$tree/server"
  python3 packaging/mcpb/describe.py manifest "$tree/server/bin/mcp-ssh" "$version" >"$tree/manifest.json"
  node "$mcpb" validate "$tree/manifest.json"
  node "$mcpb" pack "$tree" "$out/$name.mcpb" >"$work/pack.log" || { cat "$work/pack.log" >&2; return 1; }
  python3 packaging/mcpb/describe.py registry "$out/$name.mcpb" "$version" >"$out/server.json"
}

debian_package
tarball
bundle
(cd "$out" && sha256sum -- *.deb *.tar.gz *.mcpb server.json >SHA256SUMS)
ls -l "$out"
