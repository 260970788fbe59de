"""courant entities: find, show."""

from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from service.errors import NotFound
from service.model.entities import EntitySummary, EntityView
from service.settings import Settings

app = typer.Typer(help="People and organisations that articles name.", no_args_is_help=True)

COLUMNS = ("id", "name", "kind", "country", "articles", "last_at")
FORMS_SHOWN = 30


@app.callback()
def entities() -> None:
    """People and organisations that articles name."""


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="entities")


@app.command()
def find(
    q: Annotated[str, typer.Argument(help="The beginning of a name, or of several words of it, in any script.")],
    most: Annotated[int, typer.Option("--most", min=1, help="So many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Who is named so."""
    listing([_row(each) for each in run(_found(quiet_settings(), q, most))], COLUMNS, as_json)


@app.command()
def show(
    entity_id: Annotated[str, typer.Argument(help="As given by `find`, or in an article.")], as_json: Json = False
) -> None:
    """How articles write and call somebody."""
    view = run(_view(quiet_settings(), entity_id))
    told = _row(view.summary) | {"wikidata": view.wikidata or None}
    aliases = [{"language": a.language, "form": a.form, "articles": a.articles} for a in view.aliases]
    roles = [{"role": role, "articles": articles} for role, articles in view.roles]
    if as_json:
        line(told | {"aliases": aliases, "roles": roles})
        return
    say(f"{told['name']} ({told['kind']}, {told['id']}), named by {told['articles']} articles")
    listing(aliases[:FORMS_SHOWN], ("language", "form", "articles"), False)
    listing(roles, ("role", "articles"), False)


async def _found(loaded: Settings, q: str, most: int) -> list[EntitySummary]:
    async with open_store(loaded) as store:
        return await store.read(lambda tx: tx.entities.find(q, None, most))


async def _view(loaded: Settings, entity_id: str) -> EntityView:
    async with open_store(loaded) as store:
        view = await store.read(lambda tx: tx.entities.get(entity_id))
    if view is None:
        raise NotFound(f"there is no entity {entity_id}")
    return view


def _row(each: EntitySummary) -> dict[str, Any]:
    return {name: getattr(each, name) for name in EntitySummary.__dataclass_fields__}
