"""One reader of notices for a whole process: in go the notices as they become known, out they go to all who listen.

The store is looked at now and then, and only while somebody listens. What a listener does not want costs it nothing;
what it wants waits in its buffer, and when that is full, it has lost its place: it comes again with its cursor.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import msgspec
import structlog
from starlette.exceptions import HTTPException

from service.api.problems import RETRY_SECONDS
from service.cursors import make_cursor
from service.errors import Outage, Unauthorised
from service.model import Interest, Notice, body
from service.settings import EventsSettings
from service.store import Store

logger = structlog.get_logger(__name__)

PORTION = 200
SIFT_SECONDS = 1.0
"""How often keys are looked at; what is known of a key is remembered for some seconds, so this costs little."""


class Told:
    """A notice on its way to listeners, written once for all."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice

    @cached_property
    def frame(self) -> bytes:
        """As Server-Sent Events has it."""
        return b"id: %s\ndata: %s\n\n" % (make_cursor(self.notice.seq).encode(), msgspec.json.encode(body(self.notice)))


@dataclass(frozen=True, slots=True)
class Pass:
    """By which key somebody listens, and what raises `Unauthorised` once that opens nothing any more."""

    key_id: str
    still_open: Callable[[], Awaitable[object]]


class Listener:
    """Somebody who listens: what waits for it, and how far it has heard."""

    __slots__ = ("_most", "_waiting", "_waker", "by", "gone", "heard", "interest", "overrun")

    def __init__(self, interest: Interest, most: int, by: Pass) -> None:
        self.interest, self._most, self.by = interest, most, by
        self.heard = 0
        """Everything up to this `seq` was taken, or is not wanted."""
        self.overrun = False
        """It was too slow, and has lost its place."""
        self.gone = False
        self._waiting: deque[Told] | None = None
        self._waker: asyncio.Future[None] | None = None

    def offer(self, told: Told) -> None:
        if told.notice.seq <= self.heard or self.overrun or not self.interest.covers(told.notice):
            return
        if self._waiting is None:
            self._waiting = deque()
        if len(self._waiting) < self._most:
            self._waiting.append(told)
        else:
            self._waiting, self.overrun = None, True
        self.wake()

    def take(self, most: int) -> list[Told]:
        """What waits for it and was not heard yet, at most so many."""
        taken: list[Told] = []
        while self._waiting and len(taken) < most:
            told = self._waiting.popleft()
            if told.notice.seq > self.heard:
                taken.append(told)
                self.heard = told.notice.seq
        if not self._waiting:
            self._waiting = None  # most listeners wait most of the time
        return taken

    @property
    def stirs(self) -> bool:
        return bool(self._waiting) or self.overrun or self.gone

    def leave(self) -> None:
        self.gone = True
        self.wake()

    def wake(self) -> None:
        if self._waker is not None and not self._waker.done():
            self._waker.set_result(None)

    async def stirred(self, seconds: float) -> bool:
        """Waits until there is something to take or a reason to go; False if there is neither after so long."""
        if not self.stirs:
            self._waker = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._waker
            self._waker = None
        return self.stirs


class Broadcast:
    """Use `joined`."""

    def __init__(self, store: Store, settings: EventsSettings, until: asyncio.Event) -> None:
        self._store, self._settings, self.until = store, settings, until
        self._present = 0
        self._sifted = 0.0
        self._listeners = defaultdict[str, set[Listener]](set)
        self._reader: asyncio.Task[None] | None = None
        self._begun = asyncio.Lock()
        self.head = 0
        """Everything up to this `seq` was offered."""

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Somebody waits for notices, for so long."""
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1

    def admit(self) -> None:
        """Raises 503 if as many wait as may."""
        if self._present >= self._settings.listeners:
            raise HTTPException(503, "As many listen as may at once.", {"Retry-After": str(RETRY_SECONDS)})

    def listener(self, interest: Interest, by: Pass) -> Listener:
        return Listener(interest, self._settings.buffer, by)

    @asynccontextmanager
    async def joined(self, listener: Listener) -> AsyncIterator[None]:
        """It is offered all that becomes known after `head`, as that is on entering. Raises `Outage`."""
        await self._begin()
        self._listeners[listener.interest.account_id].add(listener)
        if self.until.is_set():
            listener.leave()
        try:
            yield
        finally:
            self._part(listener)

    async def _begin(self) -> None:
        """There is one reader, and it knows where it stands."""
        async with self._begun:
            if self._reader is None or self._reader.done():
                self.head = await self._store.read(lambda tx: tx.notices.head())
                self._reader = asyncio.create_task(self._read(), name="broadcast")

    def _part(self, listener: Listener) -> None:
        account_id = listener.interest.account_id
        self._listeners[account_id].discard(listener)
        if not self._listeners[account_id]:
            del self._listeners[account_id]
        if not self._listeners and self._reader is not None:
            self._reader.cancel()
            self._reader = None

    async def _read(self) -> None:
        """Until nobody listens any more, or the process is to stop; then everybody is sent away."""
        try:
            while not self.until.is_set():
                try:
                    await self._look()
                    await self._sift()
                except Outage as outage:
                    logger.warning("listeners wait", error=str(outage))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.until.wait(), self._settings.look_seconds)
        finally:
            for listeners in self._listeners.values():
                for listener in listeners:
                    listener.leave()

    async def _look(self) -> None:
        while found := await self._store.read(lambda tx: tx.notices.since(self.head, PORTION)):
            for notice in found:
                self._spread(Told(notice))
                await asyncio.sleep(0)  # thousands may listen, and others want to be served
            if len(found) < PORTION:
                break

    async def _sift(self) -> None:
        """Now and then, send those away whose keys open nothing any more."""
        now = asyncio.get_running_loop().time()
        if now < self._sifted + SIFT_SECONDS:
            return
        self._sifted = now
        by_key = defaultdict[str, list[Listener]](list)
        for listener in chain.from_iterable(self._listeners.values()):
            by_key[listener.by.key_id].append(listener)
        for listeners in by_key.values():
            try:
                await listeners[0].by.still_open()
            except Unauthorised:
                for listener in listeners:
                    listener.leave()

    def _spread(self, told: Told) -> None:
        account_id = told.notice.account_id
        concerned = [self._listeners.get(account_id, ())] if account_id else self._listeners.values()
        for listeners in concerned:
            for listener in listeners:
                listener.offer(told)
        self.head = told.notice.seq
