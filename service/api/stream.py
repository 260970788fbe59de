"""Notices as Server-Sent Events: in goes who wants to hear what from where on; out comes an answer that does not end.

What was told before is read from the store, portion by portion, and then the broadcast is listened to. Every notice
carries its cursor as `id`; a comment now and then keeps the connection alive, and a cursor alone says how far a quiet
listener has heard. It ends when the client goes, is too slow, or the process stops: with `retry`, and always between
two notices, so that whoever comes again with the last `id` has missed nothing.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.api.broadcast import PORTION, Broadcast, Listener, Told
from service.api.endless import to_be_told
from service.cursors import CursorExpired, make_cursor
from service.errors import Outage
from service.model import Portion
from service.settings import EventsSettings
from service.store import Store

logger = structlog.get_logger(__name__)

MEDIA_TYPE = "text/event-stream"
HEARTBEAT = b":\n\n"
AT_ONCE = 50
"""Notices put into one piece at most."""
SPREAD = 1.0
"""Whoever is sent away by a process that stops waits up to so many times as long as others."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one listener is told, in pieces."""

    store: Store
    broadcast: Broadcast
    settings: EventsSettings
    listener: Listener

    async def pieces(self, first: Portion) -> AsyncGenerator[bytes, None]:
        """The first portion and all that comes after it, until the listener is gone or too slow."""
        yield self._retry() + _cursor(first.after)
        try:
            async with aclosing(self._before(first)) as before:
                async for piece in before:
                    yield piece
            async with self.broadcast.joined(self.listener), aclosing(self._from_now_on()) as now:
                async for piece in now:
                    yield piece
        except (Outage, CursorExpired) as error:  # who comes again is told
            logger.warning("listener sent away", error=str(error))
        yield self._retry(random.random())  # noqa: S311  nobody is to guess it; it only spreads those who come again

    async def _before(self, portion: Portion) -> AsyncGenerator[bytes, None]:
        """All that the store has, while it is much."""
        listener = self.listener
        while not listener.gone and not self.broadcast.until.is_set():
            if portion.notices:
                yield _frames(map(Told, portion.notices))
            listener.heard = portion.upto
            if portion.complete:
                break
            portion = await self._next()

    async def _from_now_on(self) -> AsyncGenerator[bytes, None]:
        listener, heartbeat = self.listener, self.settings.heartbeat_seconds
        async with aclosing(self._between(self.broadcast.head)) as between:
            async for piece in between:
                yield piece
        while not listener.gone:
            if told := listener.take(AT_ONCE):
                yield _frames(told)
            elif listener.overrun:
                break
            elif not await listener.stirred(heartbeat):
                yield HEARTBEAT
                if not await listener.stirred(heartbeat):
                    yield _cursor(max(listener.heard, self.broadcast.head))

    async def _between(self, head: int) -> AsyncGenerator[bytes, None]:
        """What became known after the store was read and before the broadcast was joined."""
        while self.listener.heard < head and not self.listener.gone:
            portion = await self._next()
            if portion.notices:
                yield _frames(map(Told, portion.notices))
            self.listener.heard = portion.upto

    async def _next(self) -> Portion:
        listener = self.listener
        return await self.store.read(lambda tx: tx.notices.after(listener.heard, listener.interest, PORTION))

    def _retry(self, spread: float = 0.0) -> bytes:
        return b"retry: %d\n\n" % round(1000 * self.settings.retry_seconds * (1 + SPREAD * spread))


class Stream(Response):
    """The answer itself."""

    media_type = MEDIA_TYPE

    def __init__(self, telling: Telling, first: Portion) -> None:
        super().__init__(headers={"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._telling, self._first = telling, first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        to_be_told(scope, partial(_tell, self._telling, self._first))


async def _tell(telling: Telling, first: Portion, receive: Receive, send: Send) -> None:
    leaving = asyncio.create_task(_leave(telling.listener, receive))
    try:
        with telling.broadcast.counted():
            async with aclosing(telling.pieces(first)) as pieces:
                async for piece in pieces:
                    async with asyncio.timeout(telling.settings.send_seconds):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:  # it takes nothing; the server closes the connection of an answer that did not end
        logger.info("listener let go", why="it took nothing for too long")
    finally:
        leaving.cancel()


async def _leave(listener: Listener, receive: Receive) -> None:
    """When the client goes."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.leave()


def _frames(told: Iterable[Told]) -> bytes:
    return b"".join(each.frame for each in told)


def _cursor(seq: int) -> bytes:
    cursor = make_cursor(seq).encode()
    return b'id: %s\nevent: cursor\ndata: {"cursor": "%s"}\n\n' % (cursor, cursor)
