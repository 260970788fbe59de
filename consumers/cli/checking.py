"""courant feeds check."""

import asyncio
from typing import Annotated, Any

import typer

from consumers.cli.groups import RULE, feeds
from consumers.cli.opening import quiet_settings, run
from consumers.cli.output import Json, line, say
from consumers.poll.check import check as check_feed
from service.egress import Egress
from service.model import PageRules, read_rules
from service.settings import Settings


def add_to(courant: typer.Typer) -> None:
    feeds.command()(check)
    courant.add_typer(feeds, name="feeds")


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
