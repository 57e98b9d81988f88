"""One Python SSH library with one open connection, in a process of its own so that its memory can be measured.

Arguments: library host port user key known_hosts. Prints "ready"; then each line N on stdin makes N runs of `true`
and answers with their durations in seconds, as JSON."""

import asyncio
import json
import sys
import time


def answer_with(measure):
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(int(line))), flush=True)


def with_paramiko(host, port, user, key, known_hosts):
    import paramiko

    client = paramiko.SSHClient()
    client.load_host_keys(known_hosts)
    client.connect(host, port, user, key_filename=key, allow_agent=False, look_for_keys=False)

    def measure(count):
        taken = []
        for _ in range(count):
            start = time.perf_counter()
            _, stdout, _ = client.exec_command("true")
            if stdout.channel.recv_exit_status() != 0:
                raise SystemExit("paramiko: the command failed")
            taken.append(time.perf_counter() - start)
        return taken

    answer_with(measure)


def with_asyncssh(host, port, user, key, known_hosts):
    import asyncssh

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(
        asyncssh.connect(host, port, username=user, client_keys=[key], known_hosts=known_hosts, agent_path=None)
    )

    async def runs(count):
        taken = []
        for _ in range(count):
            start = time.perf_counter()
            if (await connection.run("true")).exit_status != 0:
                raise SystemExit("asyncssh: the command failed")
            taken.append(time.perf_counter() - start)
        return taken

    answer_with(lambda count: loop.run_until_complete(runs(count)))


if __name__ == "__main__":
    library, host, port, user, key, known_hosts = sys.argv[1:]
    {"paramiko": with_paramiko, "asyncssh": with_asyncssh}[library](host, int(port), user, key, known_hosts)
