#!/usr/bin/env python3
"""A link of a given length on loopback: every byte arrives DELAY ms later, in each direction. TCP's own handshake is
with the relay and costs nothing. Arguments: port to relay to, delay in ms. Prints its port; ends with its stdin."""

import asyncio
import collections
import contextlib
import socket
import sys


class End(asyncio.Protocol):
    """One end of one connection. What it receives is written to the other end when it is due."""

    def __init__(self, delay, connected):
        self.delay, self.connected, self.other = delay, connected, None
        self.queue, self.timer = collections.deque(), None
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connected(self)

    def data_received(self, data):
        self._later(data)

    def eof_received(self):
        self._later(b"")
        return True

    def connection_lost(self, _):
        self._later(None)

    def _later(self, data):
        self.queue.append((self.loop.time() + self.delay, data))
        if self.timer is None:
            self._arm()

    def _arm(self):
        self.timer = self.loop.call_at(self.queue[0][0], self._deliver) if self.queue else None

    def _deliver(self):
        while self.queue and self.queue[0][0] <= self.loop.time() + 0.0002:
            _, data = self.queue.popleft()
            if self.other is None or self.other.transport.is_closing():
                continue
            if data is None:
                self.other.transport.close()
            elif data:
                self.other.transport.write(data)
            elif self.other.transport.can_write_eof():
                with contextlib.suppress(OSError):  # that end was reset a moment ago
                    self.other.transport.write_eof()
        self._arm()


async def main(port, delay):
    loop = asyncio.get_running_loop()

    def accepted(client):
        client.transport.pause_reading()

        async def connect():
            _, server = await loop.create_connection(lambda: End(delay, lambda _: None), "127.0.0.1", port)
            client.other, server.other = server, client
            client.transport.resume_reading()

        client.task = loop.create_task(connect())

    server = await loop.create_server(lambda: End(delay, accepted), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) / 1000))
