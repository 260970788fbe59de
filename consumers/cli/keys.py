"""courant keys: add, list, revoke. The API asks for one with every request."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Account, Json, line, listing, say
from consumers.resources import open_ring
from service.api_keys import new_key
from service.clock import now
from service.errors import NotFound
from service.model import ADMIN, MAIN, OPERATOR, ApiKey, checked_scopes
from service.sealing import Ring, read_ring
from service.sealing import new_key as new_sealing_key
from service.settings import Settings
from service.store import Transaction

app = typer.Typer(help="Keys to the API.", no_args_is_help=True)

COLUMNS = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="keys")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    account: Account = MAIN,
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key, and print it, once: only a hash of it is kept."""
    key, text = new_key(name, now(), account, checked_scopes(scope or _all_of(account)))
    run(_add(quiet_settings(), key, text))
    if as_json:
        line({"id": key.id, "name": key.name, "key": text})
    else:
        say(f"API key {key.id}, shown this once: {text}")


async def _add(loaded: Settings, key: ApiKey, text: str) -> None:
    async with open_store(loaded) as store:
        await store.write(_keep, key, text, open_ring(loaded))


def _keep(tx: Transaction, key: ApiKey, text: str, ring: Ring) -> None:
    tx.accounts.open(key.account_id)
    tx.keys.add(key, text, ring)


def _all_of(account: str) -> tuple[str, ...]:
    return (OPERATOR,) if account == MAIN else (ADMIN,)


@app.command()
def sealing(id: Annotated[str, typer.Argument(help="Its name among others: letters, digits, - and _.")] = "1") -> None:
    """Print a new key that seals secrets in the database, for the setting `sealing_keys`; keep it as a password.

    Put it before those that are there: the newest seals, every one opens.
    """
    written = new_sealing_key(id)
    read_ring(written)
    say(written)


@app.command("list")
def list_(account: Account = MAIN, as_json: Json = False) -> None:
    """All keys of an account, revoked ones too."""
    listing([asdict(each) for each in run(_all(quiet_settings(), account))], COLUMNS, as_json)


async def _all(loaded: Settings, account: str) -> list[ApiKey]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.keys.list(account)))


@app.command()
def rotate(
    key: Annotated[str, typer.Argument(help="Its id.")],
    account: Account = MAIN,
    grace_hours: Annotated[float, typer.Option(min=0, max=720, help="How long the old one opens beside it.")] = 24,
    as_json: Json = False,
) -> None:
    """Make a key that takes the place of another, and print it, once."""
    made, text = run(_rotate(quiet_settings(), account, key, timedelta(hours=grace_hours)))
    if as_json:
        line({"id": made.id, "name": made.name, "key": text})
    else:
        say(f"API key {made.id} follows {key}, shown this once: {text}")


async def _rotate(loaded: Settings, account: str, key_id: str, grace: timedelta) -> tuple[ApiKey, str]:
    async with open_store(loaded) as store:
        made = await store.read(_successor, account, key_id, loaded.api.environment)
        await store.write(_follow, key_id, *made, now() + grace, open_ring(loaded))
        return made


def _successor(tx: Transaction, account: str, key_id: str, environment: str) -> tuple[ApiKey, str]:
    old = tx.keys.get(key_id, account)
    if old is None:
        raise NotFound(f"there is no key {key_id}")
    return new_key(old.name, now(), account, old.scopes, environment=environment)


def _follow(tx: Transaction, key_id: str, made: ApiKey, text: str, until: datetime, ring: Ring) -> None:
    old = tx.keys.get(key_id, made.account_id)
    if old is None:
        raise NotFound(f"there is no key {key_id}")
    tx.keys.follow(old, made, until)
    tx.keys.add(made, text, ring)


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="Its id.")], account: Account = MAIN) -> None:
    """Refuse a key from now on."""
    run(_revoke(quiet_settings(), account, key))
    say(f"revoked {key}")


async def _revoke(loaded: Settings, account: str, key_id: str) -> None:
    async with open_store(loaded) as store:
        if not await store.write(lambda tx: tx.keys.revoke(key_id, account, now())):
            raise NotFound(f"there is no key {key_id} that could be revoked")
