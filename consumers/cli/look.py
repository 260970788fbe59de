"""Commands that look: article, changes, status."""

from typing import Annotated, Any

import typer

from consumers.cli.changes import changes
from consumers.cli.journey import journey, show
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, say
from consumers.resources import open_broker
from service.clock import now
from service.settings import Settings
from service.streams import READS


def add_to(courant: typer.Typer) -> None:
    for command in (article, changes, status):
        courant.command()(command)


def article(url: Annotated[str, typer.Argument(help="The article's address or id.")], as_json: Json = False) -> None:
    """An article's journey: every stage, when, and what became of it there."""
    told = run(_journey(quiet_settings(), url))
    line(told) if as_json else show(told)


async def _journey(loaded: Settings, url: str) -> dict[str, Any]:
    async with open_store(loaded) as store:
        return await store.read(journey, url)


def status(as_json: Json = False) -> None:
    """How far behind each stage is, which feeds fail, what waits to be delivered."""
    told = run(_status(quiet_settings()))
    if as_json:
        line(told)
        return
    for part, values in told.items():
        say(part)
        for name, value in (values or {"none": ""}).items():
            say(f"  {name:<16}{value}".rstrip())


async def _status(loaded: Settings) -> dict[str, dict[str, Any]]:
    async with open_store(loaded) as store, open_broker(loaded) as broker:
        lag = {name: (await broker.lag(stream.name, name)).records for name, stream in READS.items()}
        return {
            "lag": lag,
            "feeds": await store.read(lambda tx: tx.feeds.counts(now())),
            "health of feeds": await store.read(lambda tx: tx.feeds.health()),
            "deliveries": await store.read(lambda tx: tx.deliveries.counts()),
            "dead letters": {"count": await store.read(lambda tx: tx.dead_letters.count())},
        }
