#!/bin/sh
# tests/fuzz/seed_guard.sh TARGET FOLDER: the labelled commands of the unit tests as inputs of a guard target.
set -eu
cases=$(dirname "$0")/../unit/guard/cases.txt
awk -v target="$1" -v folder="$2" '
  /^#/ || NF == 0 { next }
  {
    split($0, part, " [|] ")
    command = $0
    for (i = 0; i < 3; i++) sub(/^[^|]* [|] /, "", command)
    gsub("\342\220\244", "\n", command)
    device = part[1] ~ /^cli/
    if (device != (target == "guard_device")) next
    head = ""
    if (device) { head = substr(part[1], 5) "\n" }
    if (target == "guard_rules") { split(command, word, " "); head = word[1] " " (NR % 2 ? word[2] " **" : "**") "\n" }
    file = folder "/case" NR
    printf "%s%s", head, command > file
    close(file)
  }' "$cases"
