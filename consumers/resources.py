"""What every process and command stands on: settings in, the database's address, the broker and the names known out.

Apart from the composition root, for a command that lists topics need not load what reads the news.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import migrations
from consumers.embeddings import open_embedder
from service.broker import Broker
from service.broker.embedded import EmbeddedBroker
from service.errors import Misconfigured
from service.query import KnownNames, Reading
from service.sealing import Ring, read_ring, ring_in
from service.settings import Settings
from service.sources import Sources
from service.sources import load as load_sources
from service.streams import STREAMS

KAFKA = "kafka://"


def store_url(settings: Settings) -> str:
    """The database's address: SQLite in the data folder unless the settings name another."""
    return settings.database or f"sqlite:///{settings.data / 'store.db'}"


@asynccontextmanager
async def open_broker(settings: Settings) -> AsyncIterator[Broker]:
    """Raises `Outage` if it does not answer, `Misconfigured` for an address of no known kind."""
    if settings.broker.startswith(KAFKA):
        from service.broker.kafka import KafkaBroker  # its client costs half a second, and most have none

        async with KafkaBroker.open(settings.broker.removeprefix(KAFKA), settings.kafka) as kafka:
            yield kafka
    elif settings.broker:
        raise Misconfigured(f"broker: {settings.broker} is not kafka://host:port")
    else:
        async with EmbeddedBroker.open(settings.data / "log.db") as embedded:
            yield embedded


def known_sources(settings: Settings) -> Sources:
    """Who publishes, as shipped and as the operator says. Raises `Misconfigured`."""
    return load_sources(Path(settings.sources.file) if settings.sources.file else None)


async def migrate(settings: Settings) -> None:
    """Bring the schema up to date and create missing streams. Raises `Outage`."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(migrations.upgrade, store_url(settings))
    async with open_broker(settings) as broker:
        await broker.prepare(STREAMS)


def open_ring(settings: Settings) -> Ring:
    """What seals secrets: the settings' keys, or where the database is in the data folder, keys kept beside it.

    Raises `Misconfigured` where several machines may share a database and no keys."""
    if written := settings.sealing_keys:
        return read_ring(written)
    if settings.database:
        raise Misconfigured("sealing_keys must be set where the database is not in `data`: see `courant keys sealing`")
    return ring_in(settings.data)


def how_read(settings: Settings, sources: Sources) -> Reading:
    """How queries are understood: with all names that are known, and the model if it is there."""
    return Reading(KnownNames(sources), open_embedder(settings.enrich.embeddings))
