#!/usr/bin/env python3
"""Mixed commands through one mcp-ssh for minutes: no call may fail, and memory and descriptors must stay flat."""

import argparse
import os
import statistics
import time

from servers import Home, McpServer, Target, descriptors, memory_kib

COMMANDS = [
    "true",
    "echo hello",
    "head -c 2000 /dev/zero | tr '\\0' x",
    "seq 1 20000",
    "cat /etc/passwd; ls -l /usr/bin | head -50",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--targets", required=True)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()

    target = Target(options.targets)
    home = Home(target)
    server = None
    try:
        server = McpServer(os.path.abspath(options.server), home)
        for k in range(300):  # caches, the pool and the allocator settle first
            server.run(COMMANDS[k % len(COMMANDS)])
        memory, open_files = memory_kib(server.pid), descriptors(server.pid)
        end, calls, taken = time.monotonic() + options.minutes * 60, 0, []
        while time.monotonic() < end:
            start = time.perf_counter()
            server.run(COMMANDS[calls % len(COMMANDS)])
            taken.append(time.perf_counter() - start)
            calls += 1
        memory_after, open_after = memory_kib(server.pid), descriptors(server.pid)
    except RuntimeError as failure:
        raise SystemExit(f"mcp-ssh failed: {failure}")
    finally:
        if server:
            server.close()
        target.close()
        home.close()
    growth = memory_after / memory - 1
    print(f"{calls} commands, 0 failed, p50 {statistics.median(taken) * 1000:.2f} ms, p99 "
          f"{sorted(taken)[int(len(taken) * 0.99)] * 1000:.2f} ms")
    print(f"memory {memory / 1024:.1f} -> {memory_after / 1024:.1f} MiB ({growth:+.1%}), descriptors {open_files} -> {open_after}")
    if growth > 0.05 or open_after != open_files:
        raise SystemExit("soak: memory or descriptors did not stay flat")


if __name__ == "__main__":
    main()
