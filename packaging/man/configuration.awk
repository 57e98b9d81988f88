# docs/configuration.md as mcp-ssh-hosts.yaml(5), in roff: awk -f configuration.awk docs/configuration.md
function plain(text) {
  gsub(/\\/, "\\e", text)
  gsub(/\[[^\]]*\]\([^)]*\)/, "&\001", text)
  while (match(text, /\[[^\]]*\]\([^)]*\)\001/)) {
    link = substr(text, RSTART, RLENGTH)
    label = substr(link, 2, index(link, "](") - 2)
    text = substr(text, 1, RSTART - 1) label substr(text, RSTART + RLENGTH)
  }
  gsub(/-/, "\\-", text)
  gsub(/~/, "\\(ti", text)
  gsub(/\^/, "\\(ha", text)
  gsub(/'/, "\\(aq", text)
  gsub(/"/, "\\(dq", text)
  return text
}
function marked(text, parts, count, i, out) {
  text = plain(text)
  gsub(/\*\*/, "", text)
  count = split(text, parts, "`")
  out = parts[1]
  for (i = 2; i <= count; i++) out = out (i % 2 == 0 ? "\\fB" : "\\fR") parts[i]
  gsub(/`/, "\\(ga", out)
  return out ~ /^[.]/ ? "\\&" out : out
}
BEGIN {
  print ".TH MCP\\-SSH\\-HOSTS.YAML 5 \"\" \"mcp\\-ssh\" \"File Formats\""
  print ".SH NAME\nmcp\\-ssh\\-hosts.yaml \\- the hosts and settings of mcp\\-ssh(1)"
  print ".SH DESCRIPTION"
}
/^```/ { code = !code; print code ? ".PP\n.EX" : ".EE"; next }
code { line = plain($0); print (line ~ /^[.]/ ? "\\&" : "") line; next }
/^# / { next }
/^## / { print ".SH \"" marked(substr($0, 4)) "\""; next }
/^### / { print ".SS \"" marked(substr($0, 5)) "\""; next }
/^\| *key *\|/ || /^\|[- |]*\|$/ { next }
/^\|/ {
  row = $0
  gsub(/\\\|/, "\002", row)
  split(row, cells, "|")
  for (i in cells) { gsub(/^ +| +$/, "", cells[i]); gsub(/\002/, "|", cells[i]) }
  print ".TP\n" marked(cells[2])
  given = cells[3] == "" ? "" : cells[3] ~ /^required/ ? " (" marked(cells[3]) ")" : " (default: " marked(cells[3]) ")"
  print marked(cells[4]) given
  next
}
/^[0-9]+\. / { print ".IP " $1 " 3"; sub(/^[0-9]+\. /, ""); print marked($0); next }
/^- / { print ".IP \\(bu 2\n" marked(substr($0, 3)); next }
/^$/ { if (!blank) print ".PP"; blank = 1; next }
{ print marked($0) }
{ blank = 0 }
END { print ".SH SEE ALSO\n.BR mcp\\-ssh (1)" }
