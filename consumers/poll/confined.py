"""A program of ours in a process of its own, which is killed when it takes too long, swells or crashes.

In: a value fit for JSON; out: the program's answer, or None. One question at a time. The program is a file that
imports nothing of Courant, so that it starts quickly and knows nothing worth stealing.
"""

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from consumers.poll.apart import Apart, confined


class Confined:
    """The process starts with the first question. Use as an async context manager, or `close` it."""

    def __init__(self, program: Path, wall_seconds: float) -> None:
        self.apart = Apart(confined(program, "-I"), wall_seconds)

    async def __aenter__(self) -> "Confined":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ask(self, question: Any) -> dict[str, Any] | None:
        """None if the process had to be killed, or died."""
        octets = await self.apart.ask(await asyncio.to_thread(msgspec.json.encode, question))
        return await asyncio.to_thread(msgspec.json.decode, octets, type=dict[str, Any]) if octets else None

    async def close(self) -> None:
        await self.apart.close()
