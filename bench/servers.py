"""What the benchmarks talk to: a throwaway sshd, and mcp-ssh over stdio. Standard library only."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from mcp_client import McpClient


class Target:
    """One server of tests/support, alive until close()."""

    def __init__(self, program, name="openssh"):
        self.process = subprocess.Popen(
            [program, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{program} {name} did not start")
        self.at = json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


class Link:
    """A relay to the target with `delay` ms each way, alive until close()."""

    def __init__(self, target, delay):
        script = pathlib.Path(__file__).with_name("relay.py")
        self.process = subprocess.Popen(
            [sys.executable, script, str(target.at["port"]), str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.port = int(self.process.stdout.readline())
        # What the peers see of it: the same server at another port.
        known_hosts = target.at["known_hosts"].replace(f"]:{target.at['port']} ", f"]:{self.port} ")
        self.at = {**target.at, "port": self.port, "known_hosts": known_hosts}

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


class Home:
    """A home directory and a hosts.yaml that knows the target under the name `bench`; with `many`, also under the
    names h0001, h0002, ... of the group `fleet`. The journal is where it is by default, not beside hosts.yaml."""

    def __init__(self, target, many=0):
        self._directory = tempfile.TemporaryDirectory(prefix="mcpssh-bench-")
        self.path = pathlib.Path(self._directory.name)
        ssh = self.path / ".ssh"
        ssh.mkdir(mode=0o700)
        self.known_hosts = ssh / "known_hosts"
        self.known_hosts.write_text(target.at["known_hosts"])
        self.names = [f"h{n:04}" for n in range(1, many + 1)]
        self.hosts = self.path / "hosts.yaml"
        self.hosts.write_text(
            "hosts:\n" + "".join(self._entry(target, name) for name in ["bench", *self.names])
        )
        self.hosts.chmod(0o600)
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("MCP_", "XDG_", "SSH_"))
        }
        self.environment.update(HOME=str(self.path), MCP_SSH_CONFIG=str(self.hosts))

    @staticmethod
    def _entry(target, name):
        at = target.at
        return (
            f"  {name}:\n    host: {at['host']}\n    port: {at['port']}\n    user: {at['user']}\n"
            f"    auth: {{method: key, key_path: {at['key']}}}\n"
            + ("" if name == "bench" else "    groups: [fleet]\n")
        )

    def close(self):
        self._directory.cleanup()


class McpServer(McpClient):
    """mcp-ssh on stdio, initialized."""

    def __init__(self, program, home):
        super().__init__("mcp-ssh", [program, "serve"], home.environment, home.path)

    def run(self, command, host="bench", **more):
        """ssh_run; the result's text. Raises RuntimeError unless the command ended with exit 0."""
        return self.succeeded(self.tool("ssh_run", host=host, command=command, **more), command)

    @classmethod
    def succeeded(cls, result, command="true"):
        text = cls.text(result)
        if result.get("isError") or "exit 0" not in text.split("\n", 1)[0]:
            raise RuntimeError(f"ssh_run {command!r}: {text[:500]}")
        return text

    def run_all(self, calls, width):
        """Runs `calls`, pairs of host and command, with `width` of them in flight; the seconds each took."""
        started, taken, waiting = {}, [], iter(calls)

        def start_one():
            call = next(waiting, None)
            if call is not None:
                host, command = call
                moment = time.perf_counter()
                request = self.begin("tools/call", {"name": "ssh_run", "arguments": {"host": host, "command": command}})
                started[request] = moment, command

        for _ in range(width):
            start_one()
        while started:
            request, result = self._receive()
            moment, command = started.pop(request)
            taken.append(time.perf_counter() - moment)
            self.succeeded(result, command)
            start_one()
        return taken


def memory_kib(pid):
    """Resident memory of one process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} has no resident memory")


class MemoryPeak:
    """How much a process's resident memory rises above what it is now."""

    def __init__(self, pid):
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
        self.pid, self.before = pid, memory_kib(pid)

    def growth_kib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return max(0, int(line.split()[1]) - self.before)
        raise RuntimeError(f"process {self.pid} has no resident memory")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
