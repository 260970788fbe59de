"""Commands that look: article, changes, status, try."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.app import how_read, known_sources, open_broker
from consumers.cli.changes import changes
from consumers.cli.journey import journey, show
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, say
from consumers.enrich import describe
from consumers.pipeline import READS
from service.clock import now
from service.errors import Invalid
from service.query.sift import try_query
from service.settings import Settings


def add_to(app: typer.Typer) -> None:
    for command in (article, changes, status):
        app.command()(command)
    app.command("try")(try_)


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
        for name, value in values.items():
            say(f"  {name:<16}{value}")


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


def try_(
    query: str,
    articles: Annotated[Path, typer.Option(help="JSON lines with text and, if known, title, lang, ...; .gz too.")],
    as_json: Json = False,
) -> None:
    """Which articles of a file a query matches, with what matched and where. Stores nothing."""
    loaded = quiet_settings()
    for found in try_query(query, _read(articles), describe, how_read(loaded, known_sources(loaded))):
        if as_json:
            line(found)
        else:
            say(f"{found['id']}  {found['title']}")
            for each in found["matched"]:
                say(f"    {each['clause']}: {each['text']!r} ({each['field']} {each['start']}-{each['end']})")


def _read(file: Path) -> Iterator[dict[str, Any]]:
    if not file.is_file():
        raise Invalid(f"{file} is not a file")
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        for number, text in enumerate(lines, 1):
            try:
                read = json.loads(text)
            except ValueError as error:
                raise Invalid(f"{file}, line {number}: not JSON: {error}") from None
            if not isinstance(read, dict) or not isinstance(read.get("text"), str):
                raise Invalid(f'{file}, line {number}: not an object with a "text"')
            yield read
