"""What commands begin with: the settings, the store, a loop to run in, and a way to be told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import uvloop

import migrations
from consumers.cli.who import act_of
from consumers.resources import known_sources, store_url
from service import telemetry
from service.api_keys import new_key
from service.clock import Clock, now
from service.errors import Misconfigured
from service.sealing import Ring
from service.settings import LogSettings, Settings, load
from service.store import Store
from service.store.audit import acting

T = TypeVar("T")


def settings(**given: Any) -> Settings:
    """The settings, with logging set up as they say."""
    loaded = load(**given)
    telemetry.configure(loaded.log)
    return loaded


def quiet_settings() -> Settings:
    """For commands whose output matters more than their log."""
    loaded = load()
    telemetry.configure(LogSettings(level="warning", json_lines=loaded.log.json_lines))
    return loaded


@asynccontextmanager
async def open_store(loaded: Settings) -> AsyncIterator[Store]:
    """The store as it stands; an embedded one is made if it is not there. Raises `Misconfigured`."""
    url = store_url(loaded)
    if not loaded.database:
        loaded.data.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(migrations.upgrade, url)
    elif await asyncio.to_thread(migrations.current, url) != migrations.head():
        raise Misconfigured("the database is not of this release: run `courant migrate`")
    store = Store(url, known=known_sources(loaded))
    try:
        act = act_of(sys.argv[1:], now())
        with acting(lambda: act):
            yield store
    finally:
        store.close()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to the end on uvloop; what a group of tasks raised comes out as the first of it."""
    try:
        return uvloop.run(coroutine)
    except BaseExceptionGroup as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


@contextmanager
def until_told() -> Iterator[asyncio.Event]:
    """Set by the first SIGTERM or Ctrl-C; a second one ends the process at once."""
    until, loop = asyncio.Event(), asyncio.get_running_loop()

    def told() -> None:
        if until.is_set():
            os._exit(130)
        until.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told)
    try:
        yield until
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)


async def first_key(store: Store, clock: Clock, ring: Ring) -> str:
    """Make the first API key. "" if there is one already that can be used."""
    key, text = new_key("first", clock())
    if await store.read(lambda tx: [each for each in tx.keys.list(None) if each.revoked_at is None]):
        return ""
    act = act_of(("up",), clock())
    with acting(lambda: act):
        await store.write(lambda tx: tx.keys.add(key, text, ring))
    return text
