#!/usr/bin/env python3
"""Mixed load through one mcp-ssh for minutes: several hosts on two servers, commands long and short, stdin, shells,
commands that are stopped, background jobs, many hosts at once, and sessions whose sshd is killed. No call may fail
but those that are made to; memory and descriptors must stay flat."""

import argparse
import os
import pathlib
import random
import statistics
import time

from servers import Home, McpServer, Target, descriptors, memory_kib

OUTPUTS = ["true", "echo hello", "head -c 2000 /dev/zero | tr '\\0' x", "seq 1 20000", "cat /etc/passwd; ls -l /usr/bin | head -50"]
HOSTS = 8


class Failed(Exception):
    pass


class Load:
    """One server under load. Each member that begins with `do_` is one kind of work, picked at random."""

    def __init__(self, server, home, target):
        self.server, self.home, self.target = server, home, target
        self.random = random.Random(1)
        self.kinds = {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}
        self.done = dict.fromkeys(self.kinds, 0)
        self.taken, self.provoked = [], 0

    def turn(self):
        kind = self.random.choice(sorted(self.kinds))
        start = time.perf_counter()
        self.kinds[kind]()
        if kind == "command":
            self.taken.append(time.perf_counter() - start)
        self.done[kind] += 1

    def host(self):
        return self.random.choice(self.home.names)

    def expect(self, held, result):
        if not held:
            raise Failed(McpServer.text(result)[:500])

    def tool(self, name, **arguments):
        return self.server.tool(name, **arguments)

    def do_command(self):
        for command in OUTPUTS:
            self.server.run(command, host=self.host())

    def do_in_flight(self):
        self.server.run_all([(self.host(), "echo one; echo two >&2") for _ in range(24)], 8)

    def do_exit_code(self):
        result = self.tool("ssh_run", host=self.host(), command="exit 7")
        self.expect("exit 7" in McpServer.text(result), result)

    def do_timeout(self):
        """A command is stopped at its timeout, and its processes are gone."""
        result = self.tool("ssh_run", host=self.host(), command="sleep 3600", timeout=1)
        self.expect("time" in McpServer.text(result), result)

    def do_cancel(self):
        request = self.server.begin("tools/call", {"name": "ssh_run", "arguments": {"host": self.host(), "command": "sleep 3600"}})
        self.server.notify("notifications/cancelled", {"requestId": request})
        self.server.run("true", host=self.host())

    def do_shell(self):
        host = self.host()
        for line, said in (("cd /tmp && x=kept", None), ("echo $PWD-$x", "/tmp-kept")):
            result = self.tool("ssh_shell", host=host, session="soak", command=line)
            self.expect(not result.get("isError") and (said is None or said in McpServer.text(result)), result)
        result = self.tool("ssh_disconnect", host=host)
        self.expect(not result.get("isError"), result)

    def do_stdin(self):
        result = self.tool("ssh_run", host=self.host(), command="wc -c", stdin="x" * 100_000)
        self.expect("100000" in McpServer.text(result), result)

    def do_background(self):
        result = self.tool("ssh_run", host=self.host(), command="echo begun; sleep 3600", background=True)
        self.expect(not result.get("isError"), result)
        call = self.call_of(result)
        result = self.tool("ssh_stop", call=call)
        self.expect(not result.get("isError"), result)

    @staticmethod
    def call_of(result):
        facts = {**(result.get("structuredContent") or {}), **(result.get("_meta") or {})}
        for name in ("call", "mcp-ssh/call", "id"):
            if name in facts:
                return facts[name]
        raise Failed(f"no call id in {result}")

    def do_many_hosts(self):
        result = self.tool("ssh_run", host="@fleet", command="echo fanned out")
        self.expect(not result.get("isError") and "fanned out" in McpServer.text(result), result)

    def do_lost_connection(self):
        """The sshd of a session is killed under a command: said as it is, and the next call connects again."""
        host = self.host()
        result = self.tool("ssh_run", host=host, command="kill -9 $PPID; sleep 5")
        text = McpServer.text(result)
        self.expect("exit 0" not in text.split("\n", 1)[0], result)
        self.provoked += 1
        self.server.run("true", host=host)


def fill_what_is_kept(server):
    """Outputs are kept for ssh_output, up to 64 MiB in all: that much is no leak, so it comes first."""
    for _ in range(24):
        server.run("head -c 4194304 /dev/zero | tr '\\0' k", host="bench")


def settled_descriptors(load):
    """Descriptors once nothing is open any more."""
    for host in ["bench", *load.home.names]:
        load.server.tool("ssh_disconnect", host=host)
    load.server.run("true")
    return descriptors(load.server.pid)


def measure(load, minutes):
    """Memory at the end of each turn, in KiB, and descriptors before and after."""
    fill_what_is_kept(load.server)
    warm_up, memory = time.monotonic() + min(60, minutes * 15), []
    while time.monotonic() < warm_up:
        load.turn()
    before, end = settled_descriptors(load), time.monotonic() + minutes * 60
    while time.monotonic() < end:
        load.turn()
        memory.append(memory_kib(load.server.pid))
    return memory, before, settled_descriptors(load)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--targets", required=True)
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()

    target = Target(options.targets)
    home = Home(target, HOSTS)
    server, load = None, None
    try:
        server = McpServer(os.path.abspath(options.server), home)
        load = Load(server, home, target)
        memory, open_files, open_after = measure(load, options.minutes)
    except (RuntimeError, Failed) as failure:
        done = load.done if load else {}
        raise SystemExit(f"soak: a call failed after {sum(done.values())} turns: {failure}")
    finally:
        if server:
            server.close()
        target.close()
        home.close()
    print(", ".join(f"{kind} {count}" for kind, count in sorted(load.done.items()) if count))
    taken = sorted(load.taken)
    print(f"{sum(load.done.values())} turns, 0 failed; {load.provoked} connections cut on purpose; five commands p50 "
          f"{statistics.median(taken) * 1000:.1f} ms, p99 {taken[int(len(taken) * 0.99)] * 1000:.1f} ms")
    third = len(memory) // 3
    middle, last = (statistics.median(part) / 1024 for part in (memory[third : 2 * third], memory[2 * third :]))
    print(f"memory, median of the middle and of the last third: {middle:.1f} -> {last:.1f} MiB, highest "
          f"{max(memory) / 1024:.1f} MiB; descriptors {open_files} -> {open_after}")
    if last > middle * 1.05 + 2 or open_after > open_files:
        raise SystemExit("soak: memory or descriptors did not stay flat")


if __name__ == "__main__":
    main()
