#!/usr/bin/env bash
# product.sh MCP-SSH RESULTS: those scenarios of the public conformance suite that need no tools of their own, against
# `mcp-ssh serve` itself over HTTP with a token. Needs node 22 and the npm packages of package.json beside this file.
set -euo pipefail
# shellcheck source=tests/conformance/begin.sh
. "$(dirname "$(readlink -f "$0")")/begin.sh"
export MCP_AUTH_TOKEN=the-token-of-the-conformance-run HOME=$results XDG_STATE_HOME=$results/state XDG_CONFIG_HOME=$results

legacy=(server-initialize server-session-lifecycle ping tools-list server-sse-multiple-streams resources-list prompts-list
  dns-rebinding-protection)
modern=(tools-list server-sse-multiple-streams resources-list prompts-list sep-2164-resource-not-found
  dns-rebinding-protection caching http-header-validation http-custom-header-server-validation
  input-required-result-unsupported-methods)

cat >"$results/hosts.yaml" <<'YAML'
hosts:
  web1:
    host: 127.0.0.1
    user: nobody
    auth: {method: agent}
YAML
chmod 600 "$results/hosts.yaml"
coproc SERVER { exec "$server" serve --config "$results/hosts.yaml" --http 127.0.0.1:0 2>&1; }
started=("$SERVER_PID")
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true' EXIT
url=
exec {said}<&"${SERVER[0]}"  # children do not get a coproc's own descriptor
while [ -z "$url" ] && read -r -t 20 line <&"$said"; do
  echo "$line" >>"$results/server.log"
  url=$(sed -n 's/.*MCP is served on \(http[^ ]*\).*/\1/p' <<<"$line")
done
[ -n "$url" ] || { echo "$server did not start:"; cat "$results/server.log"; exit 1; }
cat <&"$said" >>"$results/server.log" &
started+=($!)
exec {proxied}< <(exec node "$here/with_token.mjs" "$url")
started+=($!)
read -r -t 20 url <&"$proxied" || { echo "the proxy did not start"; exit 1; }

# scenarios REVISION NAME...
scenarios() {
  local revision=$1 name log ok=0
  shift
  for name in "$@"; do
    log="$results/$revision-$name.log"
    if timeout --kill-after=10 120 node "$here/node_modules/conformance-0.2/dist/index.js" server --url "$url" \
      --scenario "$name" --spec-version "$revision" -o "$results/$revision" >"$log" 2>&1 &&
      grep -qE '^Passed: [1-9]' "$log"; then
      ok=$((ok + 1))
    else
      echo "$revision $name FAILED:"
      tail -20 "$log"
      bad=1
    fi
  done
  printf '%-12s %s of %s scenarios of mcp-ssh itself\n' "$revision" "$ok" "$#"
  node "$here/findings.mjs" "$results/$revision"
}

scenarios 2025-11-25 "${legacy[@]}"
scenarios 2026-07-28 "${modern[@]}"
exit $bad
