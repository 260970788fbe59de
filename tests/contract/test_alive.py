"""What a store remembers of its database: connections that died meanwhile, languages that came meanwhile."""

import asyncio
import time

import pytest
from sqlalchemy import text

from service.errors import Outage
from service.query import parse
from service.store import Store, Transaction
from service.store.alive import RESTED
from service.store.languages import FRESH
from tests.services import eventually


def one(tx: Transaction) -> int | None:
    return tx.connection.execute(text("select 1")).scalar()


async def cut_off(store: Store) -> None:
    """Ends every connection to the database but the one that says so."""
    others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    await asyncio.gather(*(store.read(one) for _ in range(4)))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"select pg_terminate_backend(pid) {others}"))
        count = text(f"select count(*) {others} and backend_type = 'client backend'")
        eventually(lambda: connection.scalar(count) == 0, 10, "the end of all other connections")
        connection.invalidate()


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_connection_that_died_at_rest_is_replaced_unnoticed(postgres_store: Store) -> None:
    await cut_off(postgres_store)
    rested = time.monotonic() + RESTED
    await asyncio.to_thread(eventually, lambda: time.monotonic() > rested, 10, "a rest")
    assert await asyncio.gather(*(postgres_store.read(one) for _ in range(4))) == [1] * 4
    assert await postgres_store.write(one) == 1


@pytest.mark.postgres
async def test_one_that_died_just_after_its_use_is_an_outage_once(postgres_store: Store) -> None:
    await cut_off(postgres_store)
    with pytest.raises(Outage):
        await postgres_store.read(one)
    assert await asyncio.gather(*(postgres_store.read(one) for _ in range(4))) == [1] * 4


@pytest.mark.postgres
@pytest.mark.slow
async def test_a_language_that_another_process_brings_is_known_soon(postgres_store: Store) -> None:
    def asks_in(tx: Transaction, language: str) -> bool:
        (condition,) = tx.search.narrowed(parse("ferries")).conditions
        return any(token.text.startswith(f"{language}·") for token in condition.words[0][0])

    await postgres_store.write(lambda tx: tx.search.put([("a", "Ferries", "", "en")]))
    assert await postgres_store.read(asks_in, "en")
    other = Store(postgres_store.engine.url.render_as_string(hide_password=False))
    await other.write(lambda tx: tx.search.put([("b", "Ferries", "", "de")]))
    assert await other.read(asks_in, "de")
    other.close()
    known = time.monotonic() + FRESH
    await asyncio.to_thread(eventually, lambda: time.monotonic() > known, 10, "a second")
    assert await postgres_store.read(asks_in, "de")
