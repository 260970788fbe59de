"""courant lists: add, list, sync, remove."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated, TypeVar

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, listing, say
from service.addresses import check_url
from service.clock import now
from service.errors import Invalid, NotFound
from service.model import FeedList, fresh_id
from service.settings import Settings
from service.store import Transaction

T = TypeVar("T")

app = typer.Typer(help="Lists of feeds (OPML) that are kept in sync.", no_args_is_help=True)

COLUMNS = ("id", "title", "url", "named", "added", "switched_off", "last_sync_at", "next_sync_at", "error")
LEAST_SECONDS = 300.0


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="lists")


@app.command()
def add(
    url: str,
    title: Annotated[str, typer.Option(help="As the document says by default.")] = "",
    interval: Annotated[float, typer.Option(help="Seconds between two looks at it.")] = 3600,
    as_json: Json = False,
) -> None:
    """Poll the feeds that an OPML document names, as long as it names them."""
    loaded = quiet_settings()
    check_url(url, loaded.egress)
    if interval < LEAST_SECONDS:
        raise Invalid(f"the interval is less than {LEAST_SECONDS:g} seconds")
    at = now()
    made = FeedList(id=fresh_id(at), url=url, title=title, interval=interval, created_at=at, next_sync_at=at)
    listing([asdict(run(_write(loaded, lambda tx: tx.lists.add(made))))], ("id", "url"), as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All lists, and what came of the last look at each."""
    found = run(_write(quiet_settings(), lambda tx: list(tx.lists.list("", 1000))))
    listing([asdict(each) for each in found], COLUMNS, as_json)


@app.command()
def sync(list_id: Annotated[str, typer.Argument(metavar="LIST", help="Its id.")]) -> None:
    """Have it looked at as soon as a poller comes to it."""
    at = now()
    run(_write(quiet_settings(), lambda tx: tx.lists.update(replace(tx.lists.get(list_id), next_sync_at=at))))
    say(f"{list_id} is due")


@app.command()
def remove(list_id: Annotated[str, typer.Argument(metavar="LIST", help="Its id.")]) -> None:
    """Look at it no more. The feeds it has brought stay as they are."""
    if not run(_write(quiet_settings(), lambda tx: tx.lists.remove(list_id))):
        raise NotFound(f"there is no list {list_id}")
    say(f"removed {list_id}")


async def _write(loaded: Settings, change: Callable[[Transaction], T]) -> T:
    async with open_store(loaded) as store:
        return await store.write(change)
