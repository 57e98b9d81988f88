#!/usr/bin/env python3
"""docs/demo.svg: plays `mcp-ssh demo` on a pseudo-terminal and draws what it prints. `./dev recording` calls it.

Ports, keys, ids and the durations that were measured differ from run to run; a picture that differs in nothing else is
left as it is. Needs nothing but Python's standard library."""

import argparse
import difflib
import fcntl
import os
import pathlib
import pty
import re
import struct
import sys
import tempfile
import termios
from xml.etree import ElementTree

from pace import pace
from picture import picture, text_of
from terminal import Unknown, plain, play

COLUMNS, SCREEN = 98, 26
MOST_BYTES = 150_000
VARIES = [
    (r"\b\d+(\.\d+)? (ms|s)\b", "TIME"),
    (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "MOMENT"),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"SHA256:[A-Za-z0-9+/]{43}", "KEY"),
    (r"\[[0-9a-f]{16}\]", "[NONCE]"),
    (r"\b(call_|ap-)[0-9a-f]+", "ID"),
    (r"libssh_[\d.]+", "LIBSSH"),
]


def printed_by(program):
    """What `program demo` prints on a terminal of ours. SystemExit when it fails."""
    with tempfile.TemporaryDirectory(prefix="mcp-ssh-recording-") as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        child, terminal = pty.fork()
        if child == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", SCREEN, COLUMNS, 0, 0))
                os.execve(program, [program, "demo"], environment)
            finally:
                os._exit(127)
        printed = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # Linux says so when the other side is gone
                break
            if not piece:
                break
            printed += piece
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        text = printed.decode()
        if status != 0:
            raise SystemExit(f"{program} demo ended with {status}:\n{text}")
        return text


def words(rows):
    """The text without what varies and without where its lines break."""
    text = " ".join(rows)
    for pattern, name in VARIES:
        text = re.sub(pattern, name, text)
    return text.split()


def difference(old, new):
    """Where two lists of words differ, a few words around; empty when nowhere."""
    lines = difflib.unified_diff(old, new, "the picture", "the demo today", n=4, lineterm="")
    return " ".join(lines)


def check(file, rows):
    """What is wrong with the picture in `file`; None when it shows these rows."""
    svg = file.read_text()
    if len(svg.encode()) > MOST_BYTES:
        return f"it has more than {MOST_BYTES} bytes"
    try:
        found = difference(words(text_of(svg)), words(rows))
    except ElementTree.ParseError as failure:
        return f"it is no well-formed XML: {failure}"
    return f"it shows something else: {found}" if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path, help="the SVG")
    parser.add_argument("--program", required=True, help="the mcp-ssh binary")
    parser.add_argument("--check", action="store_true", help="write nothing; fail unless it shows the demo of today")
    options = parser.parse_args()
    try:
        rows = play("$ mcp-ssh demo\r\n" + printed_by(os.path.abspath(options.program)), COLUMNS)
    except Unknown as failure:
        raise SystemExit(str(failure)) from None
    wrong = check(options.file, [plain(row) for row in rows]) if options.file.exists() else "it is not there"
    if options.check:
        raise SystemExit(f"{options.file}: {wrong}. Next: ./dev recording" if wrong else 0)
    if not wrong:
        print(f"{options.file} shows the demo of today, it stays as it is")
        return
    moments, seconds = pace(rows)
    options.file.write_text(picture(rows, moments, seconds, COLUMNS, SCREEN, "mcp-ssh demo"))
    print(f"{options.file}: {len(rows)} rows, {seconds:.0f} s, {options.file.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
