"""Somebody who listens to the stream of notices by the rules: in goes a port, out comes what was heard, in order."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from service.cursors import make_cursor, read_cursor


@dataclass
class Client:
    """Writes down every id as soon as the whole of its notice is there, and comes again with the last one."""

    key: str
    heard: list[int] = field(default_factory=list)
    last_id: str = make_cursor(0)
    connections: int = 0

    async def listen(self, port: int) -> None:
        """Until it is cut off, in whatever way."""
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                headers = f"Authorization: Bearer {self.key}\r\nLast-Event-ID: {self.last_id}\r\n"
                writer.write(f"GET /v1/stream HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode())
                await reader.readuntil(b"\r\n\r\n")
                self.connections += 1
                await self._collect(reader)
            finally:
                writer.transport.abort()

    async def _collect(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            rest += (await reader.readexactly(size + 2))[:-2]
            *frames, rest = rest.split(b"\n\n")
            for frame in frames:
                self._frame(frame.split(b"\n"))

    def _frame(self, lines: list[bytes]) -> None:
        told = dict(line.split(b": ", 1) for line in lines if b": " in line)
        if b"id" in told:
            self.last_id = told[b"id"].decode()
            if b"event" not in told:
                self.heard.append(read_cursor(self.last_id))
