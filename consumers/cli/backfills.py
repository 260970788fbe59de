"""courant backfill, and courant backfills: list, show, stop, resume."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.app import Resources, open_resources, polite
from consumers.cli.opening import open_store, quiet_settings, run, until_told
from consumers.cli.output import Json, complain, line, listing, say
from consumers.poll.backfill_file import Fault, named, read_file
from consumers.poll.dates import read_date
from consumers.poll.document import is_address
from consumers.poll.patient import Reader
from consumers.poll.reading_in import ReadingIn, Stopped
from service.addresses import check_url
from service.clock import now
from service.errors import Conflict, Invalid, NotFound
from service.model import Backfill, fresh_id
from service.settings import Settings
from service.store import Transaction
from service.streams import READS

app = typer.Typer(help="Archives that are read in.", no_args_is_help=True)

COLUMNS = ("id", "state", "kind", "url", "documents", "entries", "appended", "created_at", "error")
Since = Annotated[str, typer.Option(help="Only articles from then on: a date, or a time with its offset.")]
Until = Annotated[str, typer.Option(help="Only articles from before.")]


def add_to(courant: typer.Typer) -> None:
    courant.command()(backfill)
    courant.add_typer(app, name="backfills")


def backfill(
    target: Annotated[str, typer.Argument(help="A sitemap, a feed, a site, or a file of JSON lines (.gz too).")],
    since: Since = "",
    until: Until = "",
    feed: Annotated[str, typer.Option(help="Id of the feed to which the articles belong.")] = "",
    at_once: Annotated[bool, typer.Option("--at-once", help="Of a file: do not wait for the stages.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Read an archive in, without alerts. Pollers read addresses; a file is read here and now."""
    loaded, at = quiet_settings(), now()
    made = Backfill(
        id=fresh_id(at),
        url=target,
        kind="archive",
        feed_id=feed,
        since=_moment(since),
        until=_moment(until),
        created_at=at,
        next_at=at,
    )
    if is_address(target):
        check_url(target.replace("{n}", "1"), loaded.egress)
        _show(run(_add(loaded, made)), as_json)
    else:
        made = replace(made, id=named(Path(target)), kind="file")
        _show(run(_read(loaded, made, Path(target), {} if at_once else READS)), as_json)


async def _add(loaded: Settings, made: Backfill) -> Backfill:
    async with open_store(loaded) as store:
        await store.write(_keep, made)
    return made


def _keep(tx: Transaction, made: Backfill) -> Backfill:
    """As it is kept: of a file that was begun before, how far it came. Raises `NotFound` for its feed."""
    if made.feed_id:
        tx.feeds.get(made.feed_id)
    tx.backfills.add(made)
    if made.kind == "file":
        tx.backfills.resume(made.id, now())
    return tx.backfills.get(made.id) or made


async def _read(loaded: Settings, made: Backfill, file: Path, reading: Any) -> Backfill:
    async with open_store(loaded) as store:
        kept = await store.write(_keep, made)
    if kept.finished_at:
        raise Conflict(f"this file was read in already, on {kept.finished_at:%Y-%m-%d %H:%M}")
    with until_told() as until:
        async with open_resources(loaded, until) as own, Reader() as reader:
            return await _through(_reading(own, reader, reading), replace(kept, state="running"), file)


def _reading(own: Resources, reader: Reader, reading: Any) -> ReadingIn:
    parts = (own.store, own.broker, polite(own), reader, own.settings.backfill, own.clock, reading, own.until)
    return ReadingIn(*parts, own.sources)


async def _through(reading: ReadingIn, kept: Backfill, file: Path) -> Backfill:
    try:
        kept, faults = await read_file(reading, kept, file)
    except Stopped:
        complain("stopped; the same command goes on from here")
        return await reading.store.read(lambda tx: tx.backfills.get(kept.id)) or kept
    _complain(faults)
    return kept


def _complain(faults: list[Fault]) -> None:
    for fault in faults[:10]:
        complain(f"line {fault.number} passed over: {fault.why}")
    if faults[10:]:
        complain(f"{len(faults[10:])} more lines passed over")


def _moment(written: str) -> datetime | None:
    if written and not (found := read_date(written)):
        raise Invalid(f"not a time: {written}")
    return found if written else None


@app.command("list")
def list_(as_json: Json = False) -> None:
    """The latest hundred, the newest first; those of holes in feeds too."""
    listing([asdict(each) for each in run(_all(quiet_settings()))], COLUMNS, as_json)


async def _all(loaded: Settings) -> list[Backfill]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.backfills.list()))


@app.command()
def show(backfill: Annotated[str, typer.Argument(help="Its id.")], as_json: Json = False) -> None:
    """How far it has come."""
    kept, documents = run(_one(quiet_settings(), backfill))
    if as_json:
        line(asdict(kept) | {"by_state": documents})
        return
    for name, value in asdict(kept).items():
        say(f"{name:<12}{'-' if value in ('', None) else value}")
    say(f"{'by state':<12}{', '.join(f'{count} {state}' for state, count in documents.items()) or '-'}")


async def _one(loaded: Settings, backfill_id: str) -> tuple[Backfill, dict[str, int]]:
    async with open_store(loaded) as store:
        kept = await store.read(lambda tx: tx.backfills.get(backfill_id))
        if kept is None:
            raise NotFound(f"there is no backfill {backfill_id}")
        return kept, await store.read(lambda tx: tx.backfills.documents(backfill_id))


@app.command()
def stop(backfill: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Read no more of it. What was read in stays."""
    run(_change(quiet_settings(), backfill, lambda tx: tx.backfills.stop(backfill, now())))
    say(f"stopped {backfill}")


@app.command()
def resume(backfill: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Go on with one that was stopped or has failed, from where it was."""
    run(_change(quiet_settings(), backfill, lambda tx: tx.backfills.resume(backfill, now())))
    say(f"resumed {backfill}")


async def _change(loaded: Settings, backfill_id: str, change: Callable[[Transaction], bool]) -> None:
    kept, _ = await _one(loaded, backfill_id)
    async with open_store(loaded) as store:
        if not await store.write(change):
            raise Conflict(f"backfill {backfill_id} is {kept.state}")


def _show(kept: Backfill, as_json: bool) -> None:
    listing([asdict(kept)], COLUMNS, as_json)
