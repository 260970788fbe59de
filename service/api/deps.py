"""What routes ask for: the context, pages, and ids that may stand in a path."""

import asyncio
import re
from collections.abc import Iterable
from itertools import repeat
from typing import Annotated, TypeVar

from fastapi import Depends, Path, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from service.api.broadcast import Broadcast, Pass
from service.api.context import Context
from service.api.fresh import Fresh
from service.api.pages import Lister
from service.api.problems import NOT_ACCEPTABLE, Declined
from service.errors import NotFound, QuerySyntax
from service.model import Caller
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


async def context(request: Request) -> Context:
    kept: Context = request.app.state.context
    return kept


ContextDep = Annotated[Context, Depends(context)]


async def waiting(request: Request) -> tuple[Broadcast, Pass]:
    """What to listen to, and by which key."""
    state = request.state
    return request.app.state.broadcast, Pass(state.caller.key_id, state.still_open)


WaitingDep = Annotated[tuple[Broadcast, Pass], Depends(waiting)]


async def caller(request: Request) -> Caller:
    """Who asks. What belongs to accounts is looked for in the caller's alone."""
    known: Caller = request.state.caller
    return known


CallerDep = Annotated[Caller, Depends(caller)]


async def fresh(request: Request) -> Fresh:
    kept: Fresh = request.app.state.fresh
    return kept


FreshDep = Annotated[Fresh, Depends(fresh)]


async def lister(request: Request, response: Response, kept: ContextDep) -> Lister:
    return Lister(request, response, kept.settings.api, kept.store)


ListerDep = Annotated[Lister, Depends(lister)]


async def json_body(request: Request) -> None:
    """Refuse a body that does not say it is JSON."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise HTTPException(415, "Send the body as application/json.")


async def acceptable(request: Request) -> None:
    """Refuse a request that takes no form in which its route answers."""
    given = request.headers.get("accept", "")
    if request.method == "GET" and given and not _takes(given, _forms(request.scope["route"])):
        raise Declined(NOT_ACCEPTABLE, "The header Accept leaves no form in which this route answers.")


def _forms(route: APIRoute) -> set[str]:
    """The media types of its answers."""
    answers = [told for status, told in route.responses.items() if str(status).startswith("2")]
    forms = {form for told in answers for form in told.get("content", {})}
    own = getattr(route.response_class, "media_type", None)
    return forms | {own or "application/json"}


def _takes(accept: str, forms: Iterable[str]) -> bool:
    for part in accept.lower().split(","):
        form, *parameters = (each.strip().replace(" ", "") for each in part.split(";"))
        refused = any(re.fullmatch(r"q=0(\.0*)?", each) for each in parameters)
        whole = form.removesuffix("*") if form.endswith("/*") and form != "*/*" else ""
        if not refused and (
            form == "*/*" or form in forms or (whole and any(map(str.startswith, forms, repeat(whole))))
        ):
            return True
    return False


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
