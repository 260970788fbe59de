"""courant keys: add, list, revoke. The API asks for one with every request."""

from dataclasses import asdict
from typing import Annotated

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from service.clock import now
from service.errors import NotFound
from service.model import ApiKey
from service.settings import Settings
from service.store.keys import new_key

app = typer.Typer(help="Keys to the API.", no_args_is_help=True)

COLUMNS = ("id", "name", "created_at", "last_used_at", "revoked_at")


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="keys")


@app.command()
def add(name: Annotated[str, typer.Argument(help="Whose it is.")], as_json: Json = False) -> None:
    """Make a key, and print it, once: only a hash of it is kept."""
    key, text = new_key(name, now())
    run(_add(quiet_settings(), key, text))
    if as_json:
        line({"id": key.id, "name": key.name, "key": text})
    else:
        say(f"API key {key.id}, shown this once: {text}")


async def _add(loaded: Settings, key: ApiKey, text: str) -> None:
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.keys.add(key, text))


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All keys, revoked ones too."""
    listing([asdict(each) for each in run(_all(quiet_settings()))], COLUMNS, as_json)


async def _all(loaded: Settings) -> list[ApiKey]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.keys.list()))


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Refuse a key from now on."""
    run(_revoke(quiet_settings(), key))
    say(f"revoked {key}")


async def _revoke(loaded: Settings, key_id: str) -> None:
    async with open_store(loaded) as store:
        if not await store.write(lambda tx: tx.keys.revoke(key_id, now())):
            raise NotFound(f"there is no key {key_id} that could be revoked")
