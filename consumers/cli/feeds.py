"""courant feeds: add, list, show, import, remove."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from consumers.cli.groups import RULE
from consumers.cli.groups import feeds as app
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.poll.adding import new_feed
from consumers.poll.opml import read as read_opml
from service.addresses import check_url
from service.clock import now
from service.errors import Invalid, NotFound
from service.model import MOST_ROUTES, Feed, FeedHealth, Poll, read_rules
from service.model.routes import other_routes
from service.settings import Settings

ROUTE = "Another address of the same feed, for when its own one fails; more than one are asked in order."
EVERY = "Seconds between polls; the rhythm of the feed by default."
COLUMNS = ("id", "health", "status", "title", "url", "per_day", "last_new_at", "next_poll_at", "error")
SHOWN = (
    *("id", "url", "routes", "detour", "title", "source", "language", "kind", "enabled", "health", "status", "error"),
    *("failing_since", "failures", "interval", "fixed_interval", "last_poll_at", "next_poll_at", "last_new_at"),
    *("per_day", "overlap", "invalid_ids"),
)
POLLS = ("at", "outcome", "status", "entries", "fresh", "milliseconds", "route", "error")
MOST_POLLS = 10
Doing = Annotated[str, typer.Option(help="Only those that are healthy, failing, gapping, silent or paused.")]


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="feeds")


@app.command()
def add(  # noqa: PLR0913  (an option each)
    url: str,
    title: str = "",
    source: Annotated[str, typer.Option(help="Who publishes; the domain by default.")] = "",
    language: Annotated[str, typer.Option(help="Two-letter code, if it is known.")] = "",
    rule: Annotated[list[str] | None, typer.Option("--rule", help=RULE)] = None,
    every: Annotated[float | None, typer.Option(min=60, max=2_592_000, help=EVERY)] = None,
    route: Annotated[list[str] | None, typer.Option("--route", help=ROUTE)] = None,
    as_json: Json = False,
) -> None:
    """Add a feed; it is polled at once."""
    loaded = quiet_settings()
    for each in (url, *(route or ())):
        check_url(each, loaded.egress)
    if len(route or ()) > MOST_ROUTES:
        raise Invalid(f"a feed may have {MOST_ROUTES} routes besides its own address")
    rules = read_rules(rule or [])
    feed = new_feed(url, now(), title=title, source=source, language=language)
    routes = other_routes(url, route or ())
    feed = replace(feed, rules=rules, kind="page" if rules else "feed", fixed_interval=every, routes=routes)
    feed = run(_add(loaded, feed))
    listing([_row(feed)], ("id", "url", "source"), as_json)


async def _add(loaded: Settings, feed: Feed) -> Feed:
    async with open_store(loaded) as store:
        return await store.write(lambda tx: tx.feeds.add(feed))


@app.command("list")
def list_(health: Doing = "", as_json: Json = False) -> None:
    """All feeds, and how they are doing."""
    listing([_row(each) for each in run(_all(quiet_settings(), _health(health)))], COLUMNS, as_json)


async def _all(loaded: Settings, health: FeedHealth | None) -> list[Feed]:
    found, page = list[Feed](), [""]
    async with open_store(loaded) as store:
        while page:
            some = await store.read(lambda tx, last: tx.feeds.list(last, 500, health), page[-1])
            found, page = [*found, *some], [each.id for each in some]
    return found


def _health(word: str) -> FeedHealth | None:
    """Raises `Invalid`."""
    known: dict[str, FeedHealth] = {each: each for each in get_args(FeedHealth)}
    if word and word not in known:
        raise Invalid(f"{word} is none of {', '.join(known)}")
    return known.get(word)


@app.command()
def show(feed: Annotated[str, typer.Argument(help="The feed's id.")], as_json: Json = False) -> None:
    """A feed, how it is doing, and its latest polls."""
    found, polls = run(_one(quiet_settings(), feed))
    rows = [{name: getattr(poll, name) for name in POLLS} for poll in polls]
    if as_json:
        line(_row(found) | {"polls": rows})
        return
    row = _row(found)
    listing([{"": name, "value": row[name]} for name in SHOWN], ("", "value"), as_json)
    say()
    listing(rows, POLLS, as_json)


async def _one(loaded: Settings, feed_id: str) -> tuple[Feed, Sequence[Poll]]:
    async with open_store(loaded) as store:
        return await store.read(lambda tx: (tx.feeds.get(feed_id), tx.feeds.polls(feed_id, MOST_POLLS)))


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


def _row(feed: Feed) -> dict[str, Any]:
    return {name: getattr(feed, "shown_health" if name == "health" else name) for name in SHOWN}
