# shellcheck shell=bash
# shellcheck disable=SC2034
# begin.sh SERVER RESULTS: sourced by run.sh and product.sh. Empties the results and says where everything is.
set -euo pipefail
server=$(readlink -f "$1")
results=$2
here=$(dirname "$(readlink -f "$0")")
rm -rf "$results"
mkdir -p "$results"
results=$(readlink -f "$results")
bad=0
