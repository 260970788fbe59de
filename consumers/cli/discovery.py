"""courant feeds discover, courant feeds export."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from consumers.cli.groups import feeds
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, complain, line, listing, say
from consumers.poll.discover import Discoverer
from consumers.poll.polite import Polite
from service import opml
from service.clock import now
from service.egress import Egress
from service.model import Discovery, Feed, outline
from service.settings import Settings

COLUMNS = ("kind", "url", "title", "entries", "newest_at", "found_by", "known_as")
PORTION = 500


def add_to(courant: typer.Typer) -> None:
    feeds.command()(discover)
    feeds.command()(export)
    courant.add_typer(feeds, name="feeds")


def discover(url: Annotated[str, typer.Argument(help="Any address of the site.")], as_json: Json = False) -> None:
    """Find the feeds of a site, the best first. Adds none."""
    found = run(_discover(quiet_settings(), url))
    if found.why:
        complain(f"{found.url}: {found.why}")
    listing([asdict(each) for each in found.candidates], COLUMNS, as_json)
    raise typer.Exit(0 if found.candidates else 1)


async def _discover(loaded: Settings, url: str) -> Discovery:
    async with open_store(loaded) as store, Egress.open(loaded.egress) as egress:
        polite = Polite(store, egress, now, loaded.poll.host_gap_seconds)
        return await Discoverer(store, polite, loaded.egress).discover(url)


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; printed if left out.")] = None, as_json: Json = False
) -> None:
    """The feeds that are switched on, as OPML; each label is a folder."""
    enabled = run(_enabled(quiet_settings()))
    document = opml.write("Courant", map(outline, enabled))
    if file is None:
        sys.stdout.buffer.write(document)
        return
    file.write_bytes(document)
    line({"file": str(file), "feeds": len(enabled)}) if as_json else say(f"{len(enabled)} feeds written to {file}")


async def _enabled(loaded: Settings) -> list[Feed]:
    found, page = list[Feed](), [""]
    async with open_store(loaded) as store:
        while page:
            some = await store.read(lambda tx, last: tx.feeds.list(last, PORTION), page[-1])
            found, page = found + [each for each in some if each.enabled], [each.id for each in some]
    return found
