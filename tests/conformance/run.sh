#!/usr/bin/env bash
# run.sh SERVER RESULTS: the public conformance suite against SERVER (`SERVER --port 0` says its URL on stdout). Exits
# non-zero when a scenario that counts fails, and names every failure and warning. Needs node 22 and the npm packages
# of package.json beside this file.
set -euo pipefail
# shellcheck source=tests/conformance/begin.sh
. "$(dirname "$(readlink -f "$0")")/begin.sh"

coproc FIXTURE { exec "$server" --port 0 2>"$results/server.log"; }
pid=$FIXTURE_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true' EXIT
read -r -t 20 url <&"${FIXTURE[0]}" || { echo "$server did not start:"; cat "$results/server.log"; exit 1; }

# suite NAME VERSION arguments...: one run; its log and checks go to $results/NAME.
suite() {
  local name=$1 version=$2 ok=yes
  shift 2
  timeout --kill-after=10 600 node "$here/node_modules/$version/dist/index.js" server --url "$url" "$@" \
    -o "$results/$name" >"$results/$name.log" 2>&1 || ok=no
  if ! grep -qE '^Total: [1-9]' "$results/$name.log"; then
    echo "$name: the suite did not come to its end:"
    tail -20 "$results/$name.log"
    ok=no
  fi
  printf '%-12s %s  %s\n' "$name" "$(sed -n 's/^Total: //p' "$results/$name.log")" "$([ $ok = yes ] && echo ok || echo FAILED)"
  node "$here/findings.mjs" "$results/$name" | tee "$results/$name.findings"
  if grep -q '^  failure tasks-' "$results/$name.findings"; then
    echo "$name: the suite does not score the tasks extension, we do"
    ok=no
  fi
  [ $ok = yes ] || bad=1
}

suite 2025-11-25 conformance-0.2 --requirements 2025-11-25
suite 2026-07-28 conformance-0.2 --requirements 2026-07-28
suite 0.1.16-all conformance-0.1 --suite all
exit $bad
