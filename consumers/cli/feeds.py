"""courant feeds: add, list, import, remove, check."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.poll import new_feed
from consumers.poll.check import check as check_feed
from consumers.poll.opml import read as read_opml
from service.clock import now
from service.egress import Egress
from service.egress.addresses import check_url
from service.errors import Invalid, NotFound
from service.model import Feed, PageRules, read_rules
from service.settings import Settings

app = typer.Typer(help="The feeds that are polled.", no_args_is_help=True)

EVERY = "Seconds between polls; the rhythm of the feed by default."
RULE = "For a page without a feed: entry=SELECTOR, link=, title=, summary=, date=."
COLUMNS = ("id", "status", "title", "url", "language", "last_poll_at", "next_poll_at", "error")


@app.command()
def add(  # noqa: PLR0913  (an option each)
    url: str,
    title: str = "",
    source: Annotated[str, typer.Option(help="Who publishes; the domain by default.")] = "",
    language: Annotated[str, typer.Option(help="Two-letter code, if it is known.")] = "",
    rule: Annotated[list[str] | None, typer.Option("--rule", help=RULE)] = None,
    every: Annotated[float | None, typer.Option(min=60, max=2_592_000, help=EVERY)] = None,
    as_json: Json = False,
) -> None:
    """Add a feed; it is polled at once."""
    loaded = quiet_settings()
    check_url(url, loaded.egress)
    rules = read_rules(rule or [])
    feed = new_feed(url, now(), title=title, source=source, language=language)
    feed = replace(feed, rules=rules, kind="page" if rules else "feed", fixed_interval=every)
    feed = run(_add(loaded, feed))
    listing([_row(feed)], ("id", "url", "source"), as_json)


async def _add(loaded: Settings, feed: Feed) -> Feed:
    async with open_store(loaded) as store:
        return await store.write(lambda tx: tx.feeds.add(feed))


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All feeds, and how they are doing."""
    listing([_row(each) for each in run(_all(quiet_settings()))], COLUMNS, as_json)


async def _all(loaded: Settings) -> list[Feed]:
    found, page = list[Feed](), [""]
    async with open_store(loaded) as store:
        while page:
            some = await store.read(lambda tx, last: tx.feeds.list(last, 500), page[-1])
            found, page = [*found, *some], [each.id for each in some]
    return found


@app.command("import")
def import_(file: Path, as_json: Json = False) -> None:
    """Add the feeds of an OPML file; those that are there already stay as they are."""
    if not file.is_file():
        raise Invalid(f"{file} is not a file")
    loaded = quiet_settings()
    found = read_opml(file.read_bytes(), now())
    added = run(_add_missing(loaded, found))
    if as_json:
        line({"found": len(found), "added": added})
    else:
        say(f"{len(found)} feeds found, {added} added")


async def _add_missing(loaded: Settings, found: list[Feed]) -> int:
    async with open_store(loaded) as store:
        return await store.write(lambda tx: tx.feeds.add_missing(found))


@app.command()
def remove(feed: Annotated[str, typer.Argument(help="The feed's id.")]) -> None:
    """Poll a feed no more. Its articles stay."""
    run(_remove(quiet_settings(), feed))
    say(f"removed {feed}")


async def _remove(loaded: Settings, feed_id: str) -> None:
    async with open_store(loaded) as store:
        if not await store.write(lambda tx: tx.feeds.remove(feed_id)):
            raise NotFound(f"there is no feed {feed_id}")


@app.command()
def check(
    targets: Annotated[list[str], typer.Argument(help="Addresses or files.")],
    rule: Annotated[list[str] | None, typer.Option("--rule", help=RULE)] = None,
    as_json: Json = False,
) -> None:
    """Fetch and parse feeds, print what is in them, store nothing."""
    failed = run(_check(quiet_settings(), targets, read_rules(rule or []), as_json))
    raise typer.Exit(1 if failed else 0)


async def _check(loaded: Settings, targets: list[str], rules: PageRules | None, as_json: bool) -> int:
    failed = 0
    async with Egress.open(loaded.egress) as egress:
        for target in targets:
            found = await check_feed(egress, target, rules)
            failed += "error" in found
            line(found) if as_json else await asyncio.to_thread(_show, found)
    return failed


def _show(found: dict[str, Any]) -> None:
    if "error" in found:
        say(f"{found['address']}: {found['error']}")
        return
    say(f"{found['address']}: {found['title'] or 'no title'}, {len(found['entries'])} entries")
    for entry in found["entries"]:
        say(f"  {entry['published'] or entry['updated'] or '-'}  {entry['title'] or '-'}  {entry['link'] or ''}")


def _row(feed: Feed) -> dict[str, Any]:
    names = (*COLUMNS, "source", "enabled", "failing_since", "failures", "interval", "fixed_interval")
    return {name: getattr(feed, name) for name in names}
