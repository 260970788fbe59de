"""Several calls of the store in one transaction: what an HTTP request writes, and the note that it was done.

A transaction is else one function, on one thread, from beginning to end. Here a thread of the pool stays with the
transaction and is handed one function after the other; each stands in a savepoint, so one that raises undoes only
itself, as it would alone. Between them no network may be waited for but the broker: others wait for this one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from service.errors import Outage

if TYPE_CHECKING:
    from service.store import Transaction

T = TypeVar("T")
Job = tuple[Future[Any], "Callable[[Transaction], Any]"]
PATIENCE = 30.0
"""Seconds that a transaction waits for its next function, before it is given up."""


class Abandoned(Exception):  # no error: the transaction is to be undone
    """Undo what was done."""


class Together:
    """One transaction for several functions; it begins with the first of them that writes."""

    def __init__(
        self, pool: ThreadPoolExecutor, transaction: "Callable[[], AbstractContextManager[Transaction]]"
    ) -> None:
        self._pool, self._transaction = pool, transaction
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._life: asyncio.Future[None] | None = None
        self.afterwards = list[Callable[[], Awaitable[None]]]()
        """What is to be waited for once everything is committed."""

    @property
    def begun(self) -> bool:
        """Whether anything was written: from then on everything is to be read here, too."""
        return self._life is not None

    async def run(self, function: "Callable[[Transaction], T]") -> T:
        """Raises what the function raises, `Outage` if the transaction is lost."""
        if self._life is None:
            self._life = asyncio.get_running_loop().run_in_executor(self._pool, self._live)
        done: Future[T] = Future()
        self._jobs.put((done, function))
        told = asyncio.wrap_future(done)
        await asyncio.wait((told, self._life), return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            return told.result()
        await self._life
        raise Outage("a transaction took too long and was given up")

    async def commit(self) -> None:
        """Raises `Outage` if it cannot be."""
        if self._life is not None:
            self._jobs.put(None)
            await self._life

    async def abandon(self) -> None:
        """Undo everything."""
        if self._life is not None:
            self._jobs.put((Future(), _abandon))
            with suppress(Abandoned, Outage):
                await self._life

    def _live(self) -> None:
        """On the thread: until told to commit or to abandon, or nobody says anything any more."""
        try:
            with self._transaction() as tx:
                while (job := self._jobs.get(timeout=PATIENCE)) is not None:
                    _do(tx, *job)
        except Empty:
            raise Outage("a transaction took too long and was given up") from None


TOGETHER: ContextVar[Together | None] = ContextVar("together", default=None)
"""The transaction that this task's calls of the store belong to."""


@asynccontextmanager
async def gathered(made: Together) -> AsyncIterator[Together]:
    """The block's calls of the store belong together: all of it is committed at its end, nothing if it raises.
    What is to follow that follows before whoever waits for the block goes on."""
    token = TOGETHER.set(made)
    try:
        yield made
    except BaseException:
        await made.abandon()
        raise
    else:
        await made.commit()
    finally:
        TOGETHER.reset(token)
    for follow in made.afterwards:
        await follow()


def _do(tx: "Transaction", done: Future[Any], function: "Callable[[Transaction], Any]") -> None:
    try:
        with tx.connection.begin_nested():
            found = function(tx)
    except Abandoned:
        raise
    except BaseException as error:  # noqa: BLE001  # told to whoever asked
        done.set_exception(error)
    else:
        done.set_result(found)


def _abandon(_tx: "Transaction") -> None:
    raise Abandoned
