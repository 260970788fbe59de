"""courant accounts: add, list, limit, close."""

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated, Any, TypeVar

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, listing, say
from service.clock import now
from service.errors import Invalid, NotFound
from service.model import QUOTAS, Account
from service.settings import Settings
from service.store import Transaction

app = typer.Typer(help="Accounts: who owns topics, endpoints, subscriptions and keys.", no_args_is_help=True)

T = TypeVar("T")
COLUMNS = ("id", "name", "created_at", "closed_at", "limits")
AccountId = Annotated[str, typer.Argument(metavar="ID", help="The account's id.")]


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="accounts")


@app.command()
def add(account_id: AccountId, name: str, as_json: Json = False) -> None:
    """Add an account. Give it a key next: `courant keys add NAME --account ID`."""
    account = Account(account_id, name, now())
    run(_write(quiet_settings(), _add, account))
    listing([asdict(account)], COLUMNS, as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All accounts, closed ones too."""
    listing([asdict(each) for each in run(_all(quiet_settings()))], COLUMNS, as_json)


@app.command()
def limit(
    account_id: AccountId,
    limits: Annotated[list[str], typer.Argument(help="Such as topics=500; topics= is as the settings have it again.")],
    as_json: Json = False,
) -> None:
    """Give an account other quotas than all have."""
    changed = run(_write(quiet_settings(), _limit, account_id, dict(map(_read, limits))))
    listing([asdict(changed)], COLUMNS, as_json)


@app.command()
def close(account_id: AccountId) -> None:
    """End an account's keys, switch its topics and endpoints off. Nothing is removed."""
    run(_write(quiet_settings(), lambda tx: tx.accounts.close(account_id, now())))
    say(f"closed {account_id}")


async def _all(loaded: Settings) -> list[Account]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.accounts.list("", 100_000)))


async def _write(loaded: Settings, function: Callable[..., T], *args: Any) -> T:
    async with open_store(loaded) as store:
        return await store.write(function, *args)


def _add(tx: Transaction, account: Account) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", account.id):
        raise Invalid("the id of an account has small letters, digits and hyphens, 40 at most")
    tx.accounts.add(account)


def _limit(tx: Transaction, account_id: str, given: dict[str, int | None]) -> Account:
    account = tx.accounts.get(account_id)
    if account is None:
        raise NotFound(f"there is no account {account_id}")
    limits = {name: number for name, number in {**account.limits, **given}.items() if number is not None}
    changed = replace(account, limits=limits)
    tx.accounts.update(changed)
    return changed


def _read(written: str) -> tuple[str, int | None]:
    """A quota and its limit, None for the settings'. Raises `Invalid`."""
    name, is_there, number = written.partition("=")
    if name not in QUOTAS or not is_there or not re.fullmatch(r"[0-9]{0,9}", number):
        raise Invalid(f"{written} is not one of {', '.join(QUOTAS)}, then = and a number")
    return name, int(number) if number else None
