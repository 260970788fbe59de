"""What tests stand on: real stores and brokers, of both their kinds, and a clock that a test sets.

Servers start when first asked for and live for the whole run; every test has a database, a file or stream
names of its own. `store` and `broker` run a test once for each kind; the PostgreSQL and Kafka runs carry the
marks `postgres` and `kafka`.
"""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import migrations
from service.broker import Broker
from service.settings import KafkaSettings
from service.store import Store
from service.streams import STREAMS
from tests.clock import SetClock
from tests.services import need
from tests.services.kafka import KafkaServer
from tests.services.postgres import PostgresServer

SERVERS = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SERVERS] = {}


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


@pytest.fixture
def postgres_store(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Store]:
    url = postgres_server.database(postgres_template)
    store = Store(url)
    yield store
    store.close()
    postgres_server.drop(url)


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
