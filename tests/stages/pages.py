"""A server of pages on loopback: every path behaves in its own way, as pages do. Counts what is asked for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PARAGRAPH = (
    "Ferry crews in Varnholm painted the old pier at the weekend, and forty neighbours came to help them. "
    "The harbour master of Varnholm said that the work would go on until the summer, whatever the weather. "
)
NAVIGATION = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a> <a href='/weather'>Weather</a></nav>"
PAGE = (
    f"<!doctype html><html><head><title>Pier painted</title></head><body>{NAVIGATION}<article><h1>Pier painted</h1>"
    + "".join(f"<p>{PARAGRAPH} This is paragraph number {n}.</p>" for n in range(1, 6))
    + f"</article><footer>All rights reserved. {NAVIGATION}</footer></body></html>"
)
TEXTLESS = f"<html><body>{NAVIGATION}<script>render()</script></body></html>"


class Pages:
    """`/good /slow /broken /picture /missing /blank /empty /short /long /huge /moved`, and `more`; `seen` counts."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.base = ""
        self.slow = {"/slow"}
        self.more: dict[str, tuple[str, int, str]] = {}
        """Further paths: Content-Type, status and body."""
        self.headers: dict[str, str] = {}
        """Further headers by path, as lines."""
        self.asked_at: list[tuple[float, str]] = []
        """When each path was asked for, by the event loop's time."""

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Pages"]:
        pages = cls()
        server = await asyncio.start_server(pages._serve, "127.0.0.1", 0)
        pages.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield pages
        finally:
            server.close()

    def url(self, path: str) -> str:
        return self.base + path

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ")[1].decode()
            self.seen[path.split("?")[0]] += 1
            self.asked_at.append((asyncio.get_running_loop().time(), path.split("?")[0]))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await self._answer(path.split("?")[0], reader, writer)
            finally:
                self.at_once -= 1
                writer.close()

    async def _answer(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if path in self.slow:
            await reader.read()  # says nothing until the other side gives up
            return
        if path == "/broken":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5000\r\n\r\n<html>")
            return
        if path == "/moved":
            writer.write(b"HTTP/1.1 302 Found\r\nlocation: /good\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            return
        kind, status, body = {
            "/good": ("text/html; charset=utf-8", 200, PAGE),
            "/picture": ("image/png", 200, "\x89PNG"),
            "/missing": ("text/html", 404, PAGE),
            "/empty": ("text/html", 200, TEXTLESS),
            "/short": ("text/html", 200, "<html><body><article><p>The pier.</p></article></body></html>"),
            "/blank": ("text/html", 200, "<html><body></body></html>"),
            "/long": ("text/html", 200, "<html><body>" + "<p>x" * 1_100_000),
            "/huge": ("text/html", 200, "<html><body>" + "<p>x" * 2_000_000),
            **self.more,
        }.get(path, ("text/plain", 404, ""))
        encoded = body.encode()
        head = f"HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\ncontent-length: {len(encoded)}\r\n"
        head += "".join(f"{line}\r\n" for line in self.headers.get(path, "").splitlines())
        writer.write(head.encode() + b"connection: close\r\n\r\n" + encoded)
        await writer.drain()
