"""Other MCP servers for SSH, from npm, each set up as its README says: a key, the host's key known, nothing in the way
of a harmless command. They keep their connection open, as mcp-ssh does."""

import json
import os
import pathlib
import shutil
import time

from mcp_client import McpClient


COMMAND, SAID = "echo bench-$((1 + 1))", "bench-2"  # what it says is nowhere in what is asked


class Server(McpClient):
    """One that runs COMMAND when `tool` is called with it and `arguments`."""

    def __init__(self, name, argv, environment, folder, tool, **arguments):
        started = time.perf_counter()
        super().__init__(name, argv, environment, folder)
        self.seconds_to_answer = time.perf_counter() - started
        self.call = {"name": tool, "arguments": {**arguments, "command": COMMAND}}

    def warm(self, count):
        taken = []
        while len(taken) < count:
            start = time.perf_counter()
            result = self.request("tools/call", self.call)
            taken.append(time.perf_counter() - start)
            if result.get("isError") or SAID not in self.text(result):
                raise RuntimeError(f"{self.name}: {self.text(result)[:500]}")
        return taken

    def bytes_of_tools(self):
        return len(json.dumps(self.request("tools/list", {}), separators=(",", ":"), ensure_ascii=False).encode())


def ours(options, _target, home):
    argv = [os.path.abspath(options.server), "serve"]
    return Server("mcp-ssh", argv, home.environment, home.path, "ssh_run", host="bench")


def installed(options, path):
    """The program of a package, or None where it is not installed."""
    program = pathlib.Path(options.node_modules or "", "node_modules", path).absolute()
    return str(program) if options.node_modules and program.exists() and shutil.which("node") else None


def ssh_mcp(options, target, home):
    program = installed(options, "ssh-mcp/build/index.js")
    if not program:
        return None
    at, folder = target.at, home.path / ".config/ssh-mcp"
    folder.mkdir(mode=0o700, parents=True)
    config = folder / "config.toml"
    config.write_text(
        f'[defaults]\ndefaultProfile = "bench"\n\n[[profiles]]\nname = "bench"\nhost = "{at["host"]}"\nport = {at["port"]}\n'
        f'user = "{at["user"]}"\nauth = "key"\nkeyRef = "{at["key"]}"\nrole = "admin"\napprovalPolicy = "auto"\n'
    )
    config.chmod(0o600)
    return Server("ssh-mcp", ["node", program], home.environment, home.path, "run-command")


def mcp_ssh_manager(options, target, home):
    program = installed(options, "mcp-ssh-manager/src/index.js")
    if not program:
        return None
    at = target.at
    environment = {**home.environment, "SSH_SERVER_BENCH_HOST": at["host"], "SSH_SERVER_BENCH_PORT": str(at["port"]),
                   "SSH_SERVER_BENCH_USER": at["user"], "SSH_SERVER_BENCH_KEYPATH": at["key"]}
    return Server("mcp-ssh-manager", ["node", program], environment, home.path, "ssh_execute", server="bench")


SERVERS = {"mcp-ssh": ours, "ssh-mcp": ssh_mcp, "mcp-ssh-manager": mcp_ssh_manager}
