"""courant audit: who changed what."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, listing
from service.model import MAIN
from service.model.acts import Act
from service.settings import Settings
from service.store.audit import Sought

COLUMNS = ("at", "key_id", "method", "route", "resource", "result")


def add_to(courant: typer.Typer) -> None:
    courant.command()(audit)


def audit(
    account: Account = MAIN,
    most: Annotated[int, typer.Option(help="How many at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Who changed what in an account, the newest first."""
    listing([asdict(each) for each in run(_listed(quiet_settings(), account, most))], COLUMNS, as_json)


async def _listed(loaded: Settings, account: str, most: int) -> Sequence[Act]:
    async with open_store(loaded) as store:
        return await store.read(lambda tx: tx.audit.list(Sought(account), None, most))
