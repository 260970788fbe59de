"""Who may go first where there is not room for all: half of the places are kept for feeds that answered promptly.

In: a feed's promise; out: a place. Feeds that fail, that were slow or that were never asked share the other half,
so that however many of them there are, and however long they take, they do not hold up the rest.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from service.model import Claim

CLAIMED_AHEAD = 4
"""Feeds claimed for each that may be polled at once: some have to wait for their hosts."""


class Places:
    """So many places, of which the doubtful may have half."""

    def __init__(self, count: int) -> None:
        self._all, self._doubtful = asyncio.Semaphore(count), asyncio.Semaphore(half(count))
        self.taken = self.most_taken = 0

    @asynccontextmanager
    async def place(self, prompt: bool) -> AsyncIterator[None]:
        """Wait for a place, and hold it meanwhile."""
        await self.take(prompt)
        try:
            yield
        finally:
            self.leave(prompt)

    async def take(self, prompt: bool) -> None:
        if not prompt:
            await self._doubtful.acquire()
        try:
            await self._all.acquire()
        except BaseException:
            self._released(prompt)
            raise
        self.taken += 1
        self.most_taken = max(self.most_taken, self.taken)

    def leave(self, prompt: bool) -> None:
        self.taken -= 1
        self._all.release()
        self._released(prompt)

    def _released(self, prompt: bool) -> None:
        if not prompt:
            self._doubtful.release()


class Share:
    """What one visit has of the room for large documents: nothing, until it asks. Use as a context manager."""

    def __init__(self, places: Places, prompt: bool) -> None:
        self._places, self._prompt, self._large = places, prompt, False

    def __enter__(self) -> "Share":
        return self

    def __exit__(self, *_: object) -> None:
        if self._large:
            self._places.leave(self._prompt)

    async def enlarge(self) -> None:
        """Wait until a large document may come; more of them one after the other need no more room."""
        if not self._large:
            await self._places.take(self._prompt)
            self._large = True


def half(count: int) -> int:
    return max(1, count // 2)


def room(begun: Collection[Claim], now: datetime, at_once: int) -> tuple[int, int]:
    """How many more feeds to claim: first of all that are due, and then so many in all, the rest prompt ones.

    Those that can start soon, and some that wait for their hosts. Not one by one, for a claim costs a transaction.
    """
    started = sum(claim.start_at <= now for claim in begun)
    free = min(2 * at_once - started, CLAIMED_AHEAD * at_once - len(begun))
    if free <= at_once / 2:
        return 0, 0
    free_to_any = at_once - sum(not claim.feed.prompt for claim in begun)
    return (min(free, free_to_any) if free_to_any > at_once / 4 else 0), free
