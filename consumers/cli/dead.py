"""courant dead: records set aside with their error."""

from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.resources import open_broker
from service.clock import now
from service.errors import NotFound
from service.model import DeadLetter
from service.settings import Settings

app = typer.Typer(help="Dead letters: records that could not be handled.", no_args_is_help=True)

Letter = Annotated[str, typer.Argument(help="The dead letter's id.")]


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="dead")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """All of them, the newest first."""
    rows = [_row(each) for each in run(_all(quiet_settings()))]
    listing(rows, ("id", "stage", "position", "key", "at", "retried_at", "error"), as_json)


async def _all(loaded: Settings) -> list[DeadLetter]:
    async with open_store(loaded) as store:
        return list(await store.read(lambda tx: tx.dead_letters.list(most=1000)))


@app.command()
def show(letter: Letter, as_json: Json = False) -> None:
    """One of them, with its bytes."""
    row = _row(run(_get(quiet_settings(), letter)))
    if as_json:
        line(row)
    else:
        for name, value in row.items():
            say(f"{name}: {value}")


async def _get(loaded: Settings, letter_id: str) -> DeadLetter:
    async with open_store(loaded) as store:
        found = await store.read(lambda tx: tx.dead_letters.get(letter_id))
    if found is None:
        raise NotFound(f"there is no dead letter {letter_id}")
    return found


@app.command()
def retry(letter: Letter) -> None:
    """Append the record to its stream again."""
    run(_retry(quiet_settings(), letter))
    say(f"appended again: {letter}")


async def _retry(loaded: Settings, letter_id: str) -> None:
    found = await _get(loaded, letter_id)
    async with open_broker(loaded) as broker:
        await broker.append(found.stream, [(found.key, found.value)])
    async with open_store(loaded) as store:
        await store.write(lambda tx: tx.dead_letters.mark_retried(letter_id, now()))


@app.command()
def drop(letter: Letter) -> None:
    """Forget it."""
    run(_drop(quiet_settings(), letter))
    say(f"dropped {letter}")


async def _drop(loaded: Settings, letter_id: str) -> None:
    async with open_store(loaded) as store:
        if not await store.write(lambda tx: tx.dead_letters.remove(letter_id)):
            raise NotFound(f"there is no dead letter {letter_id}")


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "stage": letter.stage,
        "position": letter.position,
        "key": letter.key,
        "at": letter.at,
        "retried_at": letter.retried_at,
        "error": letter.error,
        "record": letter.value.decode(errors="replace"),
    }
