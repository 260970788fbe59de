"""A feed server for any number of hosts, which notes when each was asked, and by how many at once."""

import asyncio
import time
from collections import Counter, defaultdict
from itertools import pairwise


def rss(*names: str) -> str:
    """A feed with an entry of each name."""
    entries = "".join(
        f"<item><title>About {name}</title><link>https://outlet.test/{name}</link><guid>{name}</guid>"
        f"<description>What is known of {name} so far, and by whom.</description></item>"
        for name in names
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet</title>{entries}</channel></rss>'


class Watchful:
    """Serves `/NAME`; hosts with `slow` in their name take their time, those in `busy` answer 429."""

    def __init__(self) -> None:
        self.starts: dict[str, list[float]] = defaultdict(list)
        self.feeds: dict[str, int] = defaultdict(int)
        self.first: dict[str, float] = {}
        self.under_way: dict[str, int] = defaultdict(int)
        self.most = 0
        self.busy: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                host = head.lower().partition("host: ")[2].partition(":")[0]
                await self.answer(host, head.split(" ", 2)[1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, host: str, path: str, writer: asyncio.StreamWriter) -> None:
        at = time.monotonic()
        self.starts[host].append(at)
        self.feeds[host + path] += 1
        self.first.setdefault(host + path, at)
        self.under_way[host] += 1
        self.most = max(self.most, self.under_way[host])
        await asyncio.sleep(0.6 if "slow" in host else 0.01)  # longer than the gap, so that two may meet
        self.under_way[host] -= 1
        body = rss(f"{host}-{self.feeds[host + path]}").encode()
        status = "429 Too Many Requests\r\nRetry-After: 2" if host in self.busy else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def closest(self) -> float:
        """Seconds between the two starts at one host that lay closest together."""
        return min(later - earlier for starts in self.starts.values() for earlier, later in pairwise(starts))

    def most_first_in_a_second(self) -> int:
        """Feeds whose first poll was in the same second."""
        return most_in_a_second(list(self.first.values()))

    def most_in_a_second(self) -> int:
        """Requests of the second with the most of them."""
        return most_in_a_second([at for starts in self.starts.values() for at in starts])


def most_in_a_second(times: list[float]) -> int:
    return max(Counter(int(at) for at in times).values(), default=0)
