"""courant sources: list, show, extraction."""

from typing import Annotated, Any, get_args

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.resources import known_sources
from service.clock import now
from service.errors import Invalid, NotFound
from service.model import Feed
from service.model.extraction import ExtractionStatus, SourceExtraction
from service.model.sources import SourceFilter, SourceView, source_named, wanted
from service.settings import Settings
from service.sources import Control, Sources
from service.store import Transaction

app = typer.Typer(help="Who publishes.", no_args_is_help=True)

MOST_FEEDS = 200
SHOWN = ("domain", "name", "country", "language", "control", "owner", "feeds", "day", "week", "last_article_at")
FEEDS = ("id", "health", "url", "routes", "detour", "last_new_at", "error")
COLUMNS = ("source", "status", "since", "asked", "texts", "failed", "median_characters", "why")


@app.callback()
def sources() -> None:
    """Who publishes."""


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="sources")


@app.command("list")
def list_(
    country: Annotated[str, typer.Option(help="Where it is at home: two capital letters.")] = "",
    language: Annotated[str, typer.Option(help="What it writes in most: two small letters.")] = "",
    control: Annotated[str, typer.Option(help="Who steers it: state, public or private.")] = "",
    q: Annotated[str, typer.Option(help="Part of its name or of a domain.")] = "",
    all_: Annotated[bool, typer.Option("--all", help="Those as well of which there is nothing yet.")] = False,
    as_json: Json = False,
) -> None:
    """Who publishes what comes in, and how much of it."""
    by = SourceFilter(country or None, language or None, _control(control), q or None)
    listing([_view_row(each) for each in run(_views(quiet_settings(), by, all_))], SHOWN, as_json)


def _control(word: str) -> Control | None:
    """Raises `Invalid`."""
    known: dict[str, Control] = {each: each for each in get_args(Control) if each}
    if word and word not in known:
        raise Invalid(f"{word} is none of {', '.join(known)}")
    return known.get(word)


async def _views(loaded: Settings, by: SourceFilter, every: bool) -> list[SourceView]:
    sources = known_sources(loaded)

    def views(tx: Transaction) -> list[SourceView]:
        known = [each.domain for each in sources] if every else []
        return tx.sources.views(wanted(sources, (*tx.sources.names(), *known), by), now())

    async with open_store(loaded) as store:
        return await store.read(views)


@app.command()
def show(
    source: Annotated[str, typer.Argument(help="Any of its domains, or the name it goes by.")], as_json: Json = False
) -> None:
    """What is known of a source, and its feeds."""
    loaded = quiet_settings()
    sources = known_sources(loaded)
    view, feeds = run(_one(loaded, sources, source))
    row = _view_row(view) | {"same_house": [each.domain for each in sources.house_of(view.source.domain)]}
    rows = [{name: getattr(feed, "shown_health" if name == "health" else name) for name in FEEDS} for feed in feeds]
    if as_json:
        line(row | {"polled": rows})
        return
    listing([{"": name, "value": value} for name, value in row.items()], ("", "value"), as_json)
    say()
    listing(rows, FEEDS, as_json)


async def _one(loaded: Settings, sources: Sources, said: str) -> tuple[SourceView, list[Feed]]:
    source = source_named(sources, said)

    def one(tx: Transaction) -> tuple[SourceView, list[Feed]]:
        (view,) = tx.sources.views([source], now())
        return view, tx.sources.feeds(source, MOST_FEEDS)

    async with open_store(loaded) as store:
        view, feeds = await store.read(one)
    if not view.is_heard_of and not sources.knows(said):
        raise NotFound(f"there is no source {said}")
    return view, feeds


def _view_row(view: SourceView) -> dict[str, Any]:
    source = view.source
    known = {name: getattr(source, name) for name in ("domain", "name", "country", "language", "control", "owner")}
    counts = {"feeds": view.feeds, "day": view.day, "week": view.week, "last_article_at": view.last_at}
    return {**known, "domains": source.domains, **counts}


@app.command()
def extraction(
    source: Annotated[str, typer.Argument(help="Only this source.")] = "",
    degraded: Annotated[bool, typer.Option("--degraded", help="Only those that do worse than they did.")] = False,
    as_json: Json = False,
) -> None:
    """How well the pages of sources are read."""
    found = run(_found(quiet_settings(), source, degraded))
    listing([_row(each) for each in found], COLUMNS, as_json)


async def _found(loaded: Settings, source: str, degraded: bool) -> list[SourceExtraction]:
    async with open_store(loaded) as store:
        if source:
            one = await store.read(lambda tx: tx.pages.extraction(source))
            return [one] if one else []
        found, after = list[SourceExtraction](), ""
        status: ExtractionStatus | None = "degraded" if degraded else None
        while some := await store.read(lambda tx, last: tx.pages.extractions(status, last, 500), after):
            found, after = [*found, *some], some[-1].source
        return found


def _row(found: SourceExtraction) -> dict[str, Any]:
    recent = found.recent
    failed = ", ".join(f"{reason} {count}" for reason, count in recent.failed.items())
    lacking = {name: recent[name] for name in ("shorter", "undated", "anonymous", "rule_missed")}
    counts = {"asked": recent.asked, "texts": recent.texts, "failed": failed, **lacking}
    told = {"source": found.source, "status": found.judgement.status, "since": found.since, "at": found.at}
    return {**told, **counts, "median_characters": recent.median_characters, "why": found.judgement.why}
