"""Bulletins: list, show, add, remove, give another address; and the documents themselves, for feed readers."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from service import model
from service.api.conditions import matches, tag_of
from service.api.deps import CallerDep, ContextDep, FreshDep, Id, ListerDep, found, json_body
from service.api.doors import BULLETINS
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, QUERY_SYNTAX, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.bulletins import Addresses, Bulletin, BulletinGiven, BulletinMade, BulletinQuery
from service.api.schemas.stories import StoryFilters
from service.api_keys import random_text
from service.bulletins import FORMS, Document
from service.errors import Invalid, QuerySyntax
from service.sealing import MARK
from service.store import Transaction

router = APIRouter(prefix="/v1/bulletins", tags=["bulletins"])
public = APIRouter(tags=["bulletins"])

PATTERN = r"^bl_[0-9A-Za-z]{43}$"
Form = Literal["atom", "rss", "json"]
DOCUMENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What it says, as a feed document",
        "content": {media_type: {"schema": {"type": "string"}} for media_type, _ in FORMS.values()},
    },
    304: {"description": "It says the same as when it was read last"},
}


@router.get("", response_model=PageShown[Bulletin], summary="List bulletins", responses=documented(INVALID_CURSOR))
async def list_bulletins(
    query: Annotated[BulletinQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Bulletin]:
    """All bulletins, the oldest first; without their addresses."""
    return await lister.listed(
        query,
        str,
        lambda tx, after, most: tx.bulletins.list(caller.account_id, after or "", most),
        lambda bulletin: bulletin.id,
    )


@router.post(
    "",
    status_code=201,
    response_model=BulletinMade,
    summary="Add a bulletin",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, QUERY_SYNTAX),
)
async def add_bulletin(
    given: BulletinGiven, caller: CallerDep, kept: ContextDep, request: Request, response: Response
) -> BulletinMade:
    """Publish a topic's alerts, or a list of stories, for feed readers.

    The answer holds its addresses, which are shown this once: whoever has one of them can read the bulletin, without a
    key, until it is removed or given another.
    """
    if (given.topic_id is None) == (given.stories is None):
        raise Invalid("Say what it shows: topic_id or stories, one of the two.", "")
    now = kept.clock()
    bulletin = model.Bulletin(
        id=model.fresh_id(now),
        account_id=caller.account_id,
        name=given.name,
        topic_id=given.topic_id or "",
        stories=await _checked(given.stories, kept) if given.stories else {},
        created_at=now,
        token=_new_token(),
    )
    await kept.store.write(_add, bulletin, _sealed(bulletin.id, bulletin.token, kept))
    response.headers["Location"] = f"/v1/bulletins/{bulletin.id}"
    return _made(bulletin, kept, request, response)


@router.get("/{bulletin_id}", response_model=Bulletin, summary="Show a bulletin", responses=documented(NOT_FOUND))
async def get_bulletin(bulletin_id: Id, caller: CallerDep, kept: ContextDep) -> model.Bulletin:
    """One bulletin; without its address."""
    bulletin = await kept.store.read(lambda tx: tx.bulletins.get(bulletin_id, caller.account_id))
    return found(bulletin, "bulletin", bulletin_id)


@router.delete("/{bulletin_id}", status_code=204, summary="Remove a bulletin", responses=documented(NOT_FOUND))
async def remove_bulletin(bulletin_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """From now on its addresses lead nowhere."""
    gone = await kept.store.write(lambda tx: tx.bulletins.remove(bulletin_id, caller.account_id))
    found(gone or None, "bulletin", bulletin_id)


@router.post(
    "/{bulletin_id}/address",
    response_model=BulletinMade,
    summary="Give a bulletin another address",
    responses=documented(NOT_FOUND),
)
async def readdress_bulletin(
    bulletin_id: Id, caller: CallerDep, kept: ContextDep, request: Request, response: Response
) -> BulletinMade:
    """The old addresses lead nowhere from now on; the new ones are shown this once."""
    token = _new_token()
    names = (bulletin_id, caller.account_id)
    bulletin = await kept.store.write(_readdress, *names, token, _sealed(bulletin_id, token, kept))
    return _made(bulletin, kept, request, response)


@public.get(
    BULLETINS + "{token}/{form}",
    response_class=Response,
    summary="Read a bulletin",
    responses=documented(NOT_FOUND) | DOCUMENTS,
)
async def read_bulletin(
    token: Annotated[str, Path(pattern=PATTERN, description="From the bulletin's address.")],
    form: Annotated[Form, Path(description="Atom 1.0, RSS 2.0 or JSON Feed 1.1.")],
    kept: ContextDep,
    fresh: FreshDep,
    request: Request,
    if_none_match: Annotated[str, Header(description="The ETag of what was read last.")] = "",
) -> Response:
    """For feed readers: the address is the secret, and no key is asked for. An entry's id is its story's."""
    bulletin = found(await kept.store.read(lambda tx: tx.bulletins.find(token)), "bulletin", "at this address")
    entries = await fresh.entries(bulletin)
    assert bulletin.created_at is not None
    address, hub = f"{_addresses(bulletin, kept, request)[form]}", kept.settings.bulletins.hub
    updated = max((each.updated for each in entries), default=bulletin.created_at)
    document = Document(bulletin.id, bulletin.name, address, hub, updated, entries)
    media_type, write = FORMS[form]
    body = await asyncio.to_thread(write, document)
    headers = {
        "ETag": tag_of(body),
        "Cache-Control": f"private, max-age={kept.settings.bulletins.fresh_seconds:.0f}",
        "Link": ", ".join([f'<{address}>; rel="self"', *([f'<{hub}>; rel="hub"'] if hub else [])]),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    if if_none_match and matches(if_none_match, headers["ETag"], weakly=True):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


async def _checked(stories: StoryFilters, kept: ContextDep) -> dict[str, str]:
    """The filters, as they are kept. Raises `QuerySyntax`."""
    if stories.q:
        try:
            await asyncio.to_thread(kept.reading.read, stories.q)
        except QuerySyntax as error:
            error.field = "/stories/q"
            raise
    return {name: str(value) for name, value in stories.model_dump(mode="json", exclude_none=True).items()}


def _add(tx: Transaction, bulletin: model.Bulletin, sealed: str) -> None:
    if bulletin.topic_id:
        found(tx.topics.get(bulletin.topic_id, bulletin.account_id), "topic", bulletin.topic_id)
    tx.bulletins.add(bulletin, sealed)


def _readdress(tx: Transaction, bulletin_id: str, account_id: str, token: str, sealed: str) -> model.Bulletin:
    bulletin = found(tx.bulletins.get(bulletin_id, account_id), "bulletin", bulletin_id)
    tx.bulletins.rename(bulletin_id, token, sealed)
    return replace(bulletin, token=token)


def _made(bulletin: model.Bulletin, kept: ContextDep, request: Request, response: Response) -> BulletinMade:
    response.headers["Cache-Control"] = "no-store"
    shown = Bulletin.model_validate(bulletin)
    addresses = Addresses.model_validate(_addresses(bulletin, kept, request))
    return BulletinMade(**dict(shown), addresses=addresses)


def _addresses(bulletin: model.Bulletin, kept: ContextDep, request: Request) -> dict[str, str]:
    start = (kept.settings.websub.public_url or str(request.base_url)).rstrip("/") + BULLETINS + bulletin.token
    return {form: f"{start}/{form}" for form in FORMS}


def _sealed(bulletin_id: str, token: str, kept: ContextDep) -> str:
    """What is kept to tell the hub by; nothing where no hub is told, or nothing can be sealed."""
    if not (kept.settings.bulletins.hub and kept.settings.websub.public_url):
        return ""
    sealed = kept.ring.seal(token, bulletin_id)
    return sealed if sealed.startswith(MARK) else ""


def _new_token() -> str:
    """256 bits: nobody finds it by trying."""
    return "bl_" + random_text(43)
