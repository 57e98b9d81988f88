#!/usr/bin/env python3
"""MCP over HTTP under load: `./dev bench http`.

1. `initialize` and `tools/list` beside the protocol's own reference server (@modelcontextprotocol/server-everything),
   by the same `wrk -t1 -c50`, in turns.
2. 200 clients that call a recorded tool while 1,000 others hold a session and a stream open: as fast as it goes, and
   at a pace of some 2,000 calls a second. The tool is ssh_connect on a host that is connected: judged, recorded
   durably before and after, and nothing to wait for on the host. The record is counted and verified afterwards.
3. Eight good clients beside 500 that never end their heads.

wrk and the server share the machine's cores. Exits non-zero when a request failed or a record is missing."""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import socket
import statistics
import subprocess
import time

from servers import Home, Target, memory_kib

TOKEN = "bench-" + os.urandom(16).hex()
LOAD = pathlib.Path(__file__).with_name("http_load.lua")
ACTIVE, IDLE = 200, 1000
INITIALIZE = (
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},'
    '"clientInfo":{"name":"bench","version":"1"}}}'
)
LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
CONNECT = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ssh_connect","arguments":{"host":"bench"}}}'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server over HTTP, alive until close()."""

    def __init__(self, command, port, token, **popen):
        self.port, self.token = port, token
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **popen)
        until = time.monotonic() + 30
        while True:  # nothing of it tells us when it listens
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise SystemExit(f"{command[0]} does not listen on port {port}") from None
                time.sleep(0.05)

    def headers(self, session=None):
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if session:
            headers.update({"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"})
        return headers

    def post(self, body, session=None):
        """The answer's text and the session it names."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/mcp", body, self.headers(session))
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status not in (200, 202):
                raise RuntimeError(f"{answer.status}: {text[:300]}")
            return text, answer.getheader("Mcp-Session-Id")

    def session(self):
        session = self.post(INITIALIZE)[1]
        self.post('{"jsonrpc":"2.0","method":"notifications/initialized"}', session)
        return session

    def wrk(self, body, connections, seconds, sessions=(), pause=0):
        environment = {"PATH": os.environ["PATH"], "BODY": body, "SESSIONS": " ".join(sessions), "PAUSE": str(pause)}
        if self.token:
            environment["TOKEN"] = self.token
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10", "-s", str(LOAD)]
        done = subprocess.run([*command, f"http://127.0.0.1:{self.port}/mcp"], env=environment, text=True,
                              capture_output=True, check=True)
        return json.loads(re.search(r"^\{.*\}$", done.stdout, re.M)[0])

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError("the server did not end within 40 s of SIGTERM") from None


class IdleClient:
    """A session with its stream open, reading nothing."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), 30)
        headers = server.headers(server.session())
        headers["Accept"] = "text/event-stream"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(f"GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{lines}\r\n".encode())
        if not self.socket.recv(12).endswith(b"200"):
            raise RuntimeError("an idle client got no stream")
        self.socket.setblocking(False)

    def alive(self):
        with contextlib.suppress(BlockingIOError):
            return self.socket.recv(65536) != b""
        return True


def ours(options, home):
    port = free_port()
    command = [os.path.abspath(options.server), "serve", "--http", f"127.0.0.1:{port}"]
    return Server(command, port, TOKEN, env={**home.environment, "MCP_AUTH_TOKEN": TOKEN})


def reference(options):
    port = free_port()
    script = pathlib.Path(options.node_modules) / "node_modules/@modelcontextprotocol/server-everything/dist/index.js"
    return Server(["node", script.resolve(), "streamableHttp"], port, None, cwd=script.resolve().parent.parent,
                  env={**os.environ, "PORT": str(port)})


def beside_the_reference(options, home):
    rates, failed = {}, 0
    with contextlib.closing(ours(options, home)) as mine, contextlib.closing(reference(options)) as peer:
        for turn in range(options.rounds * 2):
            name, server = [("mcp-ssh", mine), ("server-everything", peer)][turn % 2]
            for method, body, sessions in [("tools/list", LIST, [server.session()]), ("initialize", INITIALIZE, [])]:
                got = server.wrk(body, 50, options.seconds, sessions)
                rates.setdefault(method, {}).setdefault(name, []).append(got["requests"] / got["seconds"])
                failed += got["errors"] if server is mine else 0
        size = len(mine.post(LIST, mine.session())[0])
    rows = {}
    for method, by_name in rates.items():
        rate = {name: statistics.median(values) for name, values in by_name.items()}
        ratio = rate["mcp-ssh"] / rate["server-everything"]
        rows[method] = {**rate, "ratio": ratio}
        print(f"{method:<12} mcp-ssh {rate['mcp-ssh']:>8.0f}/s   server-everything {rate['server-everything']:>8.0f}/s   "
              f"{ratio:.1f} x (reach: 8 x)   {'met' if ratio >= 8 else 'NOT MET'}", flush=True)
    print(f"tools/list is {size} bytes (reach: 10,000)", flush=True)
    return rows, failed


