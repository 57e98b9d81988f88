#!/usr/bin/env python3
"""Every figure of the SSH engine beside its peers, measured in the same run on one throwaway sshd: `./dev bench ssh`.

What is timed for mcp-ssh is what an AI client waits for: MCP over stdio, the guard, and two durable audit records are
in it. Peers get their best settings (ssh_peers.py). Rounds are interleaved, so that a busy moment hits all alike; the
table shows the median, and the best round in brackets: on a busy machine that one is nearer to the truth.
Exits non-zero when any call of mcp-ssh failed."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import resource
import statistics
import subprocess
import time

import mcp_peers
import ssh_peers
from rounds import in_rounds, percentile, summary
from servers import Home, Link, McpServer, MemoryPeak, Target, memory_kib

LINK_MS = 100  # there and back


class Bench:
    """What all rows share: the sshd, a folder, and everything that must be closed."""

    def __init__(self, options):
        self.options, self.stack = options, contextlib.ExitStack()
        self.target = self.keep(Target(options.targets))

    def keep(self, thing):
        self.stack.callback(thing.close)
        return thing

    def link(self):
        return self.keep(Link(self.target, LINK_MS / 2))

    def mcp(self, home):
        return McpServer(os.path.abspath(self.options.server), home)

    @contextlib.contextmanager
    def peers(self, target, many=0):
        """A home, an ssh_config and a running mcp-ssh and asyncssh, for the length of one row."""
        with contextlib.ExitStack() as stack:
            home = Home(target, many)
            stack.callback(home.close)
            config = ssh_peers.SshConfig(target, home.path)
            server = self.mcp(home)
            stack.callback(server.close)
            peer = ssh_peers.asyncssh(target, home.path)
            stack.callback(peer.close)
            yield home, config, server, peer, stack


def mcp_warm(server, count):
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        server.run("true")
        taken.append(time.perf_counter() - start)
    return taken


def mcp_cold(server, count):
    taken = []
    for _ in range(count):
        server.tool("ssh_disconnect", host="bench")
        start = time.perf_counter()
        server.run("true")
        taken.append(time.perf_counter() - start)
    return taken


def mcp_first(bench, home):
    """A server that has never met the host."""
    server = bench.mcp(home)
    try:
        start = time.perf_counter()
        server.run("true")
        return [time.perf_counter() - start]
    finally:
        server.close()


def warm_loopback(bench):
    with bench.peers(bench.target) as (home, config, server, peer, stack):
        mux = ssh_peers.OpensshMux(config, home.path)
        stack.callback(mux.close)
        count = bench.options.calls // 10
        measures = {
            "mcp-ssh": lambda: mcp_warm(server, count),
            "asyncssh": lambda: peer.warm(count=count),
            "ssh -S": lambda: mux.warm(count),
        }
        node = ssh_peers.node(bench.target, bench.options.node_modules)
        if node:
            stack.callback(node.close)
            measures["Node ssh2"] = lambda: node.warm(count=count)
        for measure in measures.values():
            measure()
        rounds = in_rounds(10, measures)
    figures = {name: summary(values, 1000) for name, values in rounds.items()}
    ours, theirs = figures["mcp-ssh"], figures["asyncssh"]
    met = ours["median"] <= 2.0 and ours["median"] <= 0.8 * theirs["median"]
    return {"unit": "ms", "figures": figures, "met": met,
            "notes": [f"{ours['median'] / theirs['median']:.2f} x asyncssh"]}


def over_the_link(bench, warm):
    link = bench.link()
    with bench.peers(link) as (home, config, server, peer, stack):
        if warm:
            mux = ssh_peers.OpensshMux(config, home.path)
            stack.callback(mux.close)
            measures = {
                "mcp-ssh": lambda: mcp_warm(server, 5),
                "asyncssh": lambda: peer.warm(count=5),
                "ssh -S": lambda: mux.warm(5),
            }
            for measure in measures.values():
                measure()
        else:
            measures = {
                "mcp-ssh": lambda: mcp_cold(server, 1),
                "mcp-ssh, first ever": lambda: mcp_first(bench, home),
                "asyncssh": lambda: peer.cold(count=1),
                "ssh": lambda: config.cold(1),
            }
        rounds = in_rounds(bench.options.link_rounds, measures)
    figures = {name: summary(values, 1000 / LINK_MS) for name, values in rounds.items()}
    limit = 1.1 if warm else 7
    notes = [] if warm else ["TCP's own handshake (one more for all) is not counted; the first connection ever also proves the shell"]
    return {"unit": "round trips", "figures": figures, "met": figures["mcp-ssh"]["median"] <= limit, "notes": notes}


def mcp_fan_out(server, count):
    """A command on all of the group at once, in one call."""
    start = time.perf_counter()
    result = server.tool("ssh_run", host="@fleet", command="true", parallel=count)
    if result.get("isError"):
        raise RuntimeError(server.text(result)[:500])
    return time.perf_counter() - start


def hundred_hosts(bench):
    count, taken = 100, {}

    def note(name, cold, warm=None):
        entry = taken.setdefault(name, {"cold": [], "warm": []})
        entry["cold"].append(cold)
        if warm is not None:
            entry["warm"].append(warm)

    for _ in range(bench.options.fan_rounds):
        with bench.peers(bench.target, many=count) as (home, config, server, peer, _stack):
            cold = mcp_fan_out(server, count)
            note("mcp-ssh", cold, mcp_fan_out(server, count))
            note("asyncssh gather", *peer.fan_out(count=count))
            environment = {**os.environ, "PDSH_SSH_ARGS_APPEND": f"-F {config.path}"}
            for name, argv in ssh_peers.fan_outs(config, home.names).items():
                note(name, ssh_peers.timed(argv, environment))
    figures = {}
    for name, times in taken.items():
        for kind, values in times.items():
            if values:
                figures[f"{name}, {kind}"] = {"median": statistics.median(values), "best": min(values)}
    met = figures["mcp-ssh, cold"]["median"] <= 1.2 and figures["mcp-ssh, warm"]["median"] <= 0.2
    return {"unit": "s", "figures": figures, "met": met, "notes": ["100 names of one sshd, all at once"]}


def thousand_sessions(bench):
    count, at_once = bench.options.sessions, 32
    with bench.peers(bench.target, many=count) as (home, _config, server, peer, _stack):
        server.run("true")
        before, start = memory_kib(server.pid), time.perf_counter()
        server.run_all([(name, "true") for name in home.names], at_once)
        opened = time.perf_counter() - start
        each = (memory_kib(server.pid) - before) / count
        taken = server.run_all([(name, "true") for name in home.names], 1)
        theirs_before = memory_kib(peer.pid)
        theirs_opened = peer.open(count=count, at_once=at_once)
        theirs_each = (memory_kib(peer.pid) - theirs_before) / count
        theirs_taken = peer.each()
    ours = {"median": each, "p99 ms": percentile(taken, 0.99) * 1000, "open s": opened}
    theirs = {"median": theirs_each, "p99 ms": percentile(theirs_taken, 0.99) * 1000, "open s": theirs_opened}
    return {"unit": "KiB each", "figures": {"mcp-ssh": ours, "asyncssh": theirs},
            "met": each <= 40 and ours["p99 ms"] <= 25 and len(taken) == count, "notes": [f"{count} sessions, all used"]}


def emergency(bench):
    """mcp-ssh alone: with as many sessions open, how long an operator's words take, the start of their program included."""
    count = bench.options.sessions

    def operator(home, *words):
        start = time.perf_counter()
        subprocess.run([os.path.abspath(bench.options.server), *words], env=home.environment, check=True,
                       stdout=subprocess.DEVNULL)
        return {"median": (time.perf_counter() - start) * 1000}

    with contextlib.ExitStack() as stack:
        home = Home(bench.target, count)
        stack.callback(home.close)
        server = bench.mcp(home)
        stack.callback(server.close)
        server.run_all([(name, "true") for name in home.names], 32)
        figures = {"freeze": operator(home, "freeze")}
        start = time.perf_counter()
        refused = server.tool("ssh_run", host=home.names[0], command="true").get("isError")
        figures["a call, refused"] = {"median": (time.perf_counter() - start) * 1000}
        figures["stop --all"] = operator(home, "stop", "--all")
        left = len(server.tool("ssh_list_sessions")["structuredContent"]["sessions"])
        operator(home, "thaw")
    met = refused and left == 0 and figures["freeze"]["median"] <= 200 and figures["stop --all"]["median"] <= 1000
    return {"unit": "ms", "figures": figures, "met": met, "notes": [f"{count} sessions open, {left} left"]}


