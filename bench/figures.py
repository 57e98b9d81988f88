#!/usr/bin/env python3
"""What `./dev bench ssh`, `http`, `guard` and `./dev bench` left in build/bench, as a Markdown section: `./dev bench --markdown`.

Ratios, as a machine's milliseconds say little about another's. A row is there when its figures are; none is typed by
hand. With --into FILE the section takes the place of the one in FILE, or stands before "What is not there yet"."""

import argparse
import datetime
import json
import os
import pathlib
import re

HEADING, BEFORE = "## Measured", "## What is not there yet"
PEERS = {  # column → what the benches call it
    "ssh": ("ssh -S", "ssh", "OpenSSH, ssh -S"),
    "asyncssh": ("asyncssh", "asyncssh gather"),
    "paramiko": ("paramiko",),
    "Node ssh2": ("Node ssh2",),
    "pdsh": ("pdsh",),
    "clush": ("clush",),
    "server-everything": ("server-everything",),
    "ssh-mcp": ("ssh-mcp",),
    "mcp-ssh-manager": ("mcp-ssh-manager",),
}
MCP_SERVERS = {"server-everything", "ssh-mcp", "mcp-ssh-manager"}  # their rows come first, in a table of their own
ROWS = [  # file, its row, what is compared, whether more is better, what the row is called, the command
    ("ssh", "warm", "", False, "a command on an open connection", "./dev bench ssh warm"),
    ("ssh", "warm-link", "", False, "a command over a link of 100 ms", "./dev bench ssh warm-link"),
    ("ssh", "cold-link", "", False, "connecting and a command over a link of 100 ms", "./dev bench ssh cold-link"),
    ("ssh", "mcp-servers", "a command", False, "a call of an assistant", "./dev bench ssh mcp-servers"),
    ("ssh", "mcp-servers", "a command over the link", False, "the same over a link of 100 ms", "./dev bench ssh mcp-servers"),
    ("ssh", "mcp-servers", "first answer", False, "from the server's start to its first answer", "./dev bench ssh mcp-servers"),
    ("ssh", "mcp-servers", "memory", False, "memory of the server", "./dev bench ssh mcp-servers"),
    ("ssh", "mcp-servers", "tools/list", False, "what its tools cost an assistant to read", "./dev bench ssh mcp-servers"),
    ("ssh", "hosts", "cold", False, "a command on 100 hosts, connecting to all", "./dev bench ssh hosts"),
    ("ssh", "hosts", "warm", False, "a command on 100 hosts, connected", "./dev bench ssh hosts"),
    ("ssh", "sessions", "", False, "memory of an open connection", "./dev bench ssh sessions"),
    ("ssh", "bulk", "", True, "bytes of output a second", "./dev bench ssh bulk"),
    ("ssh", "in-flight", "", True, "commands a second, 8 at once on one host", "./dev bench ssh in-flight"),
    ("results", "p50_ms", "", False, "a command, beside the libraries alone", "./dev bench"),
    ("results", "rss_mib", "", False, "memory of the process meanwhile", "./dev bench"),
    ("http", "tools/list", "", True, "`tools/list` over HTTP a second", "./dev bench http"),
    ("http", "initialize", "", True, "`initialize` over HTTP a second", "./dev bench http"),
]


def load(folder):
    """file → row → name → figure. What was not measured is not there."""
    def read(name):
        path = folder / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    ssh = {row: {name: figures["median"] for name, figures in found["figures"].items()}
           for row, found in read("ssh").get("rows", {}).items()}
    warm = read("results").get("warm", {})
    results = {row: {name.removesuffix(" (MCP, guard, audit)"): figures[row] for name, figures in warm.items()}
               for row in ("p50_ms", "rss_mib") if warm}
    return {"ssh": ssh, "results": results, "http": read("http").get("methods", {}), "guard": read("guard")}


def pick(figures, names, kind):
    for name in names:
        found = figures.get(f"{name}, {kind}" if kind else name)
        if found is not None:
            return found
    return None


