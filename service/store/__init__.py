"""Everything that outlives a process.

A transaction is a plain function: it runs in one piece on a database thread, commits when it returns and
rolls back when it raises. It cannot await, so it cannot hold the database while it waits for a network:

    await store.write(function, *args)      # runs function(tx, *args)

What several calls write can be put in one transaction all the same (`together`). SQLite has one writer thread,
PostgreSQL several. Nobody else writes SQL, and nobody else commits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.errors import Collision, Outage
from service.sources import NONE
from service.sources import Sources as Known
from service.store.accounts import Accounts
from service.store.alerts import Alerts
from service.store.alive import ask_the_rested
from service.store.articles import Articles
from service.store.attributions import Attributions
from service.store.audit import Audit, noted
from service.store.backfills import Backfills
from service.store.backtests import Backtests
from service.store.browse import Browse
from service.store.bulletins import Bulletins
from service.store.commonness import WordCounts
from service.store.counting import Counting
from service.store.dead_letters import DeadLetters
from service.store.deciding import Deciding
from service.store.decisions import Decisions
from service.store.delivering import Deliveries
from service.store.endpoints import Endpoints
from service.store.entities import Entities
from service.store.explaining import Explaining
from service.store.feeds import Feeds
from service.store.group import Group, knowing, on
from service.store.held import Held
from service.store.history import History
from service.store.hosts import Hosts
from service.store.identities import Identities
from service.store.keys import Keys
from service.store.lineage import Lineage
from service.store.linkings import Linkings
from service.store.lists import Lists
from service.store.managed import Managed
from service.store.memberships import Memberships
from service.store.moves import Moves
from service.store.notices import Notices
from service.store.paces import Pace
from service.store.pages import Pages
from service.store.payloads import Payloads
from service.store.portraits import Portraits
from service.store.quotas import Quotas
from service.store.rechecks import Rechecks
from service.store.recoveries import Recoveries
from service.store.replay import Replay
from service.store.reports import Reports
from service.store.requests import Requests
from service.store.search import Search
from service.store.seeking import Seeking
from service.store.settling import Settling
from service.store.sightings import Sightings
from service.store.sources import SourcesHeardOf
from service.store.stories import Stories
from service.store.subscriptions import Subscriptions
from service.store.table import metadata
from service.store.tallies import Tallies
from service.store.ties import Ties
from service.store.together import TOGETHER, Together, gathered
from service.store.told import ToldOf
from service.store.topic_versions import TopicVersions
from service.store.topics import Topics
from service.store.total import MOST, Tallying, Total
from service.store.waiting import Waits
from service.store.websub import Websub

__all__ = ["Store", "Transaction", "metadata"]

P = ParamSpec("P")
COLLISIONS = ("40001", "40P01")
"""SQLSTATE of a serialization failure and of a deadlock."""
T = TypeVar("T")


class Transaction:
    """The tables, by group, inside one transaction."""

    feeds = on(Feeds)
    hosts = on(Hosts)
    sightings = on(Sightings)
    identities = on(Identities)
    tallies = on(Tallies)
    articles = on(Articles)
    word_counts = on(WordCounts)
    moves = on(Moves)
    settling = on(Settling)
    stories = knowing(Stories)
    reports = knowing(Reports)
    portraits = on(Portraits)
    linkings = on(Linkings)
    memberships = on(Memberships)
    lineage = on(Lineage)
    ties = on(Ties)
    decisions = on(Decisions)
    deciding = Group(lambda tx: Deciding(tx.stories, tx.memberships, tx.ties, tx.decisions))
    history = knowing(History)
    search = knowing(Search)
    seeking = knowing(Seeking)
    entities = on(Entities)
    attributions = on(Attributions)
    browse = on(Browse)
    counting = on(Counting)
    topics = on(Topics)
    topic_versions = on(TopicVersions)
    backtests = on(Backtests)
    replay = on(Replay)
    explaining = on(Explaining)
    managed = on(Managed)
    endpoints = on(Endpoints)
    subscriptions = on(Subscriptions)
    notices = on(Notices)
    bulletins = on(Bulletins)
    alerts = on(Alerts)
    told = on(ToldOf)
    waiting = on(Waits)
    held = on(Held)
    paces = on(Pace)
    deliveries = on(Deliveries)
    recoveries = on(Recoveries)
    dead_letters = on(DeadLetters)
    keys = on(Keys)
    requests = on(Requests)
    accounts = on(Accounts)
    quotas = on(Quotas)
    audit = on(Audit)
    websub = on(Websub)
    payloads = on(Payloads)
    pages = on(Pages)
    rechecks = on(Rechecks)
    backfills = on(Backfills)
    lists = on(Lists)
    sources = on(SourcesHeardOf)

    def __init__(self, connection: Connection, known: Known = NONE) -> None:
        self.connection, self.known = connection, known

    def total(self, read: Callable[["Transaction", int], Sequence[object]]) -> Total:
        """How many rows `read` would give, which is told how many to read at most."""
        tallying = Tallying(self.connection)
        return tallying.total(read(Transaction(cast(Connection, tallying), self.known), MOST + 1))


class Store:
    """A database, and the threads that talk to it. `url` is SQLAlchemy's; `threads` is per pool.

    `known` tells which sources are of one house, where voices are counted.
    """

    def __init__(self, url: str, threads: int = 4, known: Known = NONE) -> None:
        self.engine = _open(url, threads)
        self._reading = _reading(self.engine)
        self._known = known
        writers = 1 if self.engine.dialect.name == "sqlite" else threads
        self._readers = ThreadPoolExecutor(threads, "store-read")
        self._writers = ThreadPoolExecutor(writers, "store-write")

    async def write(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in a transaction that may write. Raises `Outage` if the database is away."""
        return await self._run(self._writers, noted(function), *args, **kwargs)

    async def read(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in a transaction that only reads. Raises `Outage` if the database is away."""
        return await self._run(self._readers, function, *args, **kwargs)

    async def _run(self, pool: ThreadPoolExecutor, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        writes = pool is self._writers
        together = TOGETHER.get()
        if together and (writes or together.begun):
            with _outages():
                return await together.run(lambda tx: function(tx, *args, **kwargs))

        def transact() -> T:
            with self._transaction(writes) as tx:
                return function(tx, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(pool, transact)

    def together(self) -> AbstractAsyncContextManager[Together]:
        """All that this task asks of the store inside is one transaction, from the first call that writes: committed at
        the end of the block, undone if that raises. For short blocks: on SQLite nobody else writes meanwhile."""
        return gathered(Together(self._writers, partial(self._transaction, True)))

    async def afterwards(self, follow: Callable[[], Awaitable[None]]) -> None:
        """Wait for it once what was written is committed: now, or at the end of `together`; not if that is undone."""
        if together := TOGETHER.get():
            together.afterwards.append(follow)
        else:
            await follow()

    @contextmanager
    def _transaction(self, writes: bool) -> Iterator[Transaction]:
        with (
            _outages(),
            (self.engine.execution_options(writes=True) if writes else self._reading).begin() as connection,
        ):
            yield Transaction(connection, self._known)

    def create(self) -> None:
        """Make all tables in an empty database: for tests; a real one is made by `courant migrate`."""
        metadata.create_all(self.engine)

    async def ping(self) -> None:
        """Raises `Outage` if the database does not answer."""
        await self.read(lambda tx: tx.connection.execute(text("select 1")).scalar())

    def close(self) -> None:
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()


@contextmanager
def _outages() -> Iterator[None]:
    """Says `Outage` where the database is away, so that a stage waits and does not blame the record."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if getattr(error.orig, "sqlstate", "") in COLLISIONS:
            raise Collision(f"the database ended a transaction: {error.orig}") from error
        raise Outage(f"the database does not answer: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Outage(f"the database went away: {error.orig}") from error
        raise


def _open(url: str, threads: int) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=threads + 1)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, pool_size=2 * threads, connect_args={"connect_timeout": 5})
    event.listen(engine, "connect", _prepare_postgresql)
    ask_the_rested(engine)
    return engine


def _reading(engine: Engine) -> Engine:
    """The same for those who only read. PostgreSQL shows each statement of a transaction what was committed by then,
    so to begin and to end one would bring nothing but two round trips."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(writes=False)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Times come in UTC then, as `Time` has it."""
    connection.execute("set time zone 'UTC'")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in ("busy_timeout=30000", "journal_mode=wal", "synchronous=normal", "cache_size=-65536"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a reader that turns writer later could be refused."""
    connection.exec_driver_sql("begin immediate" if connection.get_execution_options().get("writes") else "begin")