def mcp_throughput(server, mebibytes):
    start = time.perf_counter()
    server.run(f"head -c {mebibytes << 20} /dev/zero")
    return mebibytes / (time.perf_counter() - start)


def one_gibibyte(bench):
    size = bench.options.mebibytes
    with bench.peers(bench.target) as (_home, config, server, peer, _stack):
        server.run("head -c 8000000 /dev/zero")
        peak = MemoryPeak(server.pid)
        rates = {"mcp-ssh": [], "ssh": [], "asyncssh": []}
        for _ in range(bench.options.bulk_rounds):
            rates["mcp-ssh"].append(mcp_throughput(server, size))
            rates["ssh"].append(config.throughput(size))
            rates["asyncssh"].append(peer.throughput(mebibytes=size))
        growth = peak.growth_kib() / 1024
    figures = {name: {"median": statistics.median(values), "best": max(values)} for name, values in rates.items()}
    figures["mcp-ssh"]["MiB more"] = growth
    met = figures["mcp-ssh"]["median"] >= figures["ssh"]["median"] and growth <= 32
    return {"unit": "MiB/s", "figures": figures, "met": met, "notes": [f"{size} MiB through one channel"]}


def eight_in_flight(bench):
    width, seconds = 8, bench.options.seconds
    with bench.peers(bench.target) as (_home, _config, server, peer, stack):
        def ours():
            start, done = time.perf_counter(), 0
            while time.perf_counter() - start < seconds:
                done += len(server.run_all([("bench", "true")] * 200, width))
            return done / (time.perf_counter() - start)

        measures = {"mcp-ssh": ours, "asyncssh": lambda: peer.in_flight(width=width, seconds=seconds)}
        node = ssh_peers.node(bench.target, bench.options.node_modules)
        if node:
            stack.callback(node.close)
            measures["Node ssh2"] = lambda: node.in_flight(width=width, seconds=seconds)
        server.run_all([("bench", "true")] * 50, width)
        rates = in_rounds(3, measures)
    figures = {name: {"median": statistics.median(values), "best": max(values)} for name, values in rates.items()}
    return {"unit": "calls/s", "figures": figures, "notes": [],
            "met": figures["mcp-ssh"]["median"] >= figures["asyncssh"]["median"]}


