"""Command `reconcile`: does everything add up?"""

from dataclasses import asdict
from typing import Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, say
from consumers.resources import open_broker
from service.reconciliation import reconcile
from service.settings import Settings
from service.streams import READS


def add_to(app: typer.Typer) -> None:
    app.command("reconcile")(reconcile_)


def reconcile_(as_json: Json = False) -> None:
    """What came to each stage against what became of it. Exit code 1 if something is unaccounted for."""
    told = run(_told(quiet_settings()))
    line(told) if as_json else _show(told)
    if not told["even"]:
        raise typer.Exit(1)


async def _told(loaded: Settings) -> dict[str, Any]:
    async with open_store(loaded) as store, open_broker(loaded) as broker:
        balances = await reconcile(store, broker, {name: stream.name for name, stream in READS.items()})
        return {
            "even": all(each.even for each in balances),
            "entries": await store.read(lambda tx: tx.tallies.totals().get("poll", {})),
            "stages": [asdict(each) | {"even": each.even} for each in balances],
        }


def _show(told: dict[str, Any]) -> None:
    say("entries   " + (_sum(told["entries"]) or "none polled yet"))
    for each in told["stages"]:
        verdict = "even" if each["even"] else f"{each['unaccounted']} UNACCOUNTED FOR"
        parts = _sum(each["outcomes"] | {"in flight": each["in_flight"]})
        say(f"{each['stage']:<10}{each['came']} came = {parts}   {verdict}")


def _sum(counts: dict[str, int]) -> str:
    return " + ".join(f"{n} {name}" for name, n in counts.items())
