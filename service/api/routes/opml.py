"""Lists of feeds: taken in, given out."""

from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from service import model, opml
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import ContextDep
from service.api.problems import with_body
from service.api.routes.feeds import new_feed
from service.api.schemas.feeds import FeedGiven
from service.api.schemas.opml import OpmlEntry, OpmlReport
from service.errors import Conflict, Refused
from service.settings import EgressSettings
from service.store import Transaction

FIRST_POLLS_APART = timedelta(seconds=0.1)
router = APIRouter(prefix="/v1", tags=["feeds"])

OPML_TYPES = ("application/xml", "text/xml", "text/x-opml")
PORTION = 500
TEXT = {"text/x-opml": {"schema": {"type": "string"}}}


@router.post(
    "/feeds/opml",
    response_model=OpmlReport,
    summary="Import feeds from OPML",
    responses=with_body(),
    openapi_extra={"requestBody": {"required": True, "content": TEXT}},
)
async def import_opml(request: Request, kept: ContextDep, allowed: AllowanceDep) -> OpmlReport:
    """Add every feed of an OPML document, as feed readers export it. Says of each what became of it.

    The folders a feed is in become its labels.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in OPML_TYPES:
        raise HTTPException(415, f"Send the document as one of {', '.join(OPML_TYPES)}")
    outlines = opml.read(await request.body()).outlines
    entries = await kept.store.write(_import, outlines, kept.settings.egress, allowed, kept.clock())
    counts = {word: sum(entry.outcome == word for entry in entries) for word in ("added", "known", "refused")}
    return OpmlReport(**counts, feeds=entries)


@router.get(
    "/feeds.opml",
    summary="Export the feeds as OPML",
    response_class=Response,
    responses={200: {"content": TEXT, "description": "All feeds that are switched on."}},
)
async def export_opml(kept: ContextDep) -> Response:
    """All feeds that are switched on, as feed readers import them; each label is a folder."""
    document = opml.write("Courant", map(model.outline, await kept.store.read(_enabled)))
    named = {"content-disposition": 'attachment; filename="courant.opml"'}
    return Response(document, media_type="text/x-opml", headers=named)


def _enabled(tx: Transaction) -> list[model.Feed]:
    found, page = list[model.Feed](), [""]
    while page:
        some = tx.feeds.list(page[-1], PORTION)
        found, page = found + [feed for feed in some if feed.enabled], [feed.id for feed in some]
    return found


def _import(
    tx: Transaction, outlines: tuple[opml.Outline, ...], egress: EgressSettings, allowed: Allowance, now: datetime
) -> list[OpmlEntry]:
    """Their first polls one after the other, so that thousands of feeds that come together are not due together."""
    first = enumerate(outlines)
    entries = [_import_one(tx, outline, egress, now, now + FIRST_POLLS_APART * n) for n, outline in first]
    allowed.charge(tx, "feeds", sum(each.outcome == "added" for each in entries), now)
    return entries


def _import_one(
    tx: Transaction, outline: opml.Outline, egress: EgressSettings, now: datetime, first_poll_at: datetime
) -> OpmlEntry:
    url = outline.url[:8000]
    try:
        feed = tx.feeds.add(replace(new_feed(_given(outline), egress, now), next_poll_at=first_poll_at))
    except Conflict:
        return OpmlEntry(url=url, outcome="known")
    except (Refused, ValueError) as error:
        why = str(error) if isinstance(error, Refused) else "its title, address or rules cannot be read"
        return OpmlEntry(url=url, outcome="refused", why=why)
    return OpmlEntry(url=url, outcome="added", id=feed.id)


def _given(outline: opml.Outline) -> FeedGiven:
    return FeedGiven(
        url=outline.url[:8000],
        title=outline.title,
        language=outline.language or None,
        labels=[name[:100] for name in outline.folders[:50]],
        rules=dict(outline.rules) or None,
    )
