"""What tests stand on: real stores and brokers, of both their kinds, and a clock that a test sets.

Servers start when first asked for and live for the whole run; every test has a database, a file or stream
names of its own. `store` and `broker` run a test once for each kind; the PostgreSQL and Kafka runs carry the
marks `postgres` and `kafka`. `pytest -n 2` shares the tests among processes, each with servers of its own.
"""

import gc
import os
import shutil
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

import migrations
from service.broker import Broker
from service.settings import KafkaSettings
from service.store import Store
from service.streams import STREAMS
from tests.clock import SetClock
from tests.durations import UNKNOWN, function, known, write
from tests.services import need
from tests.services.kafka import KafkaServer
from tests.services.postgres import Pool, PostgresServer
from tests.sharing import share

SERVERS = pytest.StashKey[dict[str, str]]()
TOOK = Counter[str]()
"""Seconds, of every test that ran."""

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ.setdefault("TMPDIR", str(MEMORY))  # nobody here pulls the plug, and a disk takes its time

hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


gc.disable()  # until all is collected: nothing of it is let go meanwhile


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, and is not looked through again and again."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """No example has a time to keep, and what the service logs of its daily work is not shown: of a failure's
    output it would be the most. Tracebacks are shown plainly, for to colour one takes a tenth of a second."""
    config.stash[SERVERS] = {}
    hypothesis.settings.load_profile("suite")
    shown = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[_warnings, *structlog.get_config()["processors"][:-1], shown])


def _warnings(_: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if method in ("debug", "info"):
        raise structlog.DropEvent
    return event


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-durations", action="store_true", help="keep in tests/durations.tsv how long tests took")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longer than a moment is slow. Shared out, the long tests come first, so that none is left to one
    process at the end."""
    for item in items:
        if function(item.nodeid) in known():
            item.add_marker("slow")
    if hasattr(config, "workerinput"):
        items.sort(key=_long_last, reverse=True)


def _long_last(item: pytest.Item) -> tuple[bool, float]:
    """What needs Kafka is one share, and the longest."""
    unknown = UNKNOWN if item.get_closest_marker("slow") else 0.0
    return share(item.nodeid) == "kafka", known().get(function(item.nodeid), unknown)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    TOOK[report.nodeid] += report.duration


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.shares import Shares

    return Shares(config, log)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and long texts in a test's name cannot be read, and may differ from process to process."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60) else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["servers"] = session.config.stash[SERVERS]
    elif session.config.option.write_durations:
        write(TOOK.items())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[SERVERS].update(getattr(node, "workeroutput", {}).get("servers", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says on which servers the promises were kept, or why on none."""
    for name in ("PostgreSQL", "Kafka"):
        terminalreporter.write_line(f"{name}: {config.stash[SERVERS].get(name, 'not asked for')}")


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    with _running(PostgresServer, "PostgreSQL", request.config) as server:
        yield server


@pytest.fixture(scope="session")
def kafka_server(request: pytest.FixtureRequest) -> Iterator[KafkaServer]:
    with _running(KafkaServer, "Kafka", request.config) as server:
        yield server


@contextmanager
def _running(kind: Any, name: str, config: pytest.Config) -> Iterator[Any]:
    """A server for the rest of the run, remembered for the summary."""
    if why := kind.why_not():
        config.stash[SERVERS][name] = why
        need(why)
    server = kind.start()
    config.stash[SERVERS][name] = server.version
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as `courant migrate` leaves it, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database as `courant migrate` leaves it, to be copied."""
    url = postgres_server.database()
    migrations.upgrade(url)
    return url.rpartition("/")[2]


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgres_pool(postgres_server: PostgresServer, postgres_template: str) -> Pool:
    return Pool(postgres_server, postgres_template)


@pytest.fixture
def postgres_store(postgres_pool: Pool) -> Iterator[Store]:
    with postgres_pool.database() as url:
        store = Store(url)
        yield store
        store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """An open store with every table and no rows, once on SQLite and once on PostgreSQL."""
    made: Store = request.getfixturevalue(f"{request.param}_store")
    return made


@pytest.fixture
async def embedded_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    from service.broker.embedded import EmbeddedBroker

    async with EmbeddedBroker.open(tmp_path / "log.db") as broker:
        await broker.prepare(STREAMS)
        yield broker


@pytest.fixture
async def kafka_broker(kafka_server: KafkaServer) -> AsyncIterator[Broker]:
    from service.broker.kafka import KafkaBroker

    settings = KafkaSettings(prefix=f"t{uuid.uuid4().hex[:8]}.", partitions=3)
    async with KafkaBroker.open(kafka_server.address, settings) as broker:
        await broker.prepare(STREAMS)
        yield broker


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker:
    """An open broker with every stream and no records, once embedded and once on Kafka."""
    made: Broker = request.getfixturevalue(f"{request.param}_broker")
    return made


@pytest.fixture
def clock() -> SetClock:
    return SetClock()
