"""What routes ask for: the context, pages, and ids that may stand in a path."""

import asyncio
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Request, Response
from starlette.exceptions import HTTPException

from service.api.broadcast import Broadcast
from service.api.context import Context
from service.api.pages import Lister
from service.errors import NotFound, QuerySyntax
from service.query import Query

T = TypeVar("T")

Id = Annotated[
    str,
    Path(
        pattern=r"^[0-9A-Za-z_.\-]{1,64}$",
        description="As given by the list.",
        examples=["018f3a5c2b7e9d41c0"],
    ),
]


def context(request: Request) -> Context:
    kept: Context = request.app.state.context
    return kept


ContextDep = Annotated[Context, Depends(context)]


def broadcast(request: Request) -> Broadcast:
    kept: Broadcast = request.app.state.broadcast
    return kept


BroadcastDep = Annotated[Broadcast, Depends(broadcast)]


def lister(request: Request, response: Response, kept: ContextDep) -> Lister:
    return Lister(request, response, kept.settings.api)


ListerDep = Annotated[Lister, Depends(lister)]


def json_body(request: Request) -> None:
    """Refuse a body that does not say it is JSON."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise HTTPException(415, "Send the body as application/json.")


def found(value: T | None, what: str, named: str) -> T:
    """The value, or `NotFound`."""
    if value is None:
        raise NotFound(f"There is no {what} {named}.")
    return value


async def own_id(kept: Context, entity_id: str | None) -> str | None:
    """The id of the entity that this one belongs to; itself if nothing is known of it."""
    if entity_id is None:
        return None
    behind = await kept.store.read(lambda tx: tx.entities.behind([entity_id]))
    return behind.get(entity_id, entity_id)


async def parsed(q: str | None, kept: Context) -> Query | None:
    """The query of a list's `q`, as it is understood. Raises `QuerySyntax` that points at the parameter."""
    try:
        return (await asyncio.to_thread(kept.reading.read, q)).query if q else None
    except QuerySyntax as error:
        error.field = "?/q"
        raise
