"""Commands about documents as they were fetched: show one, read those of a feed again."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from consumers.cli.groups import feeds
from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, say
from consumers.poll.replay import Replayed, replay
from consumers.resources import known_sources, open_broker
from service.errors import NotFound
from service.model import Payload
from service.settings import Settings


def add_to(courant: typer.Typer) -> None:
    courant.command()(payload)
    feeds.command("replay")(replay_)
    courant.add_typer(feeds, name="feeds")


def payload(
    hash_: Annotated[str, typer.Argument(metavar="HASH", help="As `courant article --json` or the API tells it.")],
    out: Annotated[Path | None, typer.Option(help="A file to write to, instead of standard output.")] = None,
) -> None:
    """The document that articles were read from, byte for byte, while it is kept."""
    found = run(_payload(quiet_settings(), hash_))
    if out:
        out.write_bytes(found.body)
        say(f"{len(found.body):,} bytes from {found.url}, fetched {found.at:%Y-%m-%d %H:%M:%S}")
    else:
        sys.stdout.buffer.write(found.body)


async def _payload(loaded: Settings, hash_hex: str) -> Payload:
    async with open_store(loaded) as store:
        found = await store.read(lambda tx: tx.payloads.get(hash_hex))
    if found is None:
        raise NotFound(f"no document {hash_hex} is kept")
    return found


def replay_(
    feed: Annotated[str, typer.Argument(help="The feed's id.")],
    live: Annotated[bool, typer.Option("--live", help="As news: what turns out to be new may raise alerts.")] = False,
    as_json: Json = False,
) -> None:
    """Read again what a feed brought in the last days, from the documents that were kept. Known articles stay as
    they are."""
    told = run(_replay(quiet_settings(), feed, live))
    if as_json:
        line(asdict(told))
    else:
        say(f"{told.documents} documents, {told.articles} entries passed on, {told.unreadable} documents unreadable")


async def _replay(loaded: Settings, feed_id: str, live: bool) -> Replayed:
    async with open_store(loaded) as store, open_broker(loaded) as broker:
        feed = await store.read(lambda tx: tx.feeds.get(feed_id))
        return await replay(store, broker, feed, "live" if live else "backfill", known_sources(loaded))
