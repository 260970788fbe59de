"""A receiver of webhooks that costs little: requests go in; how many came comes out at `/count`, and how late each was
at `/report`.

python -m tests.benchmarks.receiver

It writes its port to its output. Below `/hang` it takes requests and never answers. What is sent says by `raised`, in
seconds since 1970, when it was raised.
"""

import asyncio
import time
from collections import Counter
from typing import Any

import msgspec

TAKEN = b"HTTP/1.1 204 Taken\r\n\r\n"


class Report(msgspec.Struct):
    """Of what was answered: seconds from raised to here, and when that was; how often each id came."""

    late: list[float] = []
    at: list[float] = []
    ids: dict[str, int] = {}
    hanging: int = 0
    """Requests that hang now."""
    most_hanging: int = 0


class Said(msgspec.Struct):
    data: dict[str, Any]


report, seen = Report(), Counter[str]()


class Receiver(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.unread, self.hangs = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, some: bytes) -> None:
        self.unread += some
        while (end := self.unread.find(b"\r\n\r\n")) >= 0:
            head = self.unread[:end].decode("latin-1")
            _, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            whole = end + 4 + int(headers.get("content-length", "0"))
            if len(self.unread) < whole:
                return
            body, self.unread = self.unread[end + 4 : whole], self.unread[whole:]
            self._take(head, headers, body)

    def connection_lost(self, error: Exception | None) -> None:
        report.hanging -= self.hangs

    def _take(self, head: str, headers: dict[str, str], body: bytes) -> None:
        now, path = time.time(), head.split(" ", 2)[1]
        if path == "/report":
            self._tell(msgspec.json.encode(msgspec.structs.replace(report, ids=dict(seen))))
        elif path == "/count":
            self._tell(b"%d" % len(report.at))
        elif path.startswith("/hang"):
            self.hangs = True
            report.hanging += 1
            report.most_hanging = max(report.hanging, report.most_hanging)
        else:
            report.late.append(now - msgspec.json.decode(body, type=Said).data["raised"])
            report.at.append(now)
            seen[headers["webhook-id"]] += 1
            self.transport.write(TAKEN)

    def _tell(self, body: bytes) -> None:
        self.transport.write(b"HTTP/1.1 200 So\r\ncontent-length: %d\r\n\r\n" % len(body) + body)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