def beside_slow_heads(options, home):
    """Good clients beside 500 that never end their heads (slowloris)."""
    with contextlib.closing(ours(options, home)) as server:
        session = [server.session()]
        alone = server.wrk(LIST, 8, options.seconds, session, 20)
        slow = []
        for _ in range(500):
            slow.append(socket.create_connection(("127.0.0.1", server.port), 30))
            slow[-1].sendall(b"POST /mcp HTTP/1.1\r\nX-Slow: a")
        beside = server.wrk(LIST, 8, options.seconds, session, 20)
        for connection in slow:
            connection.close()
    print(f"\neight good clients: p99 {alone['p99_ms']:.1f} ms alone, {beside['p99_ms']:.1f} ms beside 500 that never end "
          f"their heads (reach: 50 ms)   {'met' if beside['p99_ms'] <= 50 else 'NOT MET'}", flush=True)
    return {"alone_p99_ms": alone["p99_ms"], "beside_p99_ms": beside["p99_ms"]}, alone["errors"] + beside["errors"]


def journal_of(home):
    return home.path / ".local/state/mcp-ssh/audit.jsonl"


def recorded(home):
    """begin and end records of ssh_connect in the journal, which has to verify."""
    counts = {"begin": 0, "end": 0}
    for file in journal_of(home).parent.glob("audit*.jsonl"):
        for line in file.read_text().splitlines():
            record = json.loads(line)
            if record.get("tool") == "ssh_connect" and record["kind"] in counts:
                counts[record["kind"]] += 1
    return counts


def under_load(options, home):
    rows = {}
    with contextlib.closing(ours(options, home)) as server:
        active = [server.session() for _ in range(ACTIVE)]
        server.post(CONNECT, active[0])
        memory = memory_kib(server.process.pid)
        idle = [IdleClient(server) for _ in range(IDLE)]
        each = (memory_kib(server.process.pid) - memory) / IDLE
        print(f"\n{ACTIVE} active and {IDLE} idle clients; an idle one takes {each:.1f} KiB", flush=True)
        calls, failed = 1, 0
        for name, pause in [("as fast as it goes", 0), ("paced", 85)]:
            rounds = [server.wrk(CONNECT, ACTIVE, options.seconds, active, pause) for _ in range(options.rounds)]
            calls += sum(got["requests"] for got in rounds)
            failed += sum(got["errors"] for got in rounds)
            rate = statistics.median(got["requests"] / got["seconds"] for got in rounds)
            p99 = statistics.median(got["p99_ms"] for got in rounds)
            p50 = statistics.median(got["p50_ms"] for got in rounds)
            rows[name] = {"calls_per_second": rate, "p50_ms": p50, "p99_ms": p99}
            print(f"{name:<20}{rate:>8.0f} recorded calls/s   p50 {p50:.1f} ms   p99 {p99:.1f} ms", flush=True)
        lost = sum(not client.alive() for client in idle)
    counts = recorded(home)
    verified = subprocess.run([os.path.abspath(options.server), "audit", "verify", str(journal_of(home))],
                              env=home.environment, capture_output=True, text=True)
    print(f"{calls} calls answered, {counts['begin']} begun and {counts['end']} ended in the journal; "
          f"verify: {verified.stdout.strip().splitlines()[-1] if verified.stdout else verified.stderr.strip()}")
    # Calls that wrk cut off at the end of a round are on record without having been counted.
    missing = max(0, calls - counts["begin"]) + max(0, calls - counts["end"]) + verified.returncode
    best = rows["as fast as it goes"]["calls_per_second"]
    met = best >= 2000 and rows["paced"]["p99_ms"] <= 50
    print(f"reach: 2,000 recorded calls/s, p99 50 ms   {'met' if met else 'NOT MET'}"
          f"{f'; {lost} idle clients lost their stream' if lost else ''}")
    rows["idle_kib"] = each
    return rows, failed + missing + lost


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--targets", required=True)
    parser.add_argument("--node-modules", required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
    with contextlib.closing(Target(options.targets)) as target, contextlib.closing(Home(target)) as home:
        methods, failed = beside_the_reference(options, home)
        load, more = under_load(options, home)
        slow, most = beside_slow_heads(options, home)
    failed += more + most
    figures = {"methods": methods, "load": load, "slow_heads": slow}
    pathlib.Path(options.results).write_text(json.dumps(figures, indent=1))
    print(f"\n{os.cpu_count()} cores, load {' '.join(f'{load:.1f}' for load in os.getloadavg())}; failures: {failed}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
