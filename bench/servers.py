"""What the benchmarks talk to: a throwaway sshd, and mcp-ssh over stdio. Standard library only."""

import json
import os
import pathlib
import subprocess
import tempfile


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


class Home:
    """A home directory and a hosts.yaml that knows the target under the name `bench`."""

    def __init__(self, target):
        self._directory = tempfile.TemporaryDirectory(prefix="mcpssh-bench-")
        self.path = pathlib.Path(self._directory.name)
        ssh = self.path / ".ssh"
        ssh.mkdir(mode=0o700)
        self.known_hosts = ssh / "known_hosts"
        self.known_hosts.write_text(target.at["known_hosts"])
        self.hosts = self.path / "hosts.yaml"
        self.hosts.write_text(
            "hosts:\n  bench:\n"
            f"    host: {target.at['host']}\n    port: {target.at['port']}\n    user: {target.at['user']}\n"
            f"    auth: {{method: key, key_path: {target.at['key']}}}\n"
            f"settings:\n  audit_log: {self.path / 'audit.jsonl'}\n"
        )
        self.hosts.chmod(0o600)
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("MCP_", "XDG_", "SSH_"))
        }
        self.environment.update(HOME=str(self.path), MCP_SSH_CONFIG=str(self.hosts))

    def close(self):
        self._directory.cleanup()


class McpServer:
    """mcp-ssh on stdio, initialized. Raises RuntimeError when a call fails: a benchmark of failures means nothing."""

    def __init__(self, program, home):
        self.errors = open(home.path / "mcp-ssh.stderr", "ab")
        self.process = subprocess.Popen(
            [program, "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=home.environment,
            bufsize=0,
        )
        self._stdout = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")
        self._next_id = 0
        self._errors_path = home.path / "mcp-ssh.stderr"
        self.server_info = self.request(
            "initialize",
            {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "mcp-ssh-bench", "version": "1"},
            },
        )["serverInfo"]
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    @property
    def pid(self):
        return self.process.pid

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def request(self, method, params):
        self._next_id += 1
        self._send({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params})
        while True:
            line = self._stdout.readline()
            if not line:
                raise RuntimeError(f"mcp-ssh ended during {method}: {self._errors_path.read_text()[-2000:]}")
            message = json.loads(line)
            if message.get("id") == self._next_id:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def run(self, command):
        """ssh_run on `bench`; the result's text. Raises RuntimeError unless the command ended with exit 0."""
        result = self.request(
            "tools/call", {"name": "ssh_run", "arguments": {"host": "bench", "command": command}}
        )
        text = "".join(part.get("text", "") for part in result.get("content", []))
        if result.get("isError") or "exit 0" not in text.split("\n", 1)[0]:
            raise RuntimeError(f"ssh_run {command!r}: {text[:500]}")
        return text

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError("mcp-ssh did not end within 10 s of its stdin closing")
        finally:
            self._stdout.close()
            self.errors.close()


def memory_kib(pid):
    """Resident memory of one process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} has no resident memory")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
