"""A TCP proxy that misbehaves on request: in goes an address, out comes a port with delays and cuts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class FaultProxy:
    """Passes bytes between its `port` and the target. Faults may be changed while connections are open."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.host = "127.0.0.1"
        self.port = 0
        self.delay = 0.0
        """Seconds each piece waits, in either direction."""
        self.refuses = False
        """New connections are reset at once."""

    @classmethod
    @asynccontextmanager
    async def to(cls, host: str, port: int) -> "AsyncIterator[FaultProxy]":
        """A proxy to this address, on a free port of loopback."""
        proxy = cls(host, port)
        server = await asyncio.start_server(proxy._connect, proxy.host, 0)
        proxy.port = server.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            server.close()
            proxy._flows.set()
            proxy.cut()

    def cut(self) -> None:
        """Resets every open connection."""
        for writer in tuple(self._open):
            writer.transport.abort()

    def black_hole(self, on: bool = True) -> None:
        """Connections stay open, and nothing comes through; what was sent arrives once it is off again."""
        (self._flows.clear if on else self._flows.set)()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._open |= ends
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._open -= ends

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                await asyncio.sleep(self.delay)
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