def ratios(found):
    """Of each row that was measured: what it is called, column → how many times better mcp-ssh is, the command."""
    for file, row, kind, more_is_better, title, command in ROWS:
        figures = found[file].get(row, {})
        ours = pick(figures, ("mcp-ssh",), kind)
        theirs = {column: pick(figures, names, kind) for column, names in PEERS.items()}
        theirs = {column: value for column, value in theirs.items() if value}
        if ours and theirs:
            better = {column: ours / value if more_is_better else value / ours for column, value in theirs.items()}
            yield title, better, command


def guard_lines(scores):
    """A sentence for each kind of command line."""
    for kind, name in (("posix", "shell commands"), ("cli", "lines for network devices")):
        if kind in scores:
            score = scores[kind]
            yield (
                f"- Of {score['dangerous']} dangerous {name}, labelled by authors who had not seen its tables, the guard asks about or refuses "
                f"{share(score['caught'], score['dangerous'])}, and of {score['harmless']} harmless ones {share(score['stopped'], score['harmless'])}. "
                f"Seven text patterns, as such tools began with: {share(score['patterns_caught'], score['dangerous'])} and "
                f"{share(score['patterns_stopped'], score['harmless'])} (`./dev bench guard`).")


def share(part, whole):
    return f"{100 * part / whole:.1f} %"


def times(ratio):
    return f"{ratio:.2g} x" if ratio < 10 else f"{ratio:.0f} x"


def machine():
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return f"{os.cpu_count()} cores" + (f" of {re.sub(r'[(]R[)]|[(]TM[)]|CPU| @.*', '', model[1]).strip()}" if model else "")


def table(rows):
    """Lines of one table, with a column for each peer that has a figure in it."""
    columns = [column for column in PEERS if any(column in row for _, row, _ in rows)]
    yield "| | " + " | ".join(columns) + " | printed by |"
    yield "| --- | " + " | ".join("---:" for _ in columns) + " | --- |"
    for title, row, command in rows:
        cells = " | ".join(times(row[column]) if column in row else "" for column in columns)
        yield f"| {title} | {cells} | `{command}` |"
    yield ""


def section(found, date):
    rows = list(ratios(found))
    servers = [row for row in rows if MCP_SERVERS & row[1].keys()]
    rest = [row for row in rows if row not in servers]
    lines = [HEADING, ""]
    if rows:
        lines += [
            "How many times better mcp-ssh is than each of these, each row measured in turn in one run; below 1 the other one is. Its figures "
            f"include MCP, the guard and two records on disk for each call. {date}, {machine()}.", ""]
    for group in (servers, rest):
        lines += table(group) if group else []
    sentences = list(guard_lines(found["guard"]))
    if not rows and not sentences:
        raise SystemExit("nothing was measured yet. Next: ./dev bench ssh, http, guard, and ./dev bench")
    return "\n".join(lines + sentences).rstrip("\n") + "\n"


def when(folder):
    """The day of the measurements, or the first and the last: rows may be of several."""
    days = set()
    for path in (folder / f"{name}.json" for name in ("ssh", "results", "http", "guard")):
        if not path.exists():
            continue
        day = datetime.date.fromtimestamp(path.stat().st_mtime).isoformat()
        rows = json.loads(path.read_text()).get("rows")
        days |= {row.get("date", day) for row in rows.values()} if isinstance(rows, dict) else {day}
    return " to ".join(sorted({min(days), max(days)})) if days else ""


def put_into(file, text):
    page = file.read_text()
    old = re.search(rf"^{HEADING}\n.*?(?=^## )", page, re.M | re.S)
    if old:
        page = page[: old.start()] + text + "\n" + page[old.end():]
    elif f"\n{BEFORE}\n" in page:
        page = page.replace(f"\n{BEFORE}\n", f"\n{text}\n{BEFORE}\n", 1)
    else:
        raise SystemExit(f"{file} has neither '{HEADING}' nor '{BEFORE}'")
    file.write_text(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the benches left their JSON")
    parser.add_argument("--into", type=pathlib.Path, metavar="FILE", help="put the section into this page")
    options = parser.parse_args()
    text = section(load(options.folder), when(options.folder))
    if options.into:
        put_into(options.into, text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
