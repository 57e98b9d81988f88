"""asyncssh in a process of its own, so that its memory can be measured. Arguments: host port user key known_hosts.
Reads one JSON request a line, {"do": NAME, ...}, and answers each with one line of JSON. Same cipher as mcp-ssh
chooses: aes256-gcm."""

import asyncio
import json
import sys
import time

import asyncssh


class Peer:
    def __init__(self, host, port, user, key, known_hosts):
        self.where = dict(host=host, port=int(port), username=user, client_keys=[asyncssh.read_private_key(key)],
                          known_hosts=known_hosts, agent_path=None, config=None,
                          encryption_algs=["aes256-gcm@openssh.com"])
        self.connections = []

    async def connect(self):
        return await asyncssh.connect(**self.where)

    async def one(self):
        if not self.connections:
            self.connections.append(await self.connect())
        return self.connections[0]

    @staticmethod
    async def true(connection):
        start = time.perf_counter()
        if (await connection.run("true")).exit_status != 0:
            raise SystemExit("asyncssh: the command failed")
        return time.perf_counter() - start

    async def warm(self, count):
        connection = await self.one()
        return [await self.true(connection) for _ in range(count)]

    async def cold(self, count):
        taken = []
        for _ in range(count):
            start = time.perf_counter()
            connection = await self.connect()
            await self.true(connection)
            taken.append(time.perf_counter() - start)
            connection.close()
            await connection.wait_closed()
        return taken

    async def open(self, count, at_once):
        """`count` connections, `at_once` of them logging in at a time; the seconds it took."""
        gate, start = asyncio.Semaphore(at_once), time.perf_counter()

        async def one():
            async with gate:
                self.connections.append(await self.connect())

        await asyncio.gather(*(one() for _ in range(count)))
        return time.perf_counter() - start

    async def fan_out(self, count):
        """A command on each of `count` hosts, cold and then warm; seconds each."""
        start = time.perf_counter()
        connections = await asyncio.gather(*(self.connect() for _ in range(count)))
        await asyncio.gather(*(self.true(connection) for connection in connections))
        cold = time.perf_counter() - start
        start = time.perf_counter()
        await asyncio.gather(*(self.true(connection) for connection in connections))
        warm = time.perf_counter() - start
        for connection in connections:
            connection.close()
        return [cold, warm]

    async def each(self):
        return [await self.true(connection) for connection in self.connections]

    async def in_flight(self, width, seconds):
        """Commands a second with `width` at a time on one connection."""
        connection, done = await self.one(), 0
        start = time.perf_counter()

        async def worker():
            nonlocal done
            while time.perf_counter() - start < seconds:
                await self.true(connection)
                done += 1

        await asyncio.gather(*(worker() for _ in range(width)))
        return done / (time.perf_counter() - start)

    async def throughput(self, mebibytes):
        connection = await self.one()
        start, got = time.perf_counter(), 0
        async with connection.create_process(f"head -c {mebibytes << 20} /dev/zero", encoding=None) as process:
            while piece := await process.stdout.read(1 << 18):
                got += len(piece)
        if got != mebibytes << 20:
            raise SystemExit(f"asyncssh: {got} bytes")
        return mebibytes / (time.perf_counter() - start)

    async def close(self):
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        return True


def main():
    peer = Peer(*sys.argv[1:])
    loop = asyncio.new_event_loop()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(loop.run_until_complete(getattr(peer, request.pop("do"))(**request))), flush=True)


if __name__ == "__main__":
    main()