def mcp_servers(bench):
    """What a client sees of each server: from its start to its first answer, what its tools cost to read, a command on
    an open connection, here and over the link, and the memory it takes meanwhile."""
    figures = {}

    def note(name, kind, unit, values):
        figures[f"{name}, {kind}"] = {"median": statistics.median(values), "unit": unit}

    for target, kind, unit, scale, count in (
        (bench.target, "a command", "ms", 1000, bench.options.calls // 10),
        (bench.link(), "a command over the link", "round trips", 1000 / LINK_MS, 5),
    ):
        with bench.peers(target) as (home, _config, _server, _peer, stack):
            servers = {}
            for name, start in mcp_peers.SERVERS.items():
                server = start(bench.options, target, home)
                if server:
                    stack.callback(server.close)
                    servers[name] = server
            for server in servers.values():
                server.warm(2)
            rounds = in_rounds(5, {name: lambda server=server: server.warm(count) for name, server in servers.items()})
            for name, values in rounds.items():
                note(name, kind, unit, [value * scale for one in values for value in one])
                if kind == "a command":
                    note(name, "first answer", "ms", [servers[name].seconds_to_answer * 1000])
                    note(name, "tools/list", "kB", [servers[name].bytes_of_tools() / 1000])
                    note(name, "memory", "MiB", [memory_kib(servers[name].pid) / 1024])
    ours = {key.split(", ")[1]: value["median"] for key, value in figures.items() if key.startswith("mcp-ssh, ")}
    met = all(ours[key.split(", ")[1]] <= value["median"] for key, value in figures.items())
    missing = [name for name in mcp_peers.SERVERS if f"{name}, a command" not in figures]
    return {"unit": "", "figures": figures, "met": met, "notes": [f"not installed: {name}" for name in missing]}


ROWS = {
    "warm": ("warm command, loopback", "<= 2.0 ms and <= 0.8 x asyncssh", warm_loopback),
    "warm-link": (f"warm command, {LINK_MS} ms link", "<= 1.1 round trips", lambda b: over_the_link(b, True)),
    "cold-link": (f"cold connect + command, {LINK_MS} ms link", "<= 7 round trips", lambda b: over_the_link(b, False)),
    "hosts": ("100 hosts", "<= 1.2 s cold, <= 0.2 s warm", hundred_hosts),
    "sessions": ("sessions at once", "<= 40 KiB each, p99 <= 25 ms", thousand_sessions),
    "stop": ("emergency stop with as many sessions", "freeze <= 200 ms, stop --all <= 1 s", emergency),
    "bulk": ("bulk stdout", ">= ssh, flat memory", one_gibibyte),
    "mcp-servers": ("beside other MCP servers for SSH", "the least of each", mcp_servers),
    "in-flight": ("8 in flight, one host", ">= asyncssh", eight_in_flight),
}


def show(what, reach, row):
    print(f"\n{what}   (reach: {reach})   {'met' if row['met'] else 'NOT MET'}")
    for name, figures in row["figures"].items():
        best = f" (best {figures['best']:.2f})" if "best" in figures else ""
        rest = "".join(f", {key} {value:.1f}" for key, value in figures.items() if key not in ("median", "best", "unit"))
        print(f"    {name:<40}{figures['median']:>10.2f} {figures.get('unit', row['unit'])}{best}{rest}")
    for note in row["notes"]:
        print(f"    {note}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    parser.add_argument("--server", required=True, help="the mcp-ssh binary")
    parser.add_argument("--targets", required=True, help="the test_targets binary")
    parser.add_argument("--node-modules", help="a folder whose node_modules holds ssh2 and the other servers")
    parser.add_argument("--results", type=pathlib.Path, help="where the figures go, as JSON; those of other rows stay")
    parser.add_argument("--calls", type=int, default=500, help="warm commands in all")
    parser.add_argument("--link-rounds", type=int, default=5)
    parser.add_argument("--fan-rounds", type=int, default=3)
    parser.add_argument("--bulk-rounds", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    unknown = set(options.rows) - set(ROWS)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    results, failed = {}, []
    bench = Bench(options)
    with bench.stack:
        for key in options.rows or ROWS:
            what, reach, measure = ROWS[key]
            try:
                results[key] = {"what": what, "reach": reach, "date": datetime.date.today().isoformat(), **measure(bench)}
                show(what, reach, results[key])
            except RuntimeError as failure:
                failed.append(what)
                print(f"\n{what}: mcp-ssh FAILED: {failure}", flush=True)
    load = os.getloadavg()
    print(f"\n{os.cpu_count()} cores, load {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}")
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        before = json.loads(options.results.read_text())["rows"] if options.results.exists() else {}
        options.results.write_text(json.dumps({"format": 1, "load": load, "rows": {**before, **results}}, indent=2) + "\n")
    if failed:
        raise SystemExit(f"calls of mcp-ssh failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
