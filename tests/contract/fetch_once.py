"""Fetches one address in a process of its own, whose memory nobody has grown before: `fetch_once URL`.

Says what came of it (`reply`, or the kind of `Unreachable`), and by how many bytes it grew at its largest.
"""

import asyncio
import sys
from pathlib import Path

from service.egress import Egress, Reply
from service.settings import EgressSettings

NOBODY = "http://127.0.0.1:1/"


async def fetch(url: str) -> str:
    async with Egress.open(EgressSettings(allow_loopback=True, total_seconds=1)) as egress:
        await egress.get(NOBODY)  # what is loaded at the first request is no fault of the second
        before = forget_largest()
        outcome = await egress.get(url)
        return f"{'reply' if isinstance(outcome, Reply) else outcome.kind} {largest() - before}"


def forget_largest() -> int:
    """The present size, which becomes the largest so far."""
    Path("/proc/self/clear_refs").write_text("5")
    return largest()


def largest() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kilobytes) * 1024


if __name__ == "__main__":
    print(asyncio.run(fetch(sys.argv[1])))
