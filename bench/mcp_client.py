"""An MCP client of a server on stdio, as far as a benchmark needs one. Standard library only."""

import json
import os
import subprocess


class McpClient:
    """The server `name` of `argv`, initialized; what it says on stderr is in `folder`. Raises RuntimeError when a call fails: a benchmark of failures means nothing."""

    def __init__(self, name, argv, environment, folder):
        self.name, self._errors_path = name, folder / f"{name}.stderr"
        self.errors = open(self._errors_path, "ab")
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
            bufsize=0,
        )
        self._stdout = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")
        self._next_id, self._answers = 0, {}
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

    def _receive(self):
        """The next answer: id, result."""
        while True:
            line = self._stdout.readline()
            if not line:
                raise RuntimeError(f"{self.name} ended: {self._errors_path.read_text()[-2000:]}")
            message = json.loads(line)
            if "id" not in message or "method" in message:
                continue
            if "error" in message:
                raise RuntimeError(f"{self.name}: {message['error']}")
            return message["id"], message["result"]

    def begin(self, method, params):
        """Sends a request and returns its id; `finish` waits for its answer."""
        self._next_id += 1
        self._send({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params})
        return self._next_id

    def notify(self, method, params):
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def finish(self, request):
        while request not in self._answers:
            got, result = self._receive()
            self._answers[got] = result
        return self._answers.pop(request)

    def request(self, method, params):
        return self.finish(self.begin(method, params))

    def tool(self, name, **arguments):
        return self.request("tools/call", {"name": name, "arguments": arguments})

    @staticmethod
    def text(result):
        return "".join(part.get("text", "") for part in result.get("content", []))

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"{self.name} did not end within 10 s of its stdin closing")
        finally:
            self._stdout.close()
            self.errors.close()
