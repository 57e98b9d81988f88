#!/usr/bin/env python3
"""mcp-ssh beside OpenSSH's multiplexing, asyncssh and paramiko: one throwaway sshd, one machine, interleaved rounds.

What is compared is what a caller waits for: mcp-ssh's figure includes MCP, the guard, and two durable audit records.
Exits non-zero when any call of mcp-ssh failed."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from servers import Home, McpServer, Target, memory_kib


def spawn_and_wait(argv):
    """The shortest way from Python to a finished process, so that what is timed is the program."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    _, status = os.waitpid(os.posix_spawnp(argv[0], argv, os.environ, file_actions=quiet), 0)
    return os.waitstatus_to_exitcode(status)


class Mcp:
    name = "mcp-ssh (MCP, guard, audit)"

    def __init__(self, program, home):
        self.server = McpServer(program, home)
        self.server.run("true")
        self.pid = self.server.pid

    def measure(self, count):
        taken = []
        for _ in range(count):
            start = time.perf_counter()
            self.server.run("true")
            taken.append(time.perf_counter() - start)
        return taken

    def close(self):
        self.server.close()


class OpensshMux:
    name = "OpenSSH, ssh -S"

    def __init__(self, target, home):
        at, socket = target.at, str(home.path / "mux")
        common = ["ssh", "-F", "none", "-S", socket, "-p", str(at["port"]), "-l", at["user"], "-i", at["key"]]
        common += ["-o", f"UserKnownHostsFile={home.known_hosts}", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]
        self.master = subprocess.Popen(
            [*common, "-MN", at["host"]], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.pid = self.master.pid
        self.command = [*common, at["host"], "true"]
        self._check = [*common, "-O", "check", at["host"]]
        deadline = time.monotonic() + 10
        while spawn_and_wait(self._check) != 0:
            if self.master.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the OpenSSH master did not come up")

    def measure(self, count):
        taken = []
        for _ in range(count):
            start = time.perf_counter()
            if spawn_and_wait(self.command) != 0:
                raise SystemExit("ssh -S failed")
            taken.append(time.perf_counter() - start)
        return taken

    def close(self):
        self.master.terminate()
        self.master.wait()


class PythonLibrary:
    def __init__(self, library, target, home):
        self.name = library
        at = target.at
        script = pathlib.Path(__file__).with_name("python_peer.py")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", script, library, at["host"], str(at["port"]), at["user"], at["key"],
             str(home.known_hosts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self.process.pid
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"{library} did not connect")

    def measure(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def warm_commands(peers, calls, rounds):
    """Rounds in turn, beginning with another peer each time, so that a busy moment hits all alike."""
    taken = {peer.name: [] for peer in peers}
    for peer in peers:
        peer.measure(10)
    for turn in range(rounds):
        for k in range(len(peers)):
            peer = peers[(turn + k) % len(peers)]
            taken[peer.name] += peer.measure(calls // rounds)
    return {
        peer.name: {
            "calls": len(taken[peer.name]),
            "p50_ms": statistics.median(taken[peer.name]) * 1000,
            "p99_ms": percentile(taken[peer.name], 0.99) * 1000,
            "rss_mib": memory_kib(peer.pid) / 1024,
        }
        for peer in peers
    }


def starts(program, home, count):
    """Spawn until mcp-ssh has answered `initialize`, in turn with spawn until `ssh -V` has ended."""
    ours, theirs = [], []
    for _ in range(count):
        if program:
            start = time.perf_counter()
            server = McpServer(program, home)
            ours.append(time.perf_counter() - start)
            server.close()
        start = time.perf_counter()
        spawn_and_wait(["ssh", "-V"])
        theirs.append(time.perf_counter() - start)
    figures = {"ssh -V, spawn to end": statistics.median(theirs) * 1000}
    if ours:
        figures["mcp-ssh, spawn to initialize answer"] = statistics.median(ours) * 1000
    return figures


def report(warm, spawned):
    ours = warm.get(Mcp.name)
    print(f"{'warm `true`, one open connection':<36}{'p50 ms':>9}{'p99 ms':>9}{'RSS MiB':>9}{'p50 ratio':>11}{'RSS ratio':>11}")
    for name, row in warm.items():
        ratios = f"{row['p50_ms'] / ours['p50_ms']:>10.2f}x{row['rss_mib'] / ours['rss_mib']:>10.2f}x" if ours else ""
        print(f"{name:<36}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{row['rss_mib']:>9.1f}{ratios}")
    print()
    for name, milliseconds in spawned.items():
        print(f"{name:<36}{milliseconds:>9.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", help="the mcp-ssh binary; without it only the peers are measured")
    parser.add_argument("--targets", required=True, help="the test_targets binary")
    parser.add_argument("--results", type=pathlib.Path, help="where the figures go, as JSON")
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--starts", type=int, default=50)
    options = parser.parse_args()

    target = Target(options.targets)
    home = Home(target)
    peers = []
    try:
        if options.server:
            peers.append(Mcp(os.path.abspath(options.server), home))
        peers.append(OpensshMux(target, home))
        peers += [PythonLibrary(library, target, home) for library in ("asyncssh", "paramiko")]
        warm = warm_commands(peers, options.calls, options.rounds)
        spawned = starts(options.server and os.path.abspath(options.server), home, options.starts)
    except RuntimeError as failure:
        raise SystemExit(f"mcp-ssh failed: {failure}")
    finally:
        for peer in peers:
            peer.close()
        target.close()
        home.close()
    report(warm, spawned)
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(json.dumps({"format": 1, "warm": warm, "start_p50_ms": spawned}, indent=2) + "\n")


if __name__ == "__main__":
    main()
