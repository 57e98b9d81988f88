"""The programs and libraries mcp-ssh is measured beside, each set up as well as it can be: one connection kept where
the peer can keep one, TCP_NODELAY, and the cipher mcp-ssh chooses (aes256-gcm)."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

CIPHER = "aes256-gcm@openssh.com"
FOLDER = pathlib.Path(__file__).resolve().parent


def spawn_and_wait(argv, env=None):
    """The shortest way from Python to a finished process, so that what is timed is the program."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    _, status = os.waitpid(os.posix_spawnp(argv[0], argv, env or os.environ, file_actions=quiet), 0)
    return os.waitstatus_to_exitcode(status)


def timed(argv, env=None):
    start = time.perf_counter()
    code = spawn_and_wait(argv, env)
    if code != 0:
        raise SystemExit(f"{' '.join(map(str, argv))} ended with {code}")
    return time.perf_counter() - start


class SshConfig:
    """An ssh_config for everything that starts OpenSSH: the names bench and h0001, h0002, ... are the target."""

    def __init__(self, target, folder):
        at, known_hosts = target.at, pathlib.Path(folder) / f"known_hosts-{target.at['port']}"
        known_hosts.write_text(at["known_hosts"])
        self.path = pathlib.Path(folder) / f"ssh_config-{at['port']}"
        self.path.write_text(
            f"Host *\n  HostName {at['host']}\n  Port {at['port']}\n  User {at['user']}\n  IdentityFile {at['key']}\n"
            f"  UserKnownHostsFile {known_hosts}\n  GlobalKnownHostsFile /dev/null\n  BatchMode yes\n"
            f"  IdentitiesOnly yes\n  LogLevel ERROR\n  Ciphers {CIPHER}\n"
        )

    @property
    def ssh(self):
        return ["ssh", "-F", str(self.path)]

    def cold(self, count):
        return [timed([*self.ssh, "bench", "true"]) for _ in range(count)]

    def throughput(self, mebibytes):
        return mebibytes / timed([*self.ssh, "bench", f"head -c {mebibytes << 20} /dev/zero"])


class OpensshMux:
    def __init__(self, config, folder):
        self.command = [*config.ssh, "-S", str(pathlib.Path(folder) / f"mux-{config.path.name}")]
        self.master = subprocess.Popen([*self.command, "-MN", "bench"], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while spawn_and_wait([*self.command, "-O", "check", "bench"]) != 0:
            if self.master.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the OpenSSH master did not come up")

    def warm(self, count):
        return [timed([*self.command, "bench", "true"]) for _ in range(count)]

    def close(self):
        self.master.terminate()
        self.master.wait()


class Library:
    """A library in a process of its own that answers one JSON request a line."""

    def __init__(self, argv):
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"{argv[1]} did not start")

    def __getattr__(self, name):
        def ask(**arguments):
            self.process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            if not answer:
                raise SystemExit(f"{self.process.args[1]} failed at {name}")
            return json.loads(answer)

        return ask

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def asyncssh(target, folder):
    at = target.at
    known_hosts = pathlib.Path(folder) / f"known_hosts-{at['port']}"
    known_hosts.write_text(at["known_hosts"])
    return Library([sys.executable, "-W", "ignore", str(FOLDER / "asyncssh_peer.py"), at["host"], str(at["port"]),
                    at["user"], at["key"], str(known_hosts)])


def node(target, modules):
    """ssh2 for Node, or None where it is not installed."""
    if not modules or not (pathlib.Path(modules) / "node_modules/ssh2").exists() or not shutil.which("node"):
        return None
    at = target.at
    return Library(["node", str(FOLDER / "node_peer.mjs"), os.path.abspath(modules), at["host"], str(at["port"]), at["user"], at["key"]])


def fan_outs(config, names):
    """name → argv that runs `true` on all names, for the programs that are installed."""
    listed = ",".join(names)
    hosts = config.path.with_name("fan-out-hosts")
    hosts.write_text("\n".join(names) + "\n")
    width = str(len(names))
    programs = {
        "pdsh": ["pdsh", "-R", "ssh", "-f", width, "-w", listed, "true"],
        "clush": ["clush", "-f", width, "-o", f"-F {config.path}", "-w", listed, "true"],
        "parallel-ssh": ["parallel-ssh", "-h", str(hosts), "-p", width, "-x", f"-F {config.path}", "true"],
    }
    return {name: argv for name, argv in programs.items() if shutil.which(argv[0])}
