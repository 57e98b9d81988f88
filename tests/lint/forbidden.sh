#!/usr/bin/env bash
# Things the house does not do, found by their text. Exceptions stand in allowed.txt, each with its reason.
set -euo pipefail
cd "$(dirname "$0")/../.."
allowed=tests/lint/allowed.txt
bad=0

# The lines of FILE... that match PATTERN outside // comments and string literals, as file:line:text.
# Literal suffixes (10s, "x"sv) are the one namespace a header may open.
matches() {
  local pattern=$1
  shift
  [ $# -gt 0 ] || return 0
  awk -v pattern="$pattern" '{
      code = $0
      if (code !~ /^ *# *include/) gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
      sub(/\/\/.*/, "", code)
      sub(/using namespace [a-z_:]*literals;/, "", code)
    }
    code ~ pattern { print FILENAME ":" FNR ":" $0 }' "$@"
}

# forbid RULE PATTERN WHY FILE...: every match is an error unless allowed.txt names the file for this rule.
forbid() {
  local rule=$1 pattern=$2 why=$3 line file
  shift 3
  while IFS= read -r line; do
    file=${line%%:*}
    if grep -qE "^$rule +\| +$file +\| +[^ ]" "$allowed"; then
      echo "$rule $file" >>"$used"
      continue
    fi
    echo "$line"
    echo "    $rule: $why"
    bad=1
  done < <(matches "$pattern" "$@")
}

used=$(mktemp)
trap 'rm -f "$used"' EXIT
mapfile -t sources < <(find src -name '*.hpp' -o -name '*.cpp' | sort)
mapfile -t tests < <(find tests bench -path '*/node_modules' -prune -o \( -name '*.hpp' -o -name '*.cpp' \) -print | sort)
mapfile -t headers < <(printf '%s\n' "${sources[@]}" "${tests[@]}" | grep '\.hpp$')
mapfile -t outside_ssh < <(printf '%s\n' "${sources[@]}" | grep -vE '^src/(ssh|lab)/')

forbid co_spawn '(^|[^_[:alnum:]])co_spawn *\(' \
  'a spawned coroutine needs an owner that ends it, on its own executor; threads are crossed by base::hop' "${sources[@]}"
forbid detached 'asio::detached([^_[:alnum:]]|$)' \
  'detached work has no owner that waits for its end' "${sources[@]}"
forbid detach '\.detach *\( *\)' 'a detached thread outlives its owner' "${sources[@]}" "${tests[@]}"
forbid sleep '(sleep_for|sleep_until|(^|[^_[:alnum:]])(u|nano)?sleep) *\(' \
  'wait for the event, not for time to pass' "${sources[@]}" "${tests[@]}"
forbid shell '(^|[^_[:alnum:]])(system|popen) *\(' 'no command line is ever given to a local shell' "${sources[@]}"
forbid using '^using namespace ' 'a header must not empty a namespace into its readers' \
  "${headers[@]}"
forbid libssh 'include *<libssh' 'only ssh/ and lab/ include libssh' "${outside_ssh[@]}"
forbid skip '(GTEST_SKIP|TEST(_F|_P)? *\([^,]*, *DISABLED_)' 'a skipped story proves nothing' "${tests[@]}"

while IFS= read -r line; do
  echo "$line lines: no file is longer than 500, split it by idea"
  bad=1
done < <(wc -l "${sources[@]}" "${tests[@]}" | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 }')

while IFS='|' read -r rule file _; do
  rule=${rule// /} file=${file// /}
  [[ -z $rule || $rule == \#* ]] && continue
  grep -qx "$rule $file" "$used" || { echo "$allowed: nothing in $file needs the exception '$rule' any more"; bad=1; }
done < <(grep -v '^#' "$allowed")

exit $bad
