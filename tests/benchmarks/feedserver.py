"""A feed server that costs little: any number of feeds of twenty entries, on loopback, a process of its own.

    with feed_server() as server:
        server.url(7)          # http://feed-host-7.test:PORT/7.xml; every such host leads to 127.0.0.1
        server.turn()          # a round later: a quarter of the feeds has two entries more

Half of the feeds have an ETag and answer 304 while nothing has changed; the others answer 200 always. Of each
half a quarter brings two new entries a round.
"""

import argparse
import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

ENTRIES, NEW_A_ROUND = 20, 2
TEXT = (
    "The harbour office said on Monday that the ferries to the northern islands would sail again from noon, after "
    "two days of storm; three more crossings would carry those who were still waiting on both sides of the strait."
)


@dataclass(frozen=True)
class Served:
    port: int
    hosts: int

    def url(self, feed: int) -> str:
        return f"http://feed-host-{feed % self.hosts}.test:{self.port}/{feed}.xml"

    def local_url(self, feed: int) -> str:
        """The same by address: for programs whose name resolution is not ours."""
        host = feed % self.hosts
        return f"http://127.0.{host // 250}.{host % 250 + 1}:{self.port}/{feed}.xml"

    def turn(self) -> None:
        self._ask("turn")

    def answered(self) -> dict[int, int]:
        """Answers given so far, by status."""
        return {int(status): int(count) for status, count in (each.split("=") for each in self._ask("count").split())}

    def _ask(self, what: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{what}", timeout=10) as answer:
            return bytes(answer.read()).decode()


@contextmanager
def feed_server(hosts: int = 500) -> Iterator[Served]:
    command = [sys.executable, "-m", "tests.benchmarks.feedserver"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Served(int(process.stdout.readline()), hosts)
        finally:
            process.kill()


class Feeds:
    """What is published at present."""

    def __init__(self) -> None:
        self.round = 0
        self.answered = {200: 0, 304: 0}

    def answer(self, path: bytes, head: bytes) -> bytes:
        if path == b"/turn":
            self.round += 1
            return response(200, b"", b"")
        if path == b"/count":
            return response(200, " ".join(f"{status}={n}" for status, n in self.answered.items()).encode(), b"")
        return self._feed(int(path[1:-4]), head)

    def _feed(self, feed: int, head: bytes) -> bytes:
        newest = self.round * NEW_A_ROUND if feed % 8 in (0, 1) else 0
        etag = b'"%d-%d"' % (feed, newest) if feed % 2 == 0 else b""
        status = 304 if etag and b"if-none-match: " + etag in head.replace(b"If-None-Match", b"if-none-match") else 200
        self.answered[status] += 1
        return response(status, document(feed, newest) if status == 200 else b"", etag)


class Connection(asyncio.Protocol):
    def __init__(self, feeds: Feeds) -> None:
        self.feeds, self.read = feeds, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self.read += data
        while b"\r\n\r\n" in self.read:
            head, _, self.read = self.read.partition(b"\r\n\r\n")
            self.transport.write(self.feeds.answer(head.split(b" ", 2)[1], head))


def response(status: int, body: bytes, etag: bytes) -> bytes:
    named = b"\r\nETag: " + etag if etag else b""
    head = b"HTTP/1.1 %d OK\r\nContent-Type: application/rss+xml; charset=utf-8%s" % (status, named)
    return head + (b"\r\n\r\n" if status == 304 else b"\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def document(feed: int, newest: int) -> bytes:
    entries = "".join(
        f"<item><title>Ferries resume, report {n} of outlet {feed}</title>"
        f"<link>https://outlet-{feed}.example/2026/{n}</link><guid>outlet-{feed}-{n}</guid>"
        f"<pubDate>Sat, 14 Mar 2026 {n // 60 % 24:02}:{n % 60:02}:00 GMT</pubDate>"
        f"<description>&lt;p&gt;Report {n}. {TEXT}&lt;/p&gt;</description></item>"
        for n in range(newest + ENTRIES, newest, -1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Outlet {feed}</title>'
        f"<link>https://outlet-{feed}.example/</link><description>News</description>{entries}</channel></rss>"
    ).encode()


async def serve() -> None:
    feeds = Feeds()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(feeds), "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started us is gone
    server.close()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    import uvloop

    uvloop.run(serve())
